package modicum.jobcreator.verification;

import java.util.Locale;
import modicum.executor.job.JobResult;
import modicum.executor.job.OutputComparison;
import modicum.executor.job.Preparation;
import modicum.protocol.content.Digest;
import modicum.protocol.match.Match;
import modicum.protocol.match.RejectReason;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.offer.Quantity;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;

/**
 * Compares what a provider claims with what an own run amounts to, as the mediator would (section
 * 7). A claim is called wrong only where a mediator should come to the same: whoever rejects a
 * right result is fined.
 *
 * @param claimedManifest the claimed result digest
 * @param own what an own run amounts to
 * @param most bytes moved by a provider that did not have the image
 * @param knowsOwnSpeed whether the own instructions are counted by this machine's own speed
 */
record Judgement(
    Match match,
    Digest claimedManifest,
    JobResult own,
    long most,
    boolean knowsOwnSpeed,
    MarketParameters parameters) {
  /** One part in so many. */
  private static final int MARGIN = 4;

  /** What the job's equality says of the claimed and the own output; asked if they differ. */
  interface Comparison {
    OutputComparison.Answer answer() throws InterruptedException;
  }

  /** A job that cannot be run here either has that as its right status. */
  static Finding ofUnfit(ResultStatus claimed, Preparation.Failed failed) {
    if (failed.status() == claimed) {
      return new Finding.Right("the job is indeed unfit: " + failed.explanation());
    }
    if (failed.status() == ResultStatus.DECLINED) {
      return new Finding.Unverified("the job cannot be run here: " + failed.explanation());
    }
    if (failed.status() == ResultStatus.JOB_NOT_FOUND) {
      return new Finding.Unverified("the job is not in the directory: " + failed.explanation());
    }
    return wrongStatus(claimed, failed.status());
  }

  Finding finding(Comparison comparison) throws InterruptedException {
    if (claimed().status() != own.status()) {
      return ofOtherStatus();
    }
    if (own.status() != ResultStatus.COMPLETED || own.output().digest().equals(claimedManifest)) {
      return ofCost();
    }
    return switch (comparison.answer()) {
      case EQUAL -> ofCost();
      case DIFFERENT ->
          new Finding.Wrong(
              RejectReason.WRONG_RESULTS,
              "an own run has another output: %s instead of %s"
                  .formatted(own.output().digest(), claimedManifest));
      case FAILED ->
          new Finding.Unverified(
              "the job's comparator fails; before a mediator that is your fault");
    };
  }

  /** The same job needs a little more on one run than on the next. */
  private Finding ofOtherStatus() {
    boolean nearLimit =
        claimed().status() == ResultStatus.INSTRUCTIONS_EXCEEDED
            && own.status() == ResultStatus.COMPLETED
            && !parameters.exceedsTolerance(
                match.jobOffer().limits().instructions(), own.usage().instructions());
    return nearLimit
        ? new Finding.Unverified(
            "the job needs about its instruction limit; give it a higher one next time")
        : wrongStatus(claimed().status(), own.status());
  }

  /**
   * What is above the limits is not paid, so it does not count as a claim. CPU time is held against
   * a provider only where this machine's speed is known, and with a margin: the mediator measures
   * again, and measures a little differently.
   */
  private Finding ofCost() {
    Usage paid = claimed().usage().atMost(match.terms().pricedLimits());
    long measured = own.usage().instructions();
    long generous = Math.min(Quantity.MAXIMUM, measured + measured / MARGIN);
    if (knowsOwnSpeed && parameters.exceedsInstructionTolerance(paid.instructions(), generous)) {
      return tooMuch("instructions", paid.instructions(), measured);
    }
    if (parameters.exceedsTolerance(paid.bandwidth(), most)) {
      return tooMuch("bytes moved", paid.bandwidth(), most);
    }
    return new Finding.Right(
        "an own run agrees (%d instructions, %d claimed)"
            .formatted(own.usage().instructions(), claimed().usage().instructions()));
  }

  private Result claimed() {
    return match.state().postedResult().orElseThrow();
  }

  private static Finding wrongStatus(ResultStatus claimed, ResultStatus own) {
    return new Finding.Wrong(
        RejectReason.INVALID_RESULT_STATUS,
        "the provider says %s, an own run says %s".formatted(words(claimed), words(own)));
  }

  private static Finding tooMuch(String what, long claimed, long measured) {
    return new Finding.Wrong(
        RejectReason.TOO_MUCH_COST,
        "%d %s are claimed, an own run took %d".formatted(claimed, what, measured));
  }

  private static String words(ResultStatus status) {
    return status.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
