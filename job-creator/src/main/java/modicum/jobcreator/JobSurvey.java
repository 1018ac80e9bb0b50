package modicum.jobcreator;

import java.util.List;
import java.util.Optional;
import modicum.jobcreator.record.JobRecord;
import modicum.jobcreator.record.JobRecords;
import modicum.ledger.LedgerFollower;
import modicum.ledger.MarketReader;
import modicum.protocol.identity.Address;
import modicum.protocol.market.MarketState;

/** Looks where jobs stand, without doing anything for them: no key is needed. */
public final class JobSurvey {
  private final Address account;
  private final JobRecords records;
  private final LedgerFollower follower;

  public JobSurvey(MarketReader market, JobRecords records) {
    this.account = market.account();
    this.records = records;
    this.follower = new LedgerFollower(market, LedgerFollower.Options.DEFAULT);
  }

  /** The market as it is now. */
  synchronized MarketState market() {
    follower.poll();
    return follower.state();
  }

  /** Where all these jobs stand now. */
  public synchronized List<JobStatus> of(List<JobRecord> jobs) {
    Observations observations = new Observations(records, System::nanoTime);
    return JobCreatorView.of(market(), account, jobs).jobs().stream()
        .map(
            job ->
                new JobStatus(
                    job.record(),
                    job.stage(),
                    job.match(),
                    job.deposit(),
                    observations.of(job.record()),
                    Optional.empty(),
                    records.fees(job.record().id()),
                    follower.head().time()))
        .toList();
  }
}
