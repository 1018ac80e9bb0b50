package modicum.ledger.web3j;

import java.math.BigInteger;
import java.util.Optional;
import modicum.protocol.market.Command;
import modicum.protocol.market.Rejection;

/**
 * A command as it would go into a batch, tried out by itself.
 *
 * @param gas what it may need as a transaction of its own
 * @param alone why it is refused by itself; empty where it is accepted
 */
record PlannedCommand(
    Command command, CommandEncoder.Call call, BigInteger gas, Optional<Rejection> alone) {
  private static final BigInteger GAS_PER_BYTE = BigInteger.valueOf(16);
  private static final int DIGITS_PER_BYTE = 2;
  private static final BigInteger LIKELY_GAS = BigInteger.valueOf(400_000);
  private static final BigInteger LIKELY_GAS_PER_SUBJECT = BigInteger.valueOf(30_000);

  /** Of a command that only those before it make possible, so that it cannot be tried out. */
  static BigInteger likelyGas(Command command) {
    return command instanceof Command.SetTrust trust
        ? LIKELY_GAS.add(
            LIKELY_GAS_PER_SUBJECT.multiply(BigInteger.valueOf(trust.subjects().size())))
        : LIKELY_GAS;
  }

  /** What carrying its call data costs at most. */
  BigInteger callDataGas() {
    return GAS_PER_BYTE.multiply(BigInteger.valueOf(callDataBytes()));
  }

  long callDataBytes() {
    return call.data().length() / DIGITS_PER_BYTE;
  }
}
