package modicum.ledger.orders;

import static modicum.ledger.orders.SampleOffers.ALICE;
import static modicum.ledger.orders.SampleOffers.BOB;
import static modicum.ledger.orders.SampleOffers.HASHER;
import static modicum.ledger.orders.SampleOffers.jobOffer;
import static modicum.ledger.orders.SampleOffers.resourceOffer;
import static modicum.ledger.orders.SampleOffers.signedBy;
import static modicum.ledger.orders.SampleOffers.signedJobOffer;
import static modicum.ledger.orders.SampleOffers.signedResourceOffer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import modicum.ledger.memory.InMemorySigner;
import modicum.protocol.identity.Signature;
import modicum.protocol.offer.OfferHash;
import org.junit.jupiter.api.Test;

/** What every order book does, whether it is reached over HTTP or stands in memory. */
abstract class OrderBookContract {
  final InMemoryOrderBook solver = new InMemoryOrderBook(HASHER, InMemorySigner.RECOVERY);

  /** The book under test, behind which the solver stands. */
  abstract OrderBook book();

  @Test
  void keepsWhatItsOwnerSigned() {
    assertThat(book().leave(signedJobOffer(1))).isEmpty();
    assertThat(book().leave(signedResourceOffer(2))).isEmpty();

    assertThat(book().jobOffers()).containsExactly(signedJobOffer(1));
    assertThat(book().resourceOffers()).containsExactly(signedResourceOffer(2));
  }

  @Test
  void leavingAnOfferTwiceIsLeavingItOnce() {
    book().leave(signedJobOffer(1));
    book().leave(signedResourceOffer(2));

    assertThat(book().leave(signedJobOffer(1))).isEmpty();
    assertThat(book().leave(signedResourceOffer(2))).isEmpty();

    assertThat(book().jobOffers()).hasSize(1);
    assertThat(book().resourceOffers()).hasSize(1);
  }

  @Test
  void listsOffersInTheOrderInWhichTheyCame() {
    List<Long> nonces = List.of(3L, 1L, 2L);
    nonces.forEach(nonce -> book().leave(signedJobOffer(nonce)));

    assertThat(book().jobOffers()).extracting(o -> o.offer().nonce()).isEqualTo(nonces);
  }

  @Test
  void refusesWhatAnotherSigned() {
    assertThat(book().leave(signedBy(BOB, jobOffer(1))).orElseThrow())
        .contains("not signed by " + ALICE.address());
    assertThat(book().leave(signedBy(ALICE, resourceOffer(1))).orElseThrow())
        .contains("not signed by " + BOB.address());
    assertThat(book().jobOffers()).isEmpty();
    assertThat(book().resourceOffers()).isEmpty();
  }

  @Test
  void refusesWhatNobodySigned() {
    assertThat(book().leave(new SignedJobOffer(jobOffer(1), Signature.NONE))).isPresent();
    assertThat(book().leave(new SignedResourceOffer(resourceOffer(1), Signature.NONE))).isPresent();
  }

  @Test
  void tellsWhyTheSolverRefuses() {
    solver.refuse("the book is full");

    assertThat(book().leave(signedJobOffer(1)).orElseThrow()).contains("the book is full");
    assertThat(book().leave(signedResourceOffer(1)).orElseThrow()).contains("the book is full");
  }

  @Test
  void tellsWhatBecameOfAJobOffer() {
    OfferHash hash = HASHER.hash(jobOffer(1));
    assertThat(book().status(hash)).isEmpty();

    book().leave(signedJobOffer(1));
    JobOfferStatus waits =
        new JobOfferStatus(JobOfferStatus.Place.WAITING, List.of("too little memory: 3 of 3"));
    solver.setStatus(hash, waits);

    assertThat(book().status(hash)).contains(waits);
  }

  @Test
  void isUnavailableWhenTheSolverIs() {
    solver.setUnavailable(true);

    assertThatThrownBy(() -> book().leave(signedJobOffer(1)))
        .isInstanceOf(OrderBookUnavailable.class);
    assertThatThrownBy(() -> book().leave(signedResourceOffer(1)))
        .isInstanceOf(OrderBookUnavailable.class);
    assertThatThrownBy(() -> book().jobOffers()).isInstanceOf(OrderBookUnavailable.class);
    assertThatThrownBy(() -> book().resourceOffers()).isInstanceOf(OrderBookUnavailable.class);
    assertThatThrownBy(() -> book().status(HASHER.hash(jobOffer(1))))
        .isInstanceOf(OrderBookUnavailable.class);
  }
}
