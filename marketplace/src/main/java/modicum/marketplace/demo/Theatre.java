package modicum.marketplace.demo;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import modicum.executor.Executor;
import modicum.jobcreator.JobCreator;
import modicum.jobcreator.JobHandle;
import modicum.jobcreator.JobStatus;
import modicum.jobcreator.file.JobRequest;
import modicum.jobcreator.packaging.PackagingProgress;
import modicum.ledger.agent.AgentLoop;
import modicum.ledger.orders.HttpOrderBook;
import modicum.ledger.orders.OrderBook;
import modicum.marketplace.local.LocalMarket;
import modicum.marketplace.role.MarketConnection;
import modicum.marketplace.role.RunningRole;
import modicum.protocol.identity.Address;
import modicum.protocol.market.Command;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.OfferHash;

/** Where the acts of the demo are played: a local market, and a job creator that is driven. */
final class Theatre {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
  private static final long LOOK_EVERY_MS = 200;

  private final LocalMarket market;
  private final Path results;
  private final Consumer<String> progress;
  private final OrderBook orderBook;
  private JobCreator jobCreator;

  Theatre(LocalMarket market, Path results, Consumer<String> progress) {
    this.market = market;
    this.results = results;
    this.progress = progress;
    this.orderBook = new HttpOrderBook(URI.create(market.market().solvers().getFirst()));
    this.jobCreator = jobCreator();
  }

  LocalMarket market() {
    return market;
  }

  void say(String text) {
    progress.accept(text);
  }

  /** A folder for the results of one job. */
  Path results(String name) {
    return results.resolve(name);
  }

  JobHandle submit(JobRequest job) throws InterruptedException {
    return jobCreator.submit(job, PackagingProgress.NONE);
  }

  /** The job creator is killed: it never reacts to what it posted. */
  void jobCreatorLeaves() {
    jobCreator.close();
  }

  /** It starts again, with its jobs so far left alone. */
  void jobCreatorReturns() {
    jobCreator = jobCreator();
  }

  private JobCreator jobCreator() {
    JobCreator started =
        new JobCreator(
            market.jobCreatorAccess(LocalMarket.JOB_CREATOR),
            market.stateOf(LocalMarket.JOB_CREATOR),
            JobCreator.Options.DEFAULT
                .with(market.options().channel())
                .measuringBy(OptionalLong.of(LocalMarket.TIME_PER_INSTRUCTION))
                .with(AgentLoop.Options.polling(market.options().poll())));
    started.start();
    return started;
  }

  /** A provider that is cheaper than the honest ones, so that it gets the next job. */
  RunningRole startCheat(String party, long instructionPrice, UnaryOperator<Executor> sandbox) {
    return market.startProvider(party, instructionPrice, sandbox);
  }

  /**
   * Takes a cheat off the market. What it has free leaves with it, so that the offers it left
   * behind cannot be matched any more.
   */
  void retire(String party, RunningRole role) {
    role.close();
    try (MarketConnection connection = market.connect(party)) {
      Wei free =
          market
              .audit()
              .balance(connection.ledger().account(), market.audit().newestBlock())
              .free();
      if (!free.isZero()) {
        connection.ledger().submit(new Command.Withdraw(connection.ledger().account(), free));
      }
    }
  }

  /** Waits until a provider's offer is in the solver's book. */
  void awaitOfferOf(String party) throws InterruptedException {
    Address account = market.address(party);
    await(
        "an offer of " + party,
        () ->
            orderBook.resourceOffers().stream()
                .anyMatch(signed -> signed.offer().resourceProvider().equals(account)));
  }

  /** Waits until a job's offer is in the solver's book, or already out of it again. */
  void awaitOfferOf(JobHandle job) throws InterruptedException {
    await(
        "the offer of job " + job.id(),
        () -> orderBook.status(new OfferHash(job.id().value())).isPresent());
  }

  /** Where a job stands on the chain, for the time in which nobody follows it. */
  JobStatus look(JobHandle job) {
    return jobCreator.survey(List.of(job.record())).getFirst();
  }

  JobStatus awaitOnChain(JobHandle job, String what, Predicate<JobStatus> condition)
      throws InterruptedException {
    await(what, () -> condition.test(look(job)));
    return look(job);
  }

  /** Moves the chain's clock, since nobody wants to wait for a deadline. */
  void passTime(long seconds) {
    say("the chain's clock moves on by " + seconds + " seconds");
    market.node().increaseTime(seconds);
  }

  JobStatus await(JobHandle job, String what, Predicate<JobStatus> condition)
      throws InterruptedException {
    await(what, () -> job.status().filter(condition).isPresent());
    return job.status().orElseThrow();
  }

  JobStatus awaitClosed(JobHandle job) throws InterruptedException {
    return await(job, "the end of job " + job.id(), status -> status.end().isPresent());
  }

  void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "waited " + LONGEST_WAIT.toMinutes() + " minutes for " + what);
      }
      Thread.sleep(LOOK_EVERY_MS);
    }
  }

  void close() {
    jobCreator.close();
  }
}
