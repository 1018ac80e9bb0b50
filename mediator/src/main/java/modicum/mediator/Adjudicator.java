package modicum.mediator;

import java.util.Optional;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.result.ResultStatus;

/**
 * Says who is at fault: the table of section 7 of the protocol, row by row, and the rules that
 * close its gaps. Pure.
 *
 * @param parameters of the market: they fix the tolerance of a claimed usage
 */
public record Adjudicator(MarketParameters parameters) {

  /** What can be said without running the job; empty where it has to be run. */
  public Optional<Judgement> beforeRunning(Dispute dispute) {
    if (dispute.directory() == Dispute.Uptime.SILENT) {
      // Rationale: neither side can prove anything while the directory is silent.
      return said(Verdict.DIRECTORY_UNAVAILABLE, "the directory does not answer the mediator");
    }
    if (dispute.status() == ResultStatus.DECLINED) {
      // Rationale: a provider may give up at any time, free of charge; there is nothing to reject.
      return said(Verdict.CORRECT_RESULTS, "the provider gave the job up, which is no fault");
    }
    if (dispute.status() == ResultStatus.DIRECTORY_UNAVAILABLE) {
      return claimedDown(dispute, Verdict.INVALID_RESULT_STATUS, "the provider");
    }
    if (dispute.reason() == RejectReason.DIRECTORY_UNAVAILABLE) {
      return claimedDown(dispute, Verdict.CORRECT_RESULTS, "the job creator");
    }
    if (dispute.result() == Dispute.Search.NOT_FOUND) {
      return dispute.directory().isDown()
          ? said(
              Verdict.DIRECTORY_UNAVAILABLE,
              "the result is not there, and " + whyDown(dispute.directory()))
          : said(
              Verdict.RESULT_NOT_FOUND, "the result is not there, and the directory was not down");
    }
    return Optional.empty();
  }

  /** The verdict on a job that was run again. */
  public Judgement judge(Dispute dispute, Reruns reruns) {
    return beforeRunning(dispute).orElseGet(() -> judgeByRuns(dispute, reruns));
  }

  private Judgement judgeByRuns(Dispute dispute, Reruns reruns) {
    if (reruns.disagreement().isPresent()) {
      return new Judgement(Verdict.NON_DETERMINISTIC_JOB, reruns.disagreement().get());
    }
    if (!statusIsRight(dispute, reruns)) {
      return wrongStatus(dispute, reruns);
    }
    if (reruns.differenceFromClaim().isPresent()) {
      return new Judgement(Verdict.WRONG_RESULTS, reruns.differenceFromClaim().get());
    }
    return tooMuchCost(dispute, reruns)
        .map(why -> new Judgement(Verdict.TOO_MUCH_COST, why))
        .orElseGet(
            () ->
                new Judgement(
                    Verdict.CORRECT_RESULTS,
                    "all %d runs equal the claim".formatted(reruns.results().size())));
  }

  /** Whether an image has to be fetched differs between parties, and the limit may lie between. */
  private static boolean statusIsRight(Dispute dispute, Reruns reruns) {
    return dispute.status() == reruns.status()
        || dispute.status() == ResultStatus.BANDWIDTH_EXCEEDED && reruns.mayExceedBandwidth();
  }

  private static Judgement wrongStatus(Dispute dispute, Reruns reruns) {
    if (reruns.status() == ResultStatus.JOB_NOT_FOUND) {
      // Rationale: the job is the job creator's to keep there until the match is closed. Else it
      // could take the job away, and with it the provider's deposit.
      return new Judgement(
          Verdict.CORRECT_RESULTS,
          "the job is not there any more: " + reruns.results().getFirst().explanation());
    }
    return new Judgement(
        Verdict.INVALID_RESULT_STATUS,
        "the provider claims %s, all runs end as %s (%s)"
            .formatted(
                dispute.status(), reruns.status(), reruns.results().getFirst().explanation()));
  }

  private Optional<String> tooMuchCost(Dispute dispute, Reruns reruns) {
    if (parameters.exceedsInstructionTolerance(
        dispute.usage().instructions(), reruns.instructions())) {
      return Optional.of(
          "the provider claims %d instructions, the longest run used %d"
              .formatted(dispute.usage().instructions(), reruns.instructions()));
    }
    if (parameters.exceedsTolerance(dispute.usage().bandwidth(), reruns.wholeTraffic())) {
      return Optional.of(
          "the provider claims %d bytes moved, with the image there are %d"
              .formatted(dispute.usage().bandwidth(), reruns.wholeTraffic()));
    }
    return Optional.empty();
  }

  private static Optional<Judgement> claimedDown(Dispute dispute, Verdict ifItWasUp, String who) {
    return dispute.directory().isDown()
        ? said(Verdict.DIRECTORY_UNAVAILABLE, whyDown(dispute.directory()))
        : said(
            ifItWasUp,
            who + " says that the directory was down; by its record it was up all along");
  }

  private static String whyDown(Dispute.Uptime uptime) {
    return switch (uptime) {
      case DOWN_AT_TIMES -> "the directory was down by its own record";
      case SEEN_DOWN ->
          "the mediator's own probes found the directory down, though its record says it was up";
      case DISPROVED ->
          "the directory's word on its availability is worthless: its record contradicts what it"
              + " signed, or proves nothing";
      case UP_ALL_THE_TIME, NOT_ASKED, SILENT ->
          throw new IllegalArgumentException("not down: " + uptime);
    };
  }

  private static Optional<Judgement> said(Verdict verdict, String why) {
    return Optional.of(new Judgement(verdict, why));
  }
}
