package modicum.ledger.web3j;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import modicum.protocol.market.Command;
import modicum.protocol.market.Rejection;
import modicum.protocol.match.MatchId;
import modicum.protocol.offer.OfferHasher;

/**
 * Which commands go together in the next transaction, and with how much gas.
 *
 * <p>A command that is refused by itself may still succeed after the ones before it, so it goes
 * along; unless nothing goes before it, or nothing that could change the answer.
 */
final class BatchPlan {
  /** Bytes: nodes take no transactions that are much larger. */
  private static final long MOST_CALL_DATA = 100_000;

  private static final BigInteger OF_THE_TRANSACTION = BigInteger.valueOf(60_000);

  /** For what the commands before it may make dearer, and a step of the grid below. */
  private static final BigInteger MARGIN = BigInteger.valueOf(30_000);

  private static final BigInteger MARGIN_DIVISOR = BigInteger.valueOf(5);

  /** Rounded up to this, so that the same commands asked for again make the same transaction. */
  private static final BigInteger GRID = BigInteger.valueOf(50_000);

  private final OfferHasher hasher;
  private final BigInteger mostGas;
  private final List<Optional<Rejection>> answers = new ArrayList<>();
  private final List<PlannedCommand> sent = new ArrayList<>();
  private BigInteger gasPerCall = BigInteger.ZERO;
  private long callData;

  /**
   * @param mostGas that the transaction may have
   */
  BatchPlan(OfferHasher hasher, BigInteger mostGas) {
    this.hasher = hasher;
    this.mostGas = mostGas;
  }

  /** Of each command of the plan, in order: why it is not sent; empty where it is. */
  List<Optional<Rejection>> answers() {
    return answers;
  }

  /** The commands that go into the transaction, in order. */
  List<PlannedCommand> sent() {
    return sent;
  }

  /** What each call may use at most. */
  BigInteger gasPerCall() {
    return gasPerCall;
  }

  /** Of the whole transaction: enough for every call to use what it may. */
  BigInteger gasLimit() {
    return gasLimit(sent.size(), gasPerCall, callData);
  }

  /**
   * Whether a command cannot be written before those planned are mined: the contract wants to see
   * the terms and the result of a match again, and one of those planned makes them; or a deposit of
   * a token uses up what is approved.
   */
  boolean makesWhatIsNeededFor(Command command) {
    return switch (command) {
      case Command.MatchCommand step ->
          sent.stream().anyMatch(planned -> makesWhatIsNeededFor(step, planned.command()));
      case Command.Deposit deposit ->
          sent.stream().anyMatch(planned -> planned.command() instanceof Command.Deposit);
      default -> false;
    };
  }

  private boolean makesWhatIsNeededFor(Command.MatchCommand step, Command earlier) {
    return switch (earlier) {
      case Command.PostMatch match -> isOf(step.matchId(), match);
      case Command.PostResult post ->
          CommandEncoder.needsResult(step) && post.matchId().equals(step.matchId());
      default -> false;
    };
  }

  /** Takes a command in, where there is room for it. */
  boolean add(PlannedCommand planned) {
    if (planned.alone().isPresent() && !mayBeChangedByThoseBefore(planned.command())) {
      return answers.add(planned.alone());
    }
    BigInteger perCall = gasPerCall.max(withMargin(planned.gas()));
    long bytes = callData + planned.callDataBytes();
    boolean fits =
        bytes <= MOST_CALL_DATA
            && gasLimit(sent.size() + 1, perCall, bytes).compareTo(mostGas) <= 0;
    // One that never fits goes by itself, for the node to judge.
    if (!fits && !sent.isEmpty()) {
      return false;
    }
    gasPerCall = perCall;
    callData = bytes;
    sent.add(planned);
    return answers.add(Optional.empty());
  }

  private boolean mayBeChangedByThoseBefore(Command command) {
    if (!(command instanceof Command.MatchCommand step)) {
      return !sent.isEmpty();
    }
    return sent.stream().anyMatch(planned -> isAbout(step.matchId(), planned.command()));
  }

  private boolean isAbout(MatchId match, Command command) {
    return switch (command) {
      case Command.PostMatch made -> isOf(match, made);
      case Command.MatchCommand step -> step.matchId().equals(match);
      default -> false;
    };
  }

  private boolean isOf(MatchId match, Command.PostMatch made) {
    return hasher.hash(made.jobOffer()).asMatchId().equals(match);
  }

  private static BigInteger withMargin(BigInteger gas) {
    BigInteger more = gas.add(gas.divide(MARGIN_DIVISOR)).add(MARGIN);
    return more.add(GRID).subtract(BigInteger.ONE).divide(GRID).multiply(GRID);
  }

  /** A call is given at most 63 of 64 parts of what is left, so the last one needs some beside. */
  private static BigInteger gasLimit(int calls, BigInteger perCall, long callData) {
    BigInteger ofCalls = perCall.multiply(BigInteger.valueOf(calls));
    return OF_THE_TRANSACTION
        .add(BigInteger.valueOf(callData * 16))
        .add(ofCalls)
        .add(ofCalls.shiftRight(5));
  }
}
