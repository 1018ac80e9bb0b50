package modicum.solver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.memory.InMemorySigner;
import modicum.ledger.orders.SignedJobOffer;
import modicum.ledger.orders.SignedResourceOffer;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.Signer;
import modicum.protocol.market.Command;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.offer.OfferHasher;
import org.junit.jupiter.api.Test;

class OfferBookTest {
  private final World world = new World();
  private final OfferBook book = world.book(100, 50);

  @Test
  void takesWhatAFundedOwnerSigned() {
    assertTaken(World.take(book, world.job(1), world.accounts()));
    assertTaken(World.take(book, world.resource(1), world.accounts()));

    assertThat(book.jobOffers()).containsExactly(world.job(1));
    assertThat(book.resourceOffers()).containsExactly(world.resource(1));
  }

  @Test
  void whatWasInTheBookStaysThereWhileNoNodeCanTellWhetherAContractSignedIt() {
    OfferBook cutOff =
        new OfferBook(
            world.chain.hasher(),
            (account, hash, signature) -> {
              throw new LedgerUnavailable("the node is away");
            },
            new OfferBook.Bounds(10, 10));

    assertTaken(cutOff.restore(world.job(1)));
    assertTaken(cutOff.restore(world.resource(1)));
  }

  @Test
  void leavingAnOfferTwiceIsLeavingItOnce() {
    World.take(book, world.job(1), world.accounts());

    assertThat(World.take(book, world.job(1), world.accounts()))
        .isEqualTo(new OfferBook.Answer.Taken(OfferBook.Taking.KNOWN));
    assertThat(book.jobOffers()).hasSize(1);
  }

  @Test
  void refusesWhatItsOwnerDidNotSign() {
    JobOffer offer = world.jobOffer(world.alice, 1);
    OfferHasher elsewhere = new OfferHasher(1, InMemorySigner.named("elsewhere").address());
    Signature forElsewhere = world.alice.sign(elsewhere.hash(offer).value());

    for (SignedJobOffer bad :
        List.of(
            world.signed(world.bob, offer),
            new SignedJobOffer(offer, Signature.NONE),
            new SignedJobOffer(offer, forElsewhere))) {
      assertRefused(World.take(book, bad, world.accounts()), "OfferNeitherPostedNorSigned");
    }
    assertRefused(
        World.take(
            book,
            new SignedResourceOffer(world.resourceOffer(world.bob, 1), Signature.NONE),
            world.accounts()),
        "OfferNeitherPostedNorSigned");
  }

  @Test
  void refusesOwnersThatAreNotRegistered() {
    Signer mallory = InMemorySigner.named("mallory");

    assertRefused(
        World.take(book, world.signed(mallory, world.jobOffer(mallory, 1)), world.accounts()),
        "NotRegistered");
    assertRefused(
        World.take(book, world.signed(mallory, world.resourceOffer(mallory, 1)), world.accounts()),
        "NotRegistered");
    assertRefused(
        World.take(book, world.signed(world.bob, world.jobOffer(world.bob, 1)), world.accounts()),
        "NotRegistered");
  }

  @Test
  void refusesAJobOnADirectoryThatIsNotRegistered() {
    JobOffer offer =
        World.on(
            world.jobOffer(world.alice, 1),
            World.BASE,
            world.bob.address(),
            world.jobOffer(world.alice, 1).architecture());

    Refusal refusal =
        assertRefused(
            World.take(book, world.signed(world.alice, offer), world.accounts()), "NotRegistered");
    assertThat(refusal.error()).contains("directory").contains(world.bob.address().toString());
  }

  @Test
  void refusesOwnersThatCannotPayTheirDepositAndSaysHowMuchIsMissing() {
    world.withdrawsAll(world.alice);
    world.withdrawsAll(world.bob);

    Refusal refusal =
        assertRefused(World.take(book, world.job(1), world.accounts()), "InsufficientFunds");
    // 50,000 wei estimate x (2 + 2) + the directory's 3 + the incentive of 20.
    assertThat(refusal.error()).contains("needs 200023 wei").contains("has 0");
    assertRefused(World.take(book, world.resource(1), world.accounts()), "InsufficientFunds");

    world.pays(world.alice, Wei.of(200_023));
    world.pays(world.bob, Wei.of(30));
    assertTaken(World.take(book, world.job(1), world.accounts()));
    assertTaken(World.take(book, world.resource(1), world.accounts()));
  }

  @Test
  void refusesWhatIsExpiredAndTakesWhatExpiresNow() {
    long now = world.head().time();

    assertTaken(
        World.take(
            book,
            world.signed(world.alice, World.expiring(world.jobOffer(world.alice, 1), now)),
            world.accounts()));
    assertRefused(
        World.take(
            book,
            world.signed(world.alice, World.expiring(world.jobOffer(world.alice, 2), now - 1)),
            world.accounts()),
        "OfferExpired");
    assertRefused(
        World.take(
            book,
            world.signed(world.bob, World.expiring(world.resourceOffer(world.bob, 2), now - 1)),
            world.accounts()),
        "OfferExpired");
  }

  @Test
  void refusesAnOfferWithoutSlots() {
    assertRefused(
        World.take(
            book,
            world.signed(world.bob, World.withSlots(world.resourceOffer(world.bob, 1), 0)),
            world.accounts()),
        "NoFreeSlot");
  }

  @Test
  void oneOwnerHasABoundedShareOfEachKind() {
    OfferBook small = world.book(100, 2);
    assertTaken(World.take(small, world.job(1), world.accounts()));
    assertTaken(World.take(small, world.job(2), world.accounts()));

    assertRefused(World.take(small, world.job(3), world.accounts()), "TooManyOffers");
    assertTaken(World.take(small, world.resource(1), world.accounts()));
    assertTaken(World.take(small, world.job(2), world.accounts()));
  }

  @Test
  void whoHasMostInAFullBookMakesRoomForWhoHasLess() {
    Signer carol = InMemorySigner.named("carol");
    world.isJobCreator(carol);
    OfferBook small = world.book(4, 4);
    for (long nonce = 1; nonce <= 4; nonce++) {
      assertTaken(World.take(small, world.job(nonce), world.accounts()));
    }

    assertThat(take(small, carol, 1)).isEqualTo(OfferBook.Taking.CROWDED);
    assertThat(take(small, carol, 2)).isEqualTo(OfferBook.Taking.CROWDED);

    assertRefused(
        World.take(small, world.signed(carol, world.jobOffer(carol, 3)), world.accounts()),
        "BookFull");
    assertRefused(World.take(small, world.job(9), world.accounts()), "BookFull");
    assertThat(small.jobOffers())
        .extracting(o -> o.offer().nonce())
        .as("alice's newest went first")
        .containsExactly(1L, 2L, 1L, 2L);
    assertThat(small.ending(world.hash(world.job(4).offer()))).contains(Ending.CROWDED_OUT);
  }

  @Test
  void aCrowdedOutOfferCanBeLeftAgain() {
    Signer carol = InMemorySigner.named("carol");
    world.isJobCreator(carol);
    OfferBook small = world.book(2, 2);
    World.take(small, world.job(1), world.accounts());
    World.take(small, world.job(2), world.accounts());
    take(small, carol, 1);

    small.forget(Map.of(world.hash(world.job(1).offer()), Ending.EXPIRED));

    assertTaken(World.take(small, world.job(2), world.accounts()));
  }

  @Test
  void offersThatWerePostedAndLeftAreLiveOnceAndNeedNoSignature() {
    World.take(book, world.job(1), world.accounts());
    World.take(book, world.job(2), world.accounts());
    World.take(book, world.resource(1), world.accounts());
    world.submit(
        world.alice, new Command.PostJobOffer(world.alice.address(), world.job(2).offer()));
    world.submit(
        world.bob, new Command.PostResourceOffer(world.bob.address(), world.resource(1).offer()));
    world.submit(
        world.bob, new Command.PostResourceOffer(world.bob.address(), world.resource(2).offer()));

    LiveOffers live = live();

    assertThat(live.jobOffers())
        .extracting(o -> o.offer().nonce() + " " + o.signature().isNone())
        .containsExactly("2 true", "1 false");
    assertThat(live.resourceOffers())
        .extracting(o -> o.offer().nonce() + " " + o.signature().isNone())
        .containsExactly("1 true", "2 true");
  }

  @Test
  void whatIsCancelledExpiredMatchedOrUsedUpIsNotLive() {
    JobOffer expiring = World.expiring(world.jobOffer(world.alice, 3), world.head().time());
    SignedResourceOffer twoSlots =
        world.signed(world.bob, World.withSlots(world.resourceOffer(world.bob, 3), 2));
    World.take(book, world.job(1), world.accounts());
    World.take(book, world.job(2), world.accounts());
    World.take(book, world.signed(world.alice, expiring), world.accounts());
    World.take(book, world.resource(1), world.accounts());
    World.take(book, world.resource(2), world.accounts());
    World.take(book, twoSlots, world.accounts());
    assertThat(live().jobOffers()).hasSize(3);
    assertThat(live().resourceOffers()).hasSize(3);

    cancel(world.job(1));
    world.submit(
        world.bob, new Command.CancelResourceOffer(world.bob.address(), world.resource(1).offer()));
    match(world.job(2), world.resource(2));
    match(world.job(4), twoSlots);
    world.chain.advance(1);

    assertThat(live().jobOffers()).isEmpty();
    assertThat(live().resourceOffers())
        .singleElement()
        .satisfies(left -> assertThat(left.freeSlots()).isEqualTo(1));
    assertThat(ended())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                world.hash(world.job(1).offer()), Ending.CANCELLED,
                world.hash(world.job(2).offer()), Ending.MATCHED,
                world.hash(expiring), Ending.EXPIRED,
                world.hash(world.resource(1).offer()), Ending.CANCELLED,
                world.hash(world.resource(2).offer()), Ending.USED_UP));
  }

  @Test
  void whatIsBelowItsOwnersNonceFloorIsDeadWhetherPostedOrLeft() {
    World.take(book, world.job(1), world.accounts());
    World.take(book, world.job(7), world.accounts());
    World.take(book, world.resource(1), world.accounts());
    World.take(book, world.resource(8), world.accounts());
    world.submit(
        world.alice, new Command.PostJobOffer(world.alice.address(), world.job(2).offer()));
    world.submit(
        world.bob, new Command.PostResourceOffer(world.bob.address(), world.resource(2).offer()));

    world.submit(world.alice, new Command.RaiseNonceFloor(world.alice.address(), 7));
    world.submit(world.bob, new Command.RaiseNonceFloor(world.bob.address(), 8));

    assertThat(live().jobOffers()).extracting(o -> o.offer().nonce()).containsExactly(7L);
    assertThat(live().resourceOffers()).extracting(o -> o.offer().nonce()).containsExactly(8L);
    assertThat(ended())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                world.hash(world.job(1).offer()), Ending.CANCELLED,
                world.hash(world.resource(1).offer()), Ending.CANCELLED));
    assertThat(
            assertRefused(World.take(book, world.job(3), world.accounts()), "NonceBelowFloor")
                .sentence())
        .contains("a nonce of at least 7");
    assertRefused(World.take(book, world.resource(3), world.accounts()), "NonceBelowFloor");
  }

  @Test
  void aMatchedOfferStaysMatchedHoweverHighTheFloor() {
    World.take(book, world.job(1), world.accounts());
    World.take(book, world.resource(1), world.accounts());
    match(world.job(1), world.resource(1));
    world.submit(world.alice, new Command.RaiseNonceFloor(world.alice.address(), 7));
    assertThat(ended()).containsEntry(world.hash(world.job(1).offer()), Ending.MATCHED);
  }

  @Test
  void leavingAMatchedOfferAgainIsNoMistakeButNothingComesOfIt() {
    World.take(book, world.job(1), world.accounts());
    World.take(book, world.resource(1), world.accounts());
    match(world.job(1), world.resource(1));
    book.forget(ended());

    assertTaken(World.take(book, world.job(1), world.accounts()));
    assertTaken(World.take(book, world.resource(1), world.accounts()));
    assertThat(book.jobOffers()).isEmpty();
    assertThat(book.resourceOffers()).isEmpty();
  }

  @Test
  void leavingACancelledOfferAgainIsRefused() {
    World.take(book, world.job(1), world.accounts());
    cancel(world.job(1));
    book.forget(ended());

    Refusal refusal = assertRefused(World.take(book, world.job(1), world.accounts()), "OfferEnded");
    assertThat(refusal.sentence()).contains("cancelled").contains("another nonce");
  }

  @Test
  void restoringChecksSignaturesSinceAFileCanBeEdited() {
    assertTaken(book.restore(world.job(1)));
    assertRefused(
        book.restore(world.signed(world.bob, world.jobOffer(world.alice, 2))),
        "OfferNeitherPostedNorSigned");
    assertTaken(book.restore(world.resource(1)));
  }

  private OfferBook.Taking take(OfferBook book, Signer owner, long nonce) {
    OfferBook.Answer answer =
        World.take(book, world.signed(owner, world.jobOffer(owner, nonce)), world.accounts());
    return ((OfferBook.Answer.Taken) answer).taking();
  }

  private LiveOffers live() {
    return book.live(world.chain.state(), world.head().time());
  }

  private Map<OfferHash, Ending> ended() {
    return book.ended(world.chain.state(), world.head().time());
  }

  private void cancel(SignedJobOffer job) {
    world.submit(world.alice, new Command.CancelJobOffer(world.alice.address(), job.offer()));
  }

  private void match(SignedJobOffer job, SignedResourceOffer resource) {
    Signer solver = world.solver().signer();
    world.submit(
        solver,
        new Command.PostMatch(
            solver.address(),
            job.offer(),
            job.signature(),
            resource.offer(),
            resource.signature(),
            world.judge.address()));
  }

  private static void assertTaken(OfferBook.Answer answer) {
    assertThat(answer).isInstanceOf(OfferBook.Answer.Taken.class);
  }

  private static Refusal assertRefused(OfferBook.Answer answer, String reason) {
    assertThat(answer).isInstanceOf(OfferBook.Answer.Refused.class);
    Refusal refusal = ((OfferBook.Answer.Refused) answer).refusal();
    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal.error()).isNotBlank().doesNotContain("\n");
    assertThat(refusal.hint()).isNotBlank();
    return refusal;
  }
}
