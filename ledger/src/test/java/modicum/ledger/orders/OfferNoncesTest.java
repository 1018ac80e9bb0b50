package modicum.ledger.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import java.util.stream.LongStream;
import modicum.protocol.offer.Quantity;
import org.junit.jupiter.api.Test;

class OfferNoncesTest {
  private static final long NOW = 1_800_000_000L;
  private final Random random = new Random(1);

  private LongStream ofJobOffers(long blockTime, long floor) {
    return LongStream.range(0, 10_000).map(i -> OfferNonces.ofJobOffer(blockTime, floor, random));
  }

  @Test
  void aFloorCancelsEverythingUpToItsTimeAndNothingLater() {
    long floor = OfferNonces.floorAfter(NOW, 0);
    assertThat(ofJobOffers(NOW, 0)).allMatch(nonce -> nonce < floor);
    assertThat(OfferNonces.ofResourceOffer(NOW, 0, 30_000)).isLessThan(floor);
    assertThat(ofJobOffers(NOW + 1, 0)).allMatch(nonce -> nonce >= floor);
    assertThat(OfferNonces.ofResourceOffer(NOW + 1, 0, 0)).isGreaterThanOrEqualTo(floor);
  }

  @Test
  void nothingIsOfferedBelowTheFloor() {
    for (long floor : new long[] {1, OfferNonces.first(NOW) + 1, OfferNonces.first(NOW + 77) + 6}) {
      assertThat(ofJobOffers(NOW, floor)).allMatch(nonce -> nonce >= floor);
      assertThat(OfferNonces.ofResourceOffer(NOW, floor, 0)).isGreaterThanOrEqualTo(floor);
    }
  }

  @Test
  void theRolesOfAnAccountNeverDrawTheSame() {
    for (long floor : new long[] {0, OfferNonces.first(NOW) + 1, OfferNonces.first(NOW) + 2}) {
      assertThat(ofJobOffers(NOW, floor)).allMatch(nonce -> nonce % 2 == 1);
      assertThat(OfferNonces.ofResourceOffer(NOW, floor, 3)).isEven();
    }
  }

  @Test
  void aFloorIsRaisedThoughItIsAheadOfTime() {
    long ahead = OfferNonces.first(NOW + 1000);
    assertThat(OfferNonces.floorAfter(NOW, ahead)).isEqualTo(ahead + 1);
  }

  @Test
  void fitTheContractForAllBlockTimesThatItHas() {
    assertThat(ofJobOffers((1L << 40) - 1, 0)).allMatch(nonce -> nonce <= Quantity.MAXIMUM);
  }

  @Test
  void aFloorThatLeavesNoNonceIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OfferNonces.ofJobOffer(NOW, Quantity.MAXIMUM, random))
        .withMessageContaining("use another account");
  }
}
