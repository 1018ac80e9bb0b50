package modicum.protocol.offer;

import static modicum.protocol.fixtures.JobOfferBuilder.jobOffer;
import static modicum.protocol.fixtures.ResourceOfferBuilder.resourceOffer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.fixtures.SmallMarket;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.party.Directory;
import modicum.protocol.party.Mediator;
import modicum.protocol.party.ResourceProvider;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a value type takes fits the contract's type of the same field, and the reverse. */
class BoundsTest {
  private static Arguments field(String name, long least, long most, LongConsumer make) {
    return Arguments.of(name, least, most, make);
  }

  static Stream<Arguments> numbers() {
    long uint56 = (1L << 56) - 1;
    long uint40 = (1L << 40) - 1;
    return Stream.of(
        field("instruction limit", 0, uint56, n -> new Limits(n, 0, 0, 0)),
        field("memory limit", 0, uint56, n -> new Limits(0, n, 0, 0)),
        field("storage limit", 0, uint56, n -> new Limits(0, 0, n, 0)),
        field("bandwidth limit", 0, uint56, n -> new Limits(0, 0, 0, n)),
        field("instruction capacity", 0, uint56, n -> new Capacity(n, 0, 0, 0)),
        field("memory capacity", 0, uint56, n -> new Capacity(0, n, 0, 0)),
        field("storage capacity", 0, uint56, n -> new Capacity(0, 0, n, 0)),
        field("bandwidth capacity", 0, uint56, n -> new Capacity(0, 0, 0, n)),
        field("instructions used", 0, uint56, n -> new Usage(n, 0)),
        field("bandwidth used", 0, uint56, n -> new Usage(0, n)),
        field("size", 0, uint56, n -> new Digest(Bytes32.ZERO, n)),
        field("job offer nonce", 0, uint56, n -> jobOffer().nonce(n).build()),
        field("job offer expiry", 0, uint40, n -> jobOffer().expiry(n).build()),
        field("completion deadline", 0, uint40, n -> jobOffer().completionDeadline(n).build()),
        field("resource offer nonce", 0, uint56, n -> resourceOffer().nonce(n).build()),
        field("resource offer expiry", 0, uint40, n -> resourceOffer().expiry(n).build()),
        field("slots", 0, (1L << 32) - 1, n -> resourceOffer().slots(n).build()),
        field("time per instruction", 0, uint56, n -> new ResourceProvider(Architecture.AMD64, n)),
        field("architecture", 0, 255, n -> new Architecture(Math.toIntExact(n))),
        field("penalty rate", 1, 0xffff, n -> parameters(n, 1, 1, 1, 0)),
        field("verification count", 1, 0xffff, n -> parameters(1, n, 1, 1, 0)),
        field("reaction window", 1, (1L << 32) - 1, n -> parameters(1, 1, n, 1, 0)),
        field("mediation window", 1, (1L << 32) - 1, n -> parameters(1, 1, 1, n, 0)),
        field("usage tolerance", 0, 0xffff, n -> parameters(1, 1, 1, 1, n)));
  }

  @ParameterizedTest(name = "{0}: {1} to {2}")
  @MethodSource("numbers")
  void takesItsWholeRangeAndNothingBeyond(String name, long least, long most, LongConsumer make) {
    assertThatCode(() -> make.accept(least)).doesNotThrowAnyException();
    assertThatCode(() -> make.accept(most)).doesNotThrowAnyException();
    assertThatIllegalArgumentException().isThrownBy(() -> make.accept(least - 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> make.accept(most + 1))
        .withMessageContaining(Long.toString(most + 1));
  }

  static Stream<Arguments> amounts() {
    return Stream.of(
        amount("instruction price", 64, w -> new Prices(w, Wei.ZERO)),
        amount("bandwidth price", 64, w -> new Prices(Wei.ZERO, w)),
        amount("job offer's incentive", 96, w -> jobOffer().matchIncentive(w).build()),
        amount("resource offer's incentive", 96, w -> resourceOffer().matchIncentive(w).build()),
        amount(
            "mediator's availability",
            96,
            w -> new Mediator(Architecture.AMD64, Prices.of(0, 0), w)),
        amount("directory's availability", 96, w -> new Directory(w, "")));
  }

  private interface AmountMaker {
    Object make(Wei amount);
  }

  private static Arguments amount(String name, int bits, AmountMaker maker) {
    return Arguments.of(name, bits, maker);
  }

  @ParameterizedTest(name = "{0}: {1} bits")
  @MethodSource("amounts")
  void takesAmountsOfItsWidth(String name, int bits, AmountMaker maker) {
    BigInteger beyond = BigInteger.TWO.pow(bits);
    assertThatCode(() -> maker.make(new Wei(beyond.subtract(BigInteger.ONE))))
        .doesNotThrowAnyException();
    assertThatIllegalArgumentException().isThrownBy(() -> maker.make(new Wei(beyond)));
  }

  @Test
  void theLargestEstimateIsExact() {
    Wei price = new Wei(BigInteger.TWO.pow(64).subtract(BigInteger.ONE));
    JobOffer largest =
        jobOffer()
            .limits(new Limits(Quantity.MAXIMUM, 0, 0, Quantity.MAXIMUM))
            .maxPrices(new Prices(price, price))
            .build();
    BigInteger product = BigInteger.valueOf(Quantity.MAXIMUM).multiply(price.value());
    assertThat(largest.estimate().value()).isEqualTo(product.shiftLeft(1));
  }

  @Test
  void capacityCoversLimitsInclusively() {
    Capacity capacity = new Capacity(1, 2, 3, 4);
    assertThat(capacity.covers(new Limits(1, 2, 3, 4))).isTrue();
    assertThat(capacity.covers(new Limits(2, 2, 3, 4))).isFalse();
    assertThat(capacity.covers(new Limits(1, 3, 3, 4))).isFalse();
    assertThat(capacity.covers(new Limits(1, 2, 4, 4))).isFalse();
    assertThat(capacity.covers(new Limits(1, 2, 3, 5))).isFalse();
  }

  @Test
  void refusesAPenaltySinkThatIsNoAccount() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MarketParameters(1, 1, 1, 1, 0, Address.ZERO))
        .withMessageContaining("zero address");
  }

  @Test
  void aClaimIsWithinToleranceUpToItsLastUnit() {
    // 5 % of 1000 is 50.
    assertThat(SmallMarket.PARAMETERS.exceedsTolerance(1050, 1000)).isFalse();
    assertThat(SmallMarket.PARAMETERS.exceedsTolerance(1051, 1000)).isTrue();
    assertThat(SmallMarket.PARAMETERS.exceedsTolerance(0, 0)).isFalse();
    assertThat(SmallMarket.PARAMETERS.exceedsTolerance(1, 0)).isTrue();
    assertThat(SmallMarket.PARAMETERS.exceedsTolerance(Quantity.MAXIMUM, Quantity.MAXIMUM))
        .isFalse();
  }

  private static MarketParameters parameters(
      long penaltyRate, long count, long reaction, long mediation, long tolerance) {
    return new MarketParameters(
        Math.toIntExact(penaltyRate),
        Math.toIntExact(count),
        reaction,
        mediation,
        Math.toIntExact(tolerance),
        MarketParameters.BURNT);
  }
}
