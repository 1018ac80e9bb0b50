package modicum.jobcreator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import modicum.jobcreator.JobCreatorView.JobView;
import modicum.jobcreator.record.Channel;
import modicum.jobcreator.record.JobEnd;
import modicum.jobcreator.result.ResultFetch;
import modicum.jobcreator.verification.Finding;
import modicum.jobcreator.verification.VerificationMethod;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Role;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.FaultyParty;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Stage;
import modicum.protocol.money.Wei;
import modicum.protocol.result.ResultStatus;

/**
 * What a job creator does next. Pure; time is block time, seconds since 1970.
 *
 * @param depositWhenNeeded whether missing deposits are taken from the wallet
 */
public record JobCreatorPolicy(boolean depositWhenNeeded) {
  /** How much of the reaction window a result that is not there has to appear. */
  private static final int GRACE_SHARE = 4;

  private static final long LONGEST_GRACE = 30;

  /** How much of the reaction window is kept for the reaction itself to get onto the chain. */
  private static final int RESERVE_SHARE = 4;

  private static final long LONGEST_RESERVE = 300;

  /** As long as a hosted directory keeps results of closed matches open, at most. */
  static final long COLLECTING_TIME = 24 * 3600;

  public List<JobCreatorAction> decide(
      JobCreatorView view, Function<MatchId, JobObservation> observed, long now) {
    List<JobCreatorAction> actions = new ArrayList<>();
    List<JobView> offering = new ArrayList<>();
    for (JobView job : view.jobs()) {
      JobObservation seen = observed.apply(job.record().id());
      if (isOffering(job, seen, now)) {
        offering.add(job);
      } else {
        forJob(view, job, seen, now).ifPresent(actions::add);
      }
    }
    actions.addAll(toOffer(view, offering, observed));
    return actions;
  }

  private static boolean isOffering(JobView job, JobObservation seen, long now) {
    return job.isUnmatched() && seen.end().isEmpty() && now <= job.record().offer().expiry();
  }

  // ------------------------------------------------------- before the match

  /** First what all offers need, then the offers: a solver refuses what cannot be matched. */
  private List<JobCreatorAction> toOffer(
      JobCreatorView view, List<JobView> jobs, Function<MatchId, JobObservation> observed) {
    if (jobs.isEmpty()) {
      return List.of();
    }
    if (!view.registered()) {
      return List.of(new JobCreatorAction.Register());
    }
    List<JobCreatorAction> actions = new ArrayList<>();
    Wei needed = Wei.ZERO;
    for (JobView job : jobs) {
      needed = needed.plus(job.deposit());
      if (!job.untrusted().isEmpty()) {
        actions.add(new JobCreatorAction.TrustMediators(job.untrusted()));
      } else if (view.free().covers(needed)) {
        offer(job, observed.apply(job.record().id())).ifPresent(actions::add);
      }
    }
    if (depositWhenNeeded && !view.free().covers(needed)) {
      actions.add(new JobCreatorAction.DepositUpTo(needed));
    }
    return actions.stream().distinct().toList();
  }

  private static Optional<JobCreatorAction> offer(JobView job, JobObservation seen) {
    if (job.record().channel() == Channel.ON_CHAIN) {
      return when(job.stage() == Stage.UNKNOWN, new JobCreatorAction.PostOffer(job.record()));
    }
    return when(!seen.offerIsLeft(), new JobCreatorAction.LeaveOffer(job.record()));
  }

  // -------------------------------------------------------- after the match

  private static Optional<JobCreatorAction> forJob(
      JobCreatorView view, JobView job, JobObservation seen, long now) {
    if (job.match().isEmpty()) {
      return when(
          seen.end().isEmpty(),
          new JobCreatorAction.Finish(
              job.record(), job.stage() == Stage.CANCELLED ? JobEnd.CANCELLED : JobEnd.EXPIRED));
    }
    Match match = job.match().get();
    return switch (match.state()) {
      case MatchState.AwaitingResult waiting ->
          now > waiting.deadline()
              ? Optional.of(new JobCreatorAction.CloseResultOverdue(job.record()))
              : handOver(job, seen, Role.RESOURCE_PROVIDER, match.terms().resourceProvider());
      case MatchState.AwaitingReaction waiting ->
          Optional.of(react(view, job, match, waiting, seen, now));
      case MatchState.InMediation mediation ->
          now > mediation.deadline()
              ? Optional.of(new JobCreatorAction.CloseMediationOverdue(job.record()))
              : handOver(job, seen, Role.MEDIATOR, match.terms().mediator());
      case MatchState.Closed closed -> afterClosing(job, match, closed, seen, now);
    };
  }

  private static Optional<JobCreatorAction> handOver(
      JobView job, JobObservation seen, Role role, Address party) {
    return when(seen.encrypted(), new JobCreatorAction.HandOverKey(job.record(), role, party));
  }

  private static JobCreatorAction react(
      JobCreatorView view,
      JobView job,
      Match match,
      MatchState.AwaitingReaction waiting,
      JobObservation seen,
      long now) {
    if (now > waiting.deadline()) {
      return new JobCreatorAction.CloseBySilence(job.record());
    }
    if (waiting.result().status().isFree()) {
      return new JobCreatorAction.Accept(job.record());
    }
    if (seen.finding().isPresent()) {
      return reactTo(job, seen.finding().get());
    }
    boolean late = now > waiting.deadline() - reserve(view);
    return switch (seen.fetch()) {
      case ResultFetch.Fetched here -> lookAt(job, match, waiting, here, late);
      case ResultFetch.Missing missing ->
          now >= posted(view, waiting) + grace(view)
              ? new JobCreatorAction.Reject(
                  job.record(), RejectReason.RESULT_NOT_FOUND, missing.why())
              : new JobCreatorAction.FetchResult(job.record(), match);
      case ResultFetch.Unreachable unreachable ->
          late
              ? new JobCreatorAction.Reject(
                  job.record(), RejectReason.DIRECTORY_UNAVAILABLE, unreachable.why())
              : new JobCreatorAction.FetchResult(job.record(), match);
      case ResultFetch.TooLarge tooLarge ->
          new JobCreatorAction.Reject(
              job.record(), RejectReason.INVALID_RESULT_STATUS, tooLarge.why());
      case ResultFetch.NotTried notTried -> new JobCreatorAction.FetchResult(job.record(), match);
    };
  }

  /** A verification that cannot end in time is given up: silence would accept as well. */
  private static JobCreatorAction lookAt(
      JobView job,
      Match match,
      MatchState.AwaitingReaction waiting,
      ResultFetch.Fetched here,
      boolean late) {
    boolean checkable =
        job.record().method() != VerificationMethod.TRUST
            || waiting.result().status() == ResultStatus.JOB_NOT_FOUND;
    return checkable && !late
        ? new JobCreatorAction.Verify(job.record(), match, job.providersTime(), here.manifest())
        : new JobCreatorAction.Accept(job.record());
  }

  private static JobCreatorAction reactTo(JobView job, Finding finding) {
    return switch (finding) {
      case Finding.Right right -> new JobCreatorAction.Accept(job.record());
      case Finding.Unverified unverified -> new JobCreatorAction.Accept(job.record());
      case Finding.Wrong wrong ->
          new JobCreatorAction.Reject(job.record(), wrong.reason(), wrong.explanation());
    };
  }

  private static Optional<JobCreatorAction> afterClosing(
      JobView job, Match match, MatchState.Closed closed, JobObservation seen, long now) {
    if (seen.end().isPresent()) {
      return Optional.empty();
    }
    if (!hasOutput(closed)) {
      return Optional.of(new JobCreatorAction.Finish(job.record(), JobEnd.CLOSED));
    }
    boolean late = now > match.terms().completionDeadline() + COLLECTING_TIME;
    return Optional.of(
        switch (seen.fetch()) {
          case ResultFetch.Fetched here -> new JobCreatorAction.CollectOutput(job.record());
          case ResultFetch.TooLarge tooLarge ->
              new JobCreatorAction.Finish(job.record(), JobEnd.CLOSED);
          case ResultFetch.Missing missing ->
              new JobCreatorAction.Finish(job.record(), JobEnd.CLOSED);
          case ResultFetch.Unreachable unreachable ->
              late
                  ? new JobCreatorAction.Finish(job.record(), JobEnd.CLOSED)
                  : new JobCreatorAction.FetchResult(job.record(), match);
          case ResultFetch.NotTried notTried ->
              new JobCreatorAction.FetchResult(job.record(), match);
        });
  }

  /** Whether the output may be used: it was accepted, or a mediator found that it is right. */
  static boolean hasOutput(MatchState.Closed closed) {
    if (closed.result().filter(r -> r.status() == ResultStatus.COMPLETED).isEmpty()) {
      return false;
    }
    return closed.reason() == ClosingReason.ACCEPTED
        || closed.reason() == ClosingReason.ACCEPTED_BY_SILENCE
        || closed.mediation().filter(m -> m.faultyParty() == FaultyParty.JOB_CREATOR).isPresent();
  }

  private static long posted(JobCreatorView view, MatchState.AwaitingReaction waiting) {
    return waiting.deadline() - view.reactionWindow();
  }

  private static long grace(JobCreatorView view) {
    return Math.min(LONGEST_GRACE, view.reactionWindow() / GRACE_SHARE);
  }

  private static long reserve(JobCreatorView view) {
    return Math.min(LONGEST_RESERVE, view.reactionWindow() / RESERVE_SHARE);
  }

  private static Optional<JobCreatorAction> when(boolean condition, JobCreatorAction action) {
    return condition ? Optional.of(action) : Optional.empty();
  }
}
