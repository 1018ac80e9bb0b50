package modicum.solver.app;

import java.time.Duration;
import modicum.ledger.LedgerFollower;
import modicum.ledger.agent.AgentLoop;
import modicum.ledger.config.BadConfiguration;
import modicum.protocol.money.Wei;
import modicum.solver.SolverOptions;
import modicum.solver.SolverOrderBook;

/**
 * A solver's configuration file; what it does not say has a default.
 *
 * @param host the interface to listen on; default 127.0.0.1
 * @param port 0 for a free one; default 8470
 * @param stateFolder where the offers are kept that were left with the solver; default solver-state
 * @param pollMillis between two looks at the chain, milliseconds; default 1000
 * @param confirmations how many blocks must stand above one before it is believed; default 0
 * @param minimumIncentive wei that a match must bring the solver, of both sides together; default 0
 * @param coverFees whether a match must also bring what the last one cost in fees; default false
 * @param maximumOffers of each kind that the book holds; default 2000
 * @param maximumOffersOfOneOwner of each kind; default 100
 * @param requestsPerMinute that one network address may send; default 1200
 */
public record SolverConfig(
    String host,
    Integer port,
    String stateFolder,
    Long pollMillis,
    Integer confirmations,
    String minimumIncentive,
    Boolean coverFees,
    Integer maximumOffers,
    Integer maximumOffersOfOneOwner,
    Integer requestsPerMinute) {
  private static final Duration MINIMUM_PATIENCE = Duration.ofSeconds(1);
  private static final Duration MAXIMUM_PATIENCE = Duration.ofSeconds(10);

  public SolverConfig {
    host = orDefault(host, "127.0.0.1");
    port = orDefault(port, 8470);
    stateFolder = orDefault(stateFolder, "solver-state");
    pollMillis = orDefault(pollMillis, 1000L);
    confirmations = orDefault(confirmations, 0);
    minimumIncentive = orDefault(minimumIncentive, "0");
    coverFees = orDefault(coverFees, false);
    maximumOffers = orDefault(maximumOffers, SolverOrderBook.Options.DEFAULT.offers());
    maximumOffersOfOneOwner =
        orDefault(maximumOffersOfOneOwner, SolverOrderBook.Options.DEFAULT.offersOfOneOwner());
    requestsPerMinute = orDefault(requestsPerMinute, 1200);
    requireBetween("port", port, 0, 65_535);
    requireBetween("pollMillis", pollMillis, 10, 600_000);
    requireBetween("confirmations", confirmations, 0, 10_000);
    requireBetween("maximumOffers", maximumOffers, 1, 100_000);
    requireBetween("maximumOffersOfOneOwner", maximumOffersOfOneOwner, 1, 100_000);
    requireBetween("requestsPerMinute", requestsPerMinute, 1, 1_000_000);
    if (!minimumIncentive.matches("[0-9]{1,29}")) {
      throw new IllegalArgumentException(
          "minimumIncentive is a whole number of wei, got " + minimumIncentive);
    }
  }

  /** All defaults, but for where it listens and keeps its state. */
  public static SolverConfig at(String host, int port, String stateFolder) {
    return new SolverConfig(host, port, stateFolder, null, null, null, null, null, null, null);
  }

  public SolverConfig polling(Duration interval) {
    return new SolverConfig(
        host,
        port,
        stateFolder,
        interval.toMillis(),
        confirmations,
        minimumIncentive,
        coverFees,
        maximumOffers,
        maximumOffersOfOneOwner,
        requestsPerMinute);
  }

  SolverOptions solverOptions() {
    return SolverOptions.DEFAULT.withIncentive(Wei.parse(minimumIncentive), coverFees);
  }

  SolverOrderBook.Options orderBookOptions() {
    Duration patience = Duration.ofMillis(5 * pollMillis);
    return new SolverOrderBook.Options(
        maximumOffers,
        maximumOffersOfOneOwner,
        clamp(patience, MINIMUM_PATIENCE, MAXIMUM_PATIENCE));
  }

  LedgerFollower.Options followerOptions() {
    return new LedgerFollower.Options(LedgerFollower.Options.DEFAULT.chunk(), confirmations);
  }

  AgentLoop.Options loopOptions() {
    return AgentLoop.Options.polling(Duration.ofMillis(pollMillis));
  }

  BadConfiguration portIsTaken(Throwable cause) {
    return new BadConfiguration(
        "port " + port + " of " + host + " is taken; choose another port for the solver", cause);
  }

  private static Duration clamp(Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0) {
      return least;
    }
    return value.compareTo(most) > 0 ? most : value;
  }

  private static <T> T orDefault(T value, T otherwise) {
    return value == null ? otherwise : value;
  }

  private static void requireBetween(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " is between " + least + " and " + most + ", got " + value);
    }
  }
}
