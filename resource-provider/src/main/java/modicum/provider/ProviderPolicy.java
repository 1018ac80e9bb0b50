package modicum.provider;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import modicum.directory.encryption.HandOver;
import modicum.executor.RunOutcome;
import modicum.executor.RunState;
import modicum.executor.job.JobResult;
import modicum.executor.job.Preparation;
import modicum.executor.job.Traffic;
import modicum.protocol.content.Manifest;
import modicum.protocol.market.Compatibility;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchState;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;

/** What a resource provider does next. Pure; time is block time, seconds since 1970. */
public record ProviderPolicy(ProviderConfig config) {
  /** How long a job that is not found has to appear: a directory sees a match later than we may. */
  private static final long NOT_FOUND_PATIENCE = 30;

  /** Less than this part of the deposit, as match incentives take away, is not worth the gas. */
  private static final long TOP_UP_SHARE = 10;

  public List<ProviderAction> decide(ProviderView view, ProviderObservation observed, long now) {
    List<ProviderAction> actions = new ArrayList<>();
    int awaited = 0;
    for (Match match : view.open()) {
      boolean withinCapacity = awaited < config.slots();
      awaited += ProviderView.awaitsResult(match) ? 1 : 0;
      forMatch(match, observed.job(match.id()), withinCapacity, now).ifPresent(actions::add);
    }
    observed.toClean().stream().sorted().map(ProviderAction.CleanUp::new).forEach(actions::add);
    actions.addAll(toOffer(view, observed));
    withdrawal(view).ifPresent(actions::add);
    return List.copyOf(actions);
  }

  // -------------------------------------------------------------- offering

  /** First what every match needs, then the offers. */
  private List<ProviderAction> toOffer(ProviderView view, ProviderObservation observed) {
    if (!view.registered()) {
      return List.of(new ProviderAction.Register(config.registration()));
    }
    if (!view.trustToSet().isEmpty()) {
      return List.copyOf(view.trustToSet());
    }
    Wei lacking = config.depositTarget().minusOrZero(view.balance().total());
    if (config.depositTarget().minusOrZero(lacking.times(TOP_UP_SHARE)).isZero()
        && !lacking.isZero()) {
      return List.of(new ProviderAction.Deposit(lacking));
    }
    return config.offersOnChain() ? toPost(view) : toLeave(view, observed);
  }

  private static List<ProviderAction> toPost(ProviderView view) {
    return view.offers().stream()
        .filter(o -> !o.posted())
        .<ProviderAction>map(o -> new ProviderAction.PostOffer(o.offer()))
        .toList();
  }

  private List<ProviderAction> toLeave(ProviderView view, ProviderObservation observed) {
    List<ProviderAction> actions = new ArrayList<>();
    for (String solver : config.solvers()) {
      for (StandingOffers.Offer offer : view.offers()) {
        if (!observed.left().contains(new ProviderObservation.LeftOffer(solver, offer.hash()))) {
          actions.add(new ProviderAction.LeaveOffer(solver, offer.offer()));
        }
      }
    }
    return actions;
  }

  private Optional<ProviderAction> withdrawal(ProviderView view) {
    return config
        .withdrawalIfAny()
        .map(
            w -> {
              Wei spare = view.balance().free().minusOrZero(new Wei(w.keep()));
              return spare.covers(new Wei(w.atLeast())) ? spare : Wei.ZERO;
            })
        .filter(spare -> !spare.isZero())
        .map(ProviderAction.Withdraw::new);
  }

  // --------------------------------------------------------------- serving

  private Optional<ProviderAction> forMatch(
      Match match, ProviderObservation.Job job, boolean withinCapacity, long now) {
    return switch (match.state()) {
      case MatchState.AwaitingResult waiting ->
          now > waiting.deadline()
              ? Optional.empty()
              : serve(match, job, withinCapacity, waiting.deadline(), now);
      case MatchState.AwaitingReaction waiting -> {
        if (now > waiting.deadline()) {
          yield Optional.of(new ProviderAction.CloseBySilence(match.id()));
        }
        // Rationale: nobody will ask for the output of a job that we gave up.
        boolean useless = waiting.result().status().isFree() && job.isHere();
        yield useless ? Optional.of(new ProviderAction.CleanUp(match.id())) : Optional.empty();
      }
      case MatchState.InMediation mediation ->
          now > mediation.deadline()
              ? Optional.of(new ProviderAction.CloseMediationOverdue(match.id()))
              : showKey(match, job);
      case MatchState.Closed closed -> Optional.empty();
    };
  }

  /** Without the key the mediator could not see that the result is right. */
  private static Optional<ProviderAction> showKey(Match match, ProviderObservation.Job job) {
    return job.keyToShow()
        ? Optional.of(
            new ProviderAction.HandOverKey(
                match.id(), match.terms().directory(), match.terms().mediator()))
        : Optional.empty();
  }

  private Optional<ProviderAction> serve(
      Match match, ProviderObservation.Job job, boolean withinCapacity, long deadline, long now) {
    if (!withinCapacity && !job.isHere()) {
      return decline(match, job, "all slots are taken");
    }
    boolean late = now >= deadline - config.postingReserve();
    if (job.trouble().isPresent()) {
      Optional<ProviderAction> given = giveUp(match, job, job.trouble().get(), late, now);
      if (given.isPresent()) {
        return given;
      }
    }
    if (job.run() instanceof RunState.Ended ended) {
      ProviderAction next = post(match, job, ended.outcome());
      // Rationale: the line may be too slow, and an overdue result costs what the job may cost.
      return late
              && next instanceof ProviderAction.PublishResult publish
              && publish.outputFolder().isPresent()
          ? decline(match, job, "the output could not be put into the directory in time")
          : Optional.of(next);
    }
    if (job.preparation().orElse(null) instanceof Preparation.Failed failed) {
      return Optional.of(post(match, job, JobResult.of(failed, match.jobOffer().limits())));
    }
    if (late) {
      return decline(match, job, "the completion deadline is too near");
    }
    if (job.run() instanceof RunState.Running) {
      return Optional.empty();
    }
    return isHopeless(match, now)
        ? decline(match, job, "the completion deadline cannot be met any more")
        : Optional.of(new ProviderAction.RunJob(match.id(), match.jobOffer()));
  }

  private Optional<ProviderAction> giveUp(
      Match match, ProviderObservation.Job job, Trouble trouble, boolean late, long now) {
    long lasted = now - trouble.since();
    return switch (trouble.kind()) {
      case UNREACHABLE ->
          late || lasted >= config.directoryPatience()
              ? Optional.of(
                  post(match, job, nothingDone(ResultStatus.DIRECTORY_UNAVAILABLE, trouble.why())))
              : Optional.empty();
      // Rationale: to say that a directory is down that says it is up costs the whole deposit.
      case REFUSED ->
          late || lasted >= config.directoryPatience()
              ? decline(match, job, trouble.why())
              : Optional.empty();
      case NOT_FOUND ->
          lasted >= Math.min(NOT_FOUND_PATIENCE, config.directoryPatience())
              ? Optional.of(
                  post(match, job, nothingDone(ResultStatus.JOB_NOT_FOUND, trouble.why())))
              : late ? decline(match, job, trouble.why()) : Optional.empty();
      // Rationale: a job creator that answers in time must not be said to have not.
      case KEY_MISSING ->
          lasted >= HandOver.PATIENCE.toSeconds()
              ? Optional.of(
                  post(match, job, nothingDone(ResultStatus.JOB_NOT_FOUND, trouble.why())))
              : late ? decline(match, job, trouble.why()) : Optional.empty();
    };
  }

  /** Limits carry a margin: half of the instruction limit is what a job may well need. */
  private boolean isHopeless(Match match, long now) {
    BigInteger done =
        Compatibility.earliestCompletion(
            now, match.jobOffer().limits().instructions() / 2, config.registration());
    return done.compareTo(BigInteger.valueOf(match.terms().completionDeadline())) > 0;
  }

  private static ProviderAction post(Match match, ProviderObservation.Job job, RunOutcome outcome) {
    Traffic traffic = job.preparation().map(Preparation::traffic).orElse(Traffic.NONE);
    JobResult result =
        resultOf(job, outcome, traffic.counted(), match.jobOffer().limits())
            .withoutKept(traffic.kept());
    return post(
        match,
        job,
        result,
        Optional.of(outcome.outputFolder())
            .filter(folder -> result.status() == ResultStatus.COMPLETED));
  }

  private static JobResult resultOf(
      ProviderObservation.Job job, RunOutcome outcome, long downloaded, Limits limits) {
    return job.preparation().orElse(null) instanceof Preparation.Ready ready
        ? JobResult.of(ready.spec(), outcome, downloaded, limits)
        : JobResult.of(outcome, downloaded, limits);
  }

  private static ProviderAction post(
      Match match, ProviderObservation.Job job, JobResult withoutOutput) {
    return post(match, job, withoutOutput, Optional.empty());
  }

  /** An output is published before its result is posted: then nobody finds it missing. */
  private static ProviderAction post(
      Match match, ProviderObservation.Job job, JobResult result, Optional<Path> outputFolder) {
    return job.published().filter(result.output().digest()::equals).isPresent()
        ? new ProviderAction.PostResult(match.id(), result)
        : new ProviderAction.PublishResult(
            match.id(), match.terms().directory(), result, outputFolder);
  }

  /** Giving a job up is free of charge, and better than being late. */
  private static Optional<ProviderAction> decline(
      Match match, ProviderObservation.Job job, String why) {
    return Optional.of(post(match, job, nothingDone(ResultStatus.DECLINED, why)));
  }

  private static JobResult nothingDone(ResultStatus status, String why) {
    return new JobResult(status, Manifest.EMPTY, Usage.NOTHING, why);
  }
}
