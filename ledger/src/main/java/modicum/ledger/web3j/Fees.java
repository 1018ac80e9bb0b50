package modicum.ledger.web3j;

import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.methods.response.EthFeeHistory;

/**
 * What a transaction offers for each gas (EIP-1559), wei.
 *
 * @param priority to whoever makes the block
 * @param maximum in all, base fee included
 */
record Fees(BigInteger priority, BigInteger maximum) {
  private static final int BLOCKS = 10;
  private static final List<Double> MEDIAN = List.of(50.0);

  /** So that a chain that was idle does not make us offer nothing. */
  private static final BigInteger LEAST_PRIORITY = BigInteger.valueOf(1_000_000);

  /** Nodes replace a transaction for at least 10% more; a little above, to be clear of rounding. */
  private static final BigInteger BUMP_NUMERATOR = BigInteger.valueOf(5);

  private static final BigInteger BUMP_DENOMINATOR = BigInteger.valueOf(4);

  /** What the last blocks suggest: room for the base fee to double. */
  static Fees current(RpcNode node) {
    EthFeeHistory.FeeHistory history =
        node.demand(node.web3j().ethFeeHistory(BLOCKS, DefaultBlockParameterName.LATEST, MEDIAN))
            .getFeeHistory();
    return node.understand(() -> of(history));
  }

  private static Fees of(EthFeeHistory.FeeHistory history) {
    BigInteger base = history.getBaseFeePerGas().getLast();
    BigInteger priority =
        history.getReward() == null
            ? LEAST_PRIORITY
            : history.getReward().stream()
                .filter(Objects::nonNull)
                .map(List::getFirst)
                .max(BigInteger::compareTo)
                .orElse(LEAST_PRIORITY)
                .max(LEAST_PRIORITY);
    return new Fees(priority, base.shiftLeft(1).add(priority));
  }

  /** Enough more to replace a transaction that offers these. */
  Fees bumped() {
    return new Fees(bump(priority), bump(maximum));
  }

  Fees atLeast(Fees other) {
    return new Fees(priority.max(other.priority), maximum.max(other.maximum));
  }

  private static BigInteger bump(BigInteger value) {
    return value.multiply(BUMP_NUMERATOR).divide(BUMP_DENOMINATOR).add(BigInteger.ONE);
  }
}
