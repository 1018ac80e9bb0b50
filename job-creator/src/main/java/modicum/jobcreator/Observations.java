package modicum.jobcreator;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import modicum.jobcreator.record.JobRecord;
import modicum.jobcreator.record.JobRecords;
import modicum.jobcreator.result.ResultFetch;
import modicum.jobcreator.result.ResultFetcher;
import modicum.protocol.match.MatchId;

/**
 * What actions found out about jobs outside the ledger. What must survive a kill is read from the
 * state folder; the rest is found out again.
 *
 * <p>Thread-safe.
 */
final class Observations {
  /** A solver that was restarted has forgotten offers; they are left again after this. */
  private static final Duration LEAVE_AGAIN_AFTER = Duration.ofSeconds(20);

  private final JobRecords records;
  private final ResultFetcher fetcher;
  private final LongSupplier nanoTime;
  private final Map<MatchId, Long> left = new ConcurrentHashMap<>();
  private final Map<MatchId, ResultFetch> fetches = new ConcurrentHashMap<>();
  private final Map<MatchId, String> problems = new ConcurrentHashMap<>();

  Observations(JobRecords records, LongSupplier nanoTime) {
    this.records = records;
    this.fetcher = new ResultFetcher(records);
    this.nanoTime = nanoTime;
  }

  JobObservation of(JobRecord job) {
    ResultFetch fetch = fetches.computeIfAbsent(job.id(), id -> fetcher.known(job));
    return new JobObservation(
        isLeft(job.id()),
        fetch,
        records.finding(job.id()),
        records.end(job.id()),
        records.key(job.id()).isPresent());
  }

  private boolean isLeft(MatchId id) {
    Long at = left.get(id);
    return at != null && nanoTime.getAsLong() - at < LEAVE_AGAIN_AFTER.toNanos();
  }

  void offerLeft(MatchId id) {
    left.put(id, nanoTime.getAsLong());
  }

  void fetched(MatchId id, ResultFetch fetch) {
    fetches.put(id, fetch);
  }

  void problem(MatchId id, String problem) {
    problems.put(id, problem);
  }

  void noProblem(MatchId id) {
    problems.remove(id);
  }

  Optional<String> problem(MatchId id) {
    return Optional.ofNullable(problems.get(id));
  }
}
