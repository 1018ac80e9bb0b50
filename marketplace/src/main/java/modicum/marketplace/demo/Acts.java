package modicum.marketplace.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import modicum.executor.Executor;
import modicum.jobcreator.JobHandle;
import modicum.jobcreator.JobStatus;
import modicum.jobcreator.verification.VerificationPolicy;
import modicum.ledger.Submission;
import modicum.marketplace.local.LocalMarket;
import modicum.marketplace.role.MarketConnection;
import modicum.marketplace.role.RunningRole;
import modicum.protocol.identity.Address;
import modicum.protocol.market.Command;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.Stage;

/** The acts of the demo: one for each kind of ending. */
final class Acts {
  private static final VerificationPolicy ALWAYS = new VerificationPolicy.Always();
  private static final VerificationPolicy NEVER = new VerificationPolicy.None();

  private final Theatre theatre;
  private final Path picture;

  /**
   * @param picture the file that the rendered picture is put into
   */
  Acts(Theatre theatre, Path picture) {
    this.theatre = theatre;
    this.picture = picture;
  }

  /**
   * How an act went.
   *
   * @param provider the account that was the resource provider
   */
  record Played(Address provider, String faultyParty, String verdict, String why) {}

  /** An act as a value. */
  @FunctionalInterface
  interface Act {
    Played play() throws InterruptedException;
  }

  /** An act and the name of its ending. */
  record Named(String ending, Act act) {}

  /** Those in which the chain's clock is moved come last, since a mediator asks for real times. */
  List<Named> all() {
    return List.of(
        new Named("accepted", this::accepted),
        new Named("wrong-result", this::wrongResult),
        new Named("non-deterministic-job", this::nonDeterministicJob),
        new Named("accepted-by-silence", this::acceptedBySilence),
        new Named("result-overdue", this::resultOverdue),
        new Named("mediation-overdue", this::mediationOverdue),
        new Named("cancelled", this::cancelled));
  }

  private Played accepted() throws InterruptedException {
    List<JobHandle> jobs = new ArrayList<>();
    for (int band = 0; band < DemoJobs.BANDS; band++) {
      // One of the results is checked by running its job again; the others are trusted.
      VerificationPolicy verify = band == 0 ? ALWAYS : NEVER;
      jobs.add(theatre.submit(DemoJobs.band(band, bandFolder(band), verify)));
      theatre.say("band " + (band + 1) + " of " + DemoJobs.BANDS + " is offered");
    }
    Address provider = null;
    for (JobHandle job : jobs) {
      JobStatus status = requireClosed(theatre.awaitClosed(job), ClosingReason.ACCEPTED);
      provider = provider == null ? providerOf(status) : provider;
      theatre.say("a band was rendered by " + providerOf(status) + " and accepted");
    }
    assemble();
    return new Played(
        provider,
        Ending.NONE,
        Ending.NONE,
        "The job creator ran one of %d results again, and accepted all.".formatted(DemoJobs.BANDS));
  }

  private Path bandFolder(int band) {
    return theatre.results("band-" + band);
  }

  private void assemble() {
    List<Path> bands = new ArrayList<>();
    for (int band = 0; band < DemoJobs.BANDS; band++) {
      bands.add(bandFolder(band).resolve("tile.ppm"));
    }
    try {
      Picture.assemble(bands, picture);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot assemble the picture", e);
    }
  }

  private Played wrongResult() throws InterruptedException {
    RunningRole forger = startForger();
    JobHandle job = theatre.submit(DemoJobs.stamp(theatre.results("forged"), ALWAYS));
    JobStatus status = requireClosed(theatre.awaitClosed(job), ClosingReason.MEDIATED);
    theatre.retire(Cast.FORGER, forger);
    return mediated(
        status,
        "The provider forged the result; the job creator ran the job again, and so did the"
            + " mediator.");
  }

  private Played nonDeterministicJob() throws InterruptedException {
    JobHandle job = theatre.submit(DemoJobs.lots(theatre.results("lots")));
    JobStatus status = requireClosed(theatre.awaitClosed(job), ClosingReason.MEDIATED);
    return mediated(
        status,
        "The job puts out something else each time; the mediator's own runs already differed.");
  }

  private Played acceptedBySilence() throws InterruptedException {
    JobHandle job = theatre.submit(DemoJobs.stamp(theatre.results("silence"), NEVER));
    theatre.awaitOfferOf(job);
    theatre.jobCreatorLeaves();
    theatre.awaitOnChain(job, "a result", s -> s.stage() == Stage.AWAITING_REACTION);
    theatre.passTime(theatre.market().options().parameters().reactionWindow() + 1);
    JobStatus status = theatre.awaitOnChain(job, "the closing", s -> s.closed().isPresent());
    theatre.jobCreatorReturns();
    return new Played(
        providerOf(requireClosed(status, ClosingReason.ACCEPTED_BY_SILENCE)),
        Ending.NONE,
        Ending.NONE,
        "The job creator never reacted; after the reaction deadline the provider closed.");
  }

  private Played resultOverdue() throws InterruptedException {
    RunningRole absent =
        theatre.startCheat(Cast.ABSENT, LocalMarket.INSTRUCTION_PRICE / 2, AbsentExecutor::new);
    theatre.awaitOfferOf(Cast.ABSENT);
    JobHandle job = theatre.submit(DemoJobs.stamp(theatre.results("overdue"), NEVER));
    JobStatus matched = theatre.await(job, "a match", s -> s.stage() == Stage.AWAITING_RESULT);
    theatre.retire(Cast.ABSENT, absent);
    theatre.passTime(matched.record().offer().completionDeadline() - matched.now() + 1);
    JobStatus status = requireClosed(theatre.awaitClosed(job), ClosingReason.RESULT_OVERDUE);
    return new Played(
        providerOf(status),
        "resource-provider",
        Ending.NONE,
        "The provider took the job and was never heard of again.");
  }

  private Played mediationOverdue() throws InterruptedException {
    theatre.market().stopMediator();
    RunningRole forger = startForger();
    JobHandle job = theatre.submit(DemoJobs.stamp(theatre.results("unjudged"), ALWAYS));
    theatre.await(job, "a rejection", s -> s.stage() == Stage.IN_MEDIATION);
    theatre.passTime(theatre.market().options().parameters().mediationWindow() + 1);
    JobStatus status = requireClosed(theatre.awaitClosed(job), ClosingReason.MEDIATION_OVERDUE);
    theatre.retire(Cast.FORGER, forger);
    return new Played(
        providerOf(status),
        "mediator",
        Ending.NONE,
        "The mediator was silent, so the sides meet half-way and it loses its fee.");
  }

  private Played cancelled() throws InterruptedException {
    JobHandle job = theatre.submit(DemoJobs.underpaid(theatre.results("cancelled")));
    theatre.awaitOfferOf(job);
    try (MarketConnection connection = theatre.market().connect(LocalMarket.JOB_CREATOR)) {
      Submission submission =
          connection
              .ledger()
              .submit(
                  new Command.CancelJobOffer(connection.ledger().account(), job.record().offer()));
      if (submission instanceof Submission.Refused refused) {
        throw new IllegalStateException(refused.rejection().sentence());
      }
    }
    theatre.await(job, "the cancellation", s -> s.stage() == Stage.CANCELLED);
    return new Played(
        theatre.market().address(LocalMarket.PROVIDER + 1),
        Ending.NONE,
        Ending.NONE,
        "Nobody takes the job at its price, so its owner cancels the offer.");
  }

  private RunningRole startForger() throws InterruptedException {
    RunningRole forger =
        theatre.startCheat(Cast.FORGER, LocalMarket.INSTRUCTION_PRICE / 2, this::forging);
    theatre.awaitOfferOf(Cast.FORGER);
    return forger;
  }

  private Executor forging(Executor engine) {
    return new ForgingExecutor(engine, theatre.market().stateOf(Cast.FORGER).resolve("forged"));
  }

  private static Played mediated(JobStatus status, String why) {
    MatchState.Mediation mediation = status.closed().orElseThrow().mediation().orElseThrow();
    String faulty = mediation.faultyParty().toString().replace(' ', '-');
    return new Played(providerOf(status), faulty, camelCase(mediation.verdict().name()), why);
  }

  /** WRONG_RESULTS as WrongResults: the word of the protocol. */
  private static String camelCase(String constant) {
    StringBuilder words = new StringBuilder();
    for (String word : constant.split("_")) {
      words.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return words.toString();
  }

  private static Address providerOf(JobStatus status) {
    return status.match().orElseThrow().terms().resourceProvider();
  }

  private static JobStatus requireClosed(JobStatus status, ClosingReason expected) {
    ClosingReason reason =
        status
            .closed()
            .orElseThrow(() -> new IllegalStateException("not closed: " + status.sentence()))
            .reason();
    if (reason != expected) {
      throw new IllegalStateException("expected " + expected + ", but " + status.sentence());
    }
    return status;
  }
}
