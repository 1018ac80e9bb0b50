package modicum.ledger.web3j;

import java.math.BigInteger;
import java.util.Optional;
import modicum.contracts.Modicum;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.match.Terms;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Settlement;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Capacity;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.Limits;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;

/** Our values as the contract's structs, and back. */
final class Abi {
  private static final String NOBODY = "0x0000000000000000000000000000000000000000";

  private Abi() {}

  // ------------------------------------------------------------ to the contract

  static Modicum.JobOffer jobOffer(JobOffer offer) {
    return new Modicum.JobOffer(
        offer.jobCreator().toString(),
        number(offer.limits().instructions()),
        number(offer.limits().memory()),
        number(offer.limits().storage()),
        number(offer.limits().bandwidth()),
        offer.maxPrices().instruction().value(),
        offer.maxPrices().bandwidth().value(),
        number(offer.completionDeadline()),
        offer.matchIncentive().value(),
        offer.baseLayer().toArray(),
        offer.jobDigest().toArray(),
        offer.directory().toString(),
        number(offer.architecture().code()),
        number(offer.nonce()),
        number(offer.expiry()));
  }

  static Modicum.ResourceOffer resourceOffer(ResourceOffer offer) {
    return new Modicum.ResourceOffer(
        offer.resourceProvider().toString(),
        number(offer.capacity().instructions()),
        number(offer.capacity().memory()),
        number(offer.capacity().storage()),
        number(offer.capacity().bandwidth()),
        offer.prices().instruction().value(),
        offer.prices().bandwidth().value(),
        offer.matchIncentive().value(),
        number(offer.slots()),
        number(offer.nonce()),
        number(offer.expiry()));
  }

  static Modicum.Terms terms(Terms terms) {
    return new Modicum.Terms(
        terms.jobCreator().toString(),
        terms.resourceProvider().toString(),
        terms.mediator().toString(),
        terms.directory().toString(),
        number(terms.completionDeadline()),
        number(terms.pricedLimits().instructions()),
        number(terms.pricedLimits().bandwidth()),
        terms.prices().instruction().value(),
        terms.prices().bandwidth().value(),
        terms.mediatorPrices().instruction().value(),
        terms.mediatorPrices().bandwidth().value(),
        terms.mediatorAvailability().value(),
        terms.directoryAvailability().value(),
        terms.estimate().value());
  }

  static Modicum.Result result(Result result) {
    return new Modicum.Result(
        code(result.status()),
        result.commitment().toArray(),
        number(result.usage().instructions()),
        number(result.usage().bandwidth()));
  }

  static Modicum.Parameters parameters(MarketParameters parameters) {
    return new Modicum.Parameters(
        number(parameters.penaltyRate()),
        number(parameters.verificationCount()),
        number(parameters.reactionWindow()),
        number(parameters.mediationWindow()),
        number(parameters.usageTolerance()),
        parameters.penaltySink().toString(),
        parameters.paymentToken().orElse(Address.ZERO).toString());
  }

  /** Stands where there are no terms: the contract refuses by the stage before it looks at them. */
  static Modicum.Terms noTerms() {
    BigInteger zero = BigInteger.ZERO;
    return new Modicum.Terms(
        NOBODY, NOBODY, NOBODY, NOBODY, zero, zero, zero, zero, zero, zero, zero, zero, zero, zero);
  }

  /** Stands where there is no result. */
  static Modicum.Result noResult() {
    return new Modicum.Result(
        BigInteger.ZERO, Bytes32.ZERO.toArray(), BigInteger.ZERO, BigInteger.ZERO);
  }

  static BigInteger number(long value) {
    return BigInteger.valueOf(value);
  }

  static BigInteger code(Enum<?> value) {
    return BigInteger.valueOf(value.ordinal());
  }

  // ---------------------------------------------------------- from the contract

  static JobOffer jobOffer(Modicum.JobOffer offer) {
    return new JobOffer(
        address(offer.jobCreator),
        new Limits(
            number(offer.instructionLimit),
            number(offer.memoryLimit),
            number(offer.storageLimit),
            number(offer.bandwidthLimit)),
        prices(offer.maxInstructionPrice, offer.maxBandwidthPrice),
        number(offer.completionDeadline),
        wei(offer.matchIncentive),
        bytes32(offer.baseLayer),
        bytes32(offer.jobDigest),
        address(offer.directory),
        architecture(offer.architecture),
        number(offer.nonce),
        number(offer.expiry));
  }

  static ResourceOffer resourceOffer(Modicum.ResourceOffer offer) {
    return new ResourceOffer(
        address(offer.resourceProvider),
        new Capacity(
            number(offer.instructionCapacity),
            number(offer.memoryCapacity),
            number(offer.storageCapacity),
            number(offer.bandwidthCapacity)),
        prices(offer.instructionPrice, offer.bandwidthPrice),
        wei(offer.matchIncentive),
        number(offer.slots),
        number(offer.nonce),
        number(offer.expiry));
  }

  /** What a match was made of, as the contract puts its terms together. */
  static Terms terms(JobOffer job, String resourceProvider, Modicum.Quote quote) {
    return new Terms(
        job.jobCreator(),
        address(resourceProvider),
        address(quote.mediator),
        job.directory(),
        job.completionDeadline(),
        job.limits().priced(),
        prices(quote.instructionPrice, quote.bandwidthPrice),
        prices(quote.mediatorInstructionPrice, quote.mediatorBandwidthPrice),
        wei(quote.mediatorAvailability),
        wei(quote.directoryAvailability),
        job.estimate());
  }

  static Result result(Modicum.Result result) {
    return new Result(
        choice(ResultStatus.values(), result.status),
        bytes32(result.commitment),
        usage(result.instructions, result.bandwidth));
  }

  static Settlement settlement(Modicum.Settlement settlement) {
    return new Settlement(
        wei(settlement.jobCreator),
        wei(settlement.resourceProvider),
        wei(settlement.mediator),
        wei(settlement.directory),
        wei(settlement.sink));
  }

  static MarketParameters parameters(Modicum.Parameters parameters) {
    return new MarketParameters(
        parameters.penaltyRate.intValueExact(),
        parameters.verificationCount.intValueExact(),
        number(parameters.reactionWindow),
        number(parameters.mediationWindow),
        parameters.usageTolerance.intValueExact(),
        address(parameters.penaltySink),
        Optional.of(address(parameters.paymentToken)).filter(token -> !token.equals(Address.ZERO)));
  }

  static Address address(String hex) {
    return Address.fromHex(hex);
  }

  static Bytes32 bytes32(byte[] bytes) {
    return Bytes32.of(bytes);
  }

  static Wei wei(BigInteger value) {
    return new Wei(value);
  }

  static long number(BigInteger value) {
    return value.longValueExact();
  }

  static Usage usage(BigInteger instructions, BigInteger bandwidth) {
    return new Usage(number(instructions), number(bandwidth));
  }

  static Prices prices(BigInteger instruction, BigInteger bandwidth) {
    return new Prices(wei(instruction), wei(bandwidth));
  }

  static Architecture architecture(BigInteger code) {
    return new Architecture(code.intValueExact());
  }

  /** The value that a code of the contract stands for. */
  static <E extends Enum<E>> E choice(E[] values, BigInteger code) {
    if (code.signum() < 0 || code.compareTo(BigInteger.valueOf(values.length)) >= 0) {
      throw new IllegalArgumentException(
          "no " + values[0].getDeclaringClass().getSimpleName() + " has the code " + code);
    }
    return values[code.intValue()];
  }
}
