package modicum.protocol.money;

import java.math.BigInteger;
import java.util.Optional;
import modicum.protocol.identity.Address;

/**
 * What the contract fixes at deployment, and so never changes under an open match (section 5).
 *
 * @param penaltyRate theta, at least 1
 * @param verificationCount n, how often the mediator runs a disputed job, at least 1
 * @param reactionWindow seconds that the job creator has to react to a result
 * @param mediationWindow seconds that the mediator has for its verdict
 * @param usageTolerance basis points by which a claimed usage may exceed the mediator's
 * @param penaltySink who is credited what is taken from a cheat beyond compensation and mediation
 * @param paymentToken the ERC-20 contract whose token the market is paid in; empty for the chain's
 *     own coin
 */
public record MarketParameters(
    int penaltyRate,
    int verificationCount,
    long reactionWindow,
    long mediationWindow,
    int usageTolerance,
    Address penaltySink,
    Optional<Address> paymentToken) {
  /** Where the sink is burnt money: an address to which nobody has the key. */
  public static final Address BURNT = Address.fromHex("0x000000000000000000000000000000000000dEaD");

  /** Instructions: some hundred milliseconds of CPU time of a common machine. */
  public static final long INSTRUCTION_NOISE = 500;

  private static final int BASIS_POINTS = 10_000;

  /** A market that is paid in the chain's own coin. */
  public MarketParameters(
      int penaltyRate,
      int verificationCount,
      long reactionWindow,
      long mediationWindow,
      int usageTolerance,
      Address penaltySink) {
    this(
        penaltyRate,
        verificationCount,
        reactionWindow,
        mediationWindow,
        usageTolerance,
        penaltySink,
        Optional.empty());
  }

  public MarketParameters {
    requireBetween("penalty rate", penaltyRate, 1, 0xffff);
    requireBetween("verification count", verificationCount, 1, 0xffff);
    requireBetween("reaction window (seconds)", reactionWindow, 1, 0xffff_ffffL);
    requireBetween("mediation window (seconds)", mediationWindow, 1, 0xffff_ffffL);
    requireBetween("usage tolerance (basis points)", usageTolerance, 0, 0xffff);
    if (penaltySink.equals(Address.ZERO)) {
      throw new IllegalArgumentException("the penalty sink is not the zero address; see BURNT");
    }
    if (paymentToken.filter(Address.ZERO::equals).isPresent()) {
      throw new IllegalArgumentException("a payment token is not at the zero address");
    }
  }

  /** Whether a claimed quantity exceeds a measured one by more than the tolerance. */
  public boolean exceedsTolerance(long claimed, long measured) {
    BigInteger allowed =
        BigInteger.valueOf(measured).multiply(BigInteger.valueOf(BASIS_POINTS + usageTolerance));
    return BigInteger.valueOf(claimed).multiply(BigInteger.valueOf(BASIS_POINTS)).compareTo(allowed)
        > 0;
  }

  /**
   * The same for instructions, where a small measurement says little: starting a container alone
   * takes {@link #INSTRUCTION_NOISE} now and then, and nobody is fined for that.
   */
  public boolean exceedsInstructionTolerance(long claimed, long measured) {
    return exceedsTolerance(claimed, Math.max(measured, INSTRUCTION_NOISE));
  }

  private static void requireBetween(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " is between " + least + " and " + most + ", got " + value);
    }
  }
}
