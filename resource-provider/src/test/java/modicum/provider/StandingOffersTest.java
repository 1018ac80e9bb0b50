package modicum.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import modicum.ledger.orders.OfferNonces;
import modicum.protocol.market.Command;
import modicum.protocol.offer.Quantity;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandingOffersTest {
  @TempDir Path folder;
  private TestMarket market;
  private StandingOffers offers;

  @BeforeEach
  void aProvider() {
    market = new TestMarket(folder);
    offers = new StandingOffers(market.config(3), market.bob.account(), market.chain.hasher());
  }

  private List<Long> nonces(long now, int wanted) {
    return offers.at(now, wanted, market.chain.state()).stream()
        .map(o -> (o.offer().nonce() & 0xffff) / 2)
        .toList();
  }

  @Test
  void areNumberedFromZeroInEachEpoch() {
    assertThat(nonces(1_000_000, 3)).containsExactly(0L, 1L, 2L);
    assertThat(nonces(1_010_000, 2)).containsExactly(0L, 1L);
    assertThat(nonces(1_010_000, 0)).isEmpty();
  }

  @Test
  void endWithTheirEpochSoThatTheyNeverAddToTheNextOnes() {
    assertThat(offers.at(1_000_000, 1, market.chain.state()).getFirst().offer().expiry())
        .isEqualTo(1_009_999);
    assertThat(offers.at(1_009_999, 1, market.chain.state()))
        .isEqualTo(offers.at(1_000_000, 1, market.chain.state()));
    assertThat(offers.at(1_010_000, 1, market.chain.state()))
        .isNotEqualTo(offers.at(1_000_000, 1, market.chain.state()));
  }

  @Test
  void fitTheContractsNonceForAllBlockTimesToCome() {
    long farFuture = (1L << 40) - 20_000;
    assertThat(offers.at(farFuture, 1, market.chain.state()).getFirst().offer().nonce())
        .isBetween(0L, Quantity.MAXIMUM);
  }

  @Test
  void areMadeAnewAtOnceWhenTheNonceFloorIsRaised() {
    TestMarket.settle(market.provider(market.config(3), market.world()));
    List<StandingOffers.Offer> before = offers.at(TestMarket.START, 3, market.chain.state());
    long floor = OfferNonces.floorAfter(TestMarket.START, 0);
    TestMarket.must(market.bob, new Command.RaiseNonceFloor(market.bob.account(), floor));

    List<StandingOffers.Offer> after = offers.at(TestMarket.START, 3, market.chain.state());
    assertThat(before).extracting(o -> o.offer().nonce()).allMatch(nonce -> nonce < floor);
    assertThat(after).extracting(o -> o.offer().nonce()).allMatch(nonce -> nonce >= floor);
    assertThat(after).hasSize(3).doesNotContainAnyElementsOf(before);
  }

  @Test
  void leaveOutWhatTheChainShowsAsUsed() {
    TestMarket.settle(market.provider(market.config(3), market.world()));
    market.match(
        market.offer(market.spec.digest().sha256(), TestMarket.LIMITS), market.liveOffers().get(1));
    assertThat(nonces(1_000_000, 3)).containsExactly(0L, 2L, 3L);
  }
}
