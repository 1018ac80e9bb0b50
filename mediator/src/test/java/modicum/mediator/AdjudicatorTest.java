package modicum.mediator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import modicum.executor.job.JobResult;
import modicum.executor.job.Traffic;
import modicum.mediator.Dispute.Search;
import modicum.mediator.Dispute.Uptime;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.ManifestEntry;
import modicum.protocol.content.Sha256;
import modicum.protocol.match.FaultyParty;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Verdict;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of section 7 of the protocol, row by row. */
class AdjudicatorTest {
  private static final Manifest OUTPUT =
      new Manifest(List.of(ManifestEntry.file("out.txt", 0644, Sha256.ofUtf8("42"))));
  private static final Traffic TRAFFIC = new Traffic(1000, 5000, true);
  private static final long UPLOAD = Traffic.ofUpload(OUTPUT);
  private static final long LIMIT = 100_000;

  /** The tolerance is a tenth. */
  private final Adjudicator adjudicator = new Adjudicator(TestMarket.PARAMETERS);

  private static Dispute claim(ResultStatus status, RejectReason reason) {
    return claim(status, reason, 100, 6000 + UPLOAD);
  }

  private static Dispute claim(
      ResultStatus status, RejectReason reason, long instructions, long bandwidth) {
    return new Dispute(
        status, new Usage(instructions, bandwidth), reason, Uptime.NOT_ASKED, Search.NOT_NEEDED);
  }

  private static Dispute with(Dispute dispute, Uptime uptime, Search search) {
    return new Dispute(dispute.status(), dispute.usage(), dispute.reason(), uptime, search);
  }

  private static JobResult run(ResultStatus status, long instructions) {
    Manifest output = status == ResultStatus.COMPLETED ? OUTPUT : Manifest.EMPTY;
    return new JobResult(status, output, new Usage(instructions, 1000), "scripted");
  }

  private static Reruns runs(ResultStatus status, long... instructions) {
    return new Reruns(
        Arrays.stream(instructions).mapToObj(i -> run(status, i)).toList(),
        Optional.empty(),
        Optional.empty(),
        TRAFFIC,
        LIMIT);
  }

  private static Reruns disagreeing(Reruns runs) {
    return new Reruns(runs.results(), Optional.of("out.txt"), Optional.empty(), TRAFFIC, LIMIT);
  }

  private static Reruns unlikeTheClaim(Reruns runs) {
    return new Reruns(runs.results(), Optional.empty(), Optional.of("out.txt"), TRAFFIC, LIMIT);
  }

  private static final ResultStatus COMPLETED = ResultStatus.COMPLETED;
  private static final RejectReason WRONG = RejectReason.WRONG_RESULTS;
  private static final RejectReason COST = RejectReason.TOO_MUCH_COST;
  private static final RejectReason NOT_FOUND = RejectReason.RESULT_NOT_FOUND;
  private static final RejectReason DIRECTORY = RejectReason.DIRECTORY_UNAVAILABLE;
  private static final RejectReason STATUS = RejectReason.INVALID_RESULT_STATUS;

  static Stream<Arguments> rows() {
    Reruns good = runs(COMPLETED, 100, 90);
    Dispute silent = with(claim(COMPLETED, WRONG), Uptime.SILENT, Search.NOT_NEEDED);
    return Stream.of(
        row(
            "runs differ among themselves",
            claim(COMPLETED, WRONG),
            disagreeing(good),
            Verdict.NON_DETERMINISTIC_JOB),
        row(
            "runs differ among themselves and from the claim",
            claim(COMPLETED, WRONG),
            new Reruns(good.results(), Optional.of("a"), Optional.of("b"), TRAFFIC, LIMIT),
            Verdict.NON_DETERMINISTIC_JOB),
        row("all equal", claim(COMPLETED, WRONG), good, Verdict.CORRECT_RESULTS),
        row(
            "all equal in a bad end",
            claim(ResultStatus.MEMORY_EXCEEDED, STATUS, 100, 6000),
            runs(ResultStatus.MEMORY_EXCEEDED, 100, 100),
            Verdict.CORRECT_RESULTS),
        row(
            "claimed output does not equal theirs",
            claim(COMPLETED, WRONG),
            unlikeTheClaim(good),
            Verdict.WRONG_RESULTS),
        row(
            "wrong output, whatever was complained of",
            claim(COMPLETED, COST),
            unlikeTheClaim(good),
            Verdict.WRONG_RESULTS),
        row(
            "status differs: claimed failure of a job that completes",
            claim(ResultStatus.EXCEPTION_OCCURRED, STATUS),
            good,
            Verdict.INVALID_RESULT_STATUS),
        row(
            "status differs: claimed success of a job that fails",
            claim(COMPLETED, STATUS),
            runs(ResultStatus.EXCEPTION_OCCURRED, 100, 100),
            Verdict.INVALID_RESULT_STATUS),
        row(
            "status differs: a job claimed not found is there",
            claim(ResultStatus.JOB_NOT_FOUND, STATUS, 0, 0),
            good,
            Verdict.INVALID_RESULT_STATUS),
        row(
            "job not found by either",
            claim(ResultStatus.JOB_NOT_FOUND, STATUS, 0, 0),
            runs(ResultStatus.JOB_NOT_FOUND, 0, 0),
            Verdict.CORRECT_RESULTS),
        row(
            "the job creator took the job away",
            claim(COMPLETED, WRONG),
            runs(ResultStatus.JOB_NOT_FOUND, 0, 0),
            Verdict.CORRECT_RESULTS),
        row(
            "usage just within tolerance of the largest run",
            claim(COMPLETED, COST, 110, 6000),
            good,
            Verdict.CORRECT_RESULTS),
        row(
            "too many instructions",
            claim(COMPLETED, COST, 111, 6000),
            good,
            Verdict.TOO_MUCH_COST),
        row(
            "too many instructions, whatever was complained of",
            claim(COMPLETED, WRONG, 111, 6000),
            good,
            Verdict.TOO_MUCH_COST),
        row(
            "too many bytes",
            claim(COMPLETED, COST, 100, (6000 + UPLOAD) * 11 / 10 + 1),
            good,
            Verdict.TOO_MUCH_COST),
        row(
            "bytes with the image, which this mediator had",
            claim(COMPLETED, COST),
            new Reruns(
                good.results(),
                Optional.empty(),
                Optional.empty(),
                new Traffic(1000, 5000, false),
                LIMIT),
            Verdict.CORRECT_RESULTS),
        row(
            "exceeds its bandwidth only where the image has to be fetched",
            claim(ResultStatus.BANDWIDTH_EXCEEDED, STATUS, 100, 5000),
            new Reruns(good.results(), Optional.empty(), Optional.empty(), TRAFFIC, 5999),
            Verdict.CORRECT_RESULTS),
        row(
            "does not exceed its bandwidth in any case",
            claim(ResultStatus.BANDWIDTH_EXCEEDED, STATUS),
            good,
            Verdict.INVALID_RESULT_STATUS),
        row(
            "result not found, directory up",
            with(claim(COMPLETED, NOT_FOUND), Uptime.UP_ALL_THE_TIME, Search.NOT_FOUND),
            good,
            Verdict.RESULT_NOT_FOUND),
        row(
            "result not found, directory was down",
            with(claim(COMPLETED, NOT_FOUND), Uptime.DOWN_AT_TIMES, Search.NOT_FOUND),
            good,
            Verdict.DIRECTORY_UNAVAILABLE),
        row(
            "result found after all, and right",
            with(claim(COMPLETED, NOT_FOUND), Uptime.NOT_ASKED, Search.FOUND),
            good,
            Verdict.CORRECT_RESULTS),
        row(
            "result found after all, and wrong",
            with(claim(COMPLETED, NOT_FOUND), Uptime.NOT_ASKED, Search.FOUND),
            unlikeTheClaim(good),
            Verdict.WRONG_RESULTS),
        row(
            "directory was down, as the provider says",
            with(
                claim(ResultStatus.DIRECTORY_UNAVAILABLE, STATUS),
                Uptime.DOWN_AT_TIMES,
                Search.NOT_NEEDED),
            good,
            Verdict.DIRECTORY_UNAVAILABLE),
        row(
            "directory was up, whatever the provider says",
            with(
                claim(ResultStatus.DIRECTORY_UNAVAILABLE, STATUS),
                Uptime.UP_ALL_THE_TIME,
                Search.NOT_NEEDED),
            good,
            Verdict.INVALID_RESULT_STATUS),
        row(
            "directory was down, as the job creator says",
            with(claim(COMPLETED, DIRECTORY), Uptime.DOWN_AT_TIMES, Search.NOT_NEEDED),
            good,
            Verdict.DIRECTORY_UNAVAILABLE),
        row(
            "directory was up, whatever the job creator says",
            with(claim(COMPLETED, DIRECTORY), Uptime.UP_ALL_THE_TIME, Search.NOT_NEEDED),
            good,
            Verdict.CORRECT_RESULTS),
        row("directory is silent", silent, good, Verdict.DIRECTORY_UNAVAILABLE),
        row(
            "the provider gave up, which is free",
            claim(ResultStatus.DECLINED, STATUS, 0, 0),
            good,
            Verdict.CORRECT_RESULTS));
  }

  private static Arguments row(String found, Dispute dispute, Reruns runs, Verdict verdict) {
    return Arguments.of(found, dispute, runs, verdict);
  }

  @ParameterizedTest(name = "{0}: {3}")
  @MethodSource("rows")
  void judges(String found, Dispute dispute, Reruns runs, Verdict verdict) {
    Judgement judgement = adjudicator.judge(dispute, runs);
    assertThat(judgement.verdict()).isEqualTo(verdict);
    assertThat(judgement.why()).isNotBlank();
  }

  @Test
  void hasARowForEveryVerdict() {
    assertThat(rows().map(r -> r.get()[3])).contains((Object[]) Verdict.values());
  }

  @Test
  void neverFinesAProviderWhoseClaimEqualsAllRuns() {
    for (RejectReason reason : RejectReason.values()) {
      Dispute right = with(claim(COMPLETED, reason), Uptime.UP_ALL_THE_TIME, Search.FOUND);
      assertThat(adjudicator.judge(right, runs(COMPLETED, 100, 100)).verdict().faultyParty())
          .isEqualTo(FaultyParty.JOB_CREATOR);
    }
  }
}
