package modicum.protocol.market;

import static modicum.protocol.fixtures.JobOfferBuilder.jobOffer;
import static modicum.protocol.fixtures.Parties.JOB_CREATOR;
import static modicum.protocol.fixtures.Parties.MEDIATOR;
import static modicum.protocol.fixtures.Parties.RESOURCE_PROVIDER;
import static modicum.protocol.fixtures.Parties.SOLVER;
import static modicum.protocol.fixtures.Parties.STRANGER;
import static modicum.protocol.fixtures.ResourceOfferBuilder.resourceOffer;
import static org.assertj.core.api.Assertions.assertThat;

import modicum.protocol.fixtures.SmallMarket;
import modicum.protocol.identity.Role;
import modicum.protocol.identity.Signature;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.Stage;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.offer.Quantity;
import modicum.protocol.offer.ResourceOffer;
import org.junit.jupiter.api.Test;

/** How offers come to life and cease (section 4). */
class OffersTest {
  private final SmallMarket market = SmallMarket.registered();
  private final JobOffer job = jobOffer().build();
  private final ResourceOffer resource = resourceOffer().build();
  private final OfferHash jobHash = SmallMarket.HASHER.hash(job);
  private final OfferHash resourceHash = SmallMarket.HASHER.hash(resource);

  @Test
  void postedOffersAreMatchedWithoutSignatures() {
    market.accepts(new Command.PostJobOffer(JOB_CREATOR, job));
    market.accepts(new Command.PostResourceOffer(RESOURCE_PROVIDER, resource));
    market.accepts(unsigned());
    assertThat(market.state().stage(jobHash.asMatchId())).isEqualTo(Stage.AWAITING_RESULT);
    assertThat(market.state().resourceOffer(resourceHash))
        .isEqualTo(new ResourceOfferState(true, false, 1));
  }

  @Test
  void signedOffersAreMatchedWithoutPosting() {
    market.accepts(SmallMarket.signedMatch(job, resource));
    assertThat(market.state().stage(jobHash.asMatchId())).isEqualTo(Stage.AWAITING_RESULT);
    assertThat(market.state().resourceOffer(resourceHash))
        .isEqualTo(new ResourceOfferState(false, false, 1));
  }

  @Test
  void aSignatureIsNotLookedAtWhereTheOfferWasPosted() {
    market.accepts(new Command.PostJobOffer(JOB_CREATOR, job));
    market.accepts(new Command.PostResourceOffer(RESOURCE_PROVIDER, resource));
    Signature wrong = SmallMarket.signature(STRANGER, resourceHash);
    market.accepts(new Command.PostMatch(SOLVER, job, wrong, resource, wrong, MEDIATOR));
  }

  @Test
  void nobodyIsBoundByAnOfferItDidNotMake() {
    requireRefused(unsigned(), Condition.OFFER_NEITHER_POSTED_NOR_SIGNED, jobHash, JOB_CREATOR);
    Signature ofJob = SmallMarket.signature(JOB_CREATOR, jobHash);
    requireRefused(
        match(SmallMarket.signature(STRANGER, jobHash), Signature.NONE),
        Condition.OFFER_NEITHER_POSTED_NOR_SIGNED,
        jobHash,
        JOB_CREATOR);
    requireRefused(
        match(SmallMarket.signature(JOB_CREATOR, resourceHash), Signature.NONE),
        Condition.OFFER_NEITHER_POSTED_NOR_SIGNED,
        jobHash,
        JOB_CREATOR);
    requireRefused(
        match(ofJob, Signature.NONE),
        Condition.OFFER_NEITHER_POSTED_NOR_SIGNED,
        resourceHash,
        RESOURCE_PROVIDER);
    requireRefused(
        match(ofJob, SmallMarket.signature(JOB_CREATOR, resourceHash)),
        Condition.OFFER_NEITHER_POSTED_NOR_SIGNED,
        resourceHash,
        RESOURCE_PROVIDER);
  }

  @Test
  void onlyItsOwnerPostsAndCancelsAnOffer() {
    requireRefused(
        new Command.PostJobOffer(STRANGER, job), Condition.NOT_THE_OWNER, JOB_CREATOR, STRANGER);
    requireRefused(
        new Command.CancelJobOffer(STRANGER, job), Condition.NOT_THE_OWNER, JOB_CREATOR, STRANGER);
    requireRefused(
        new Command.PostResourceOffer(STRANGER, resource),
        Condition.NOT_THE_OWNER,
        RESOURCE_PROVIDER,
        STRANGER);
    requireRefused(
        new Command.CancelResourceOffer(STRANGER, resource),
        Condition.NOT_THE_OWNER,
        RESOURCE_PROVIDER,
        STRANGER);
  }

  @Test
  void onlyRegisteredPartiesPost() {
    requireRefused(
        new Command.PostJobOffer(STRANGER, jobOffer().jobCreator(STRANGER).build()),
        Condition.NOT_REGISTERED,
        Role.JOB_CREATOR,
        STRANGER);
    requireRefused(
        new Command.PostResourceOffer(STRANGER, resourceOffer().resourceProvider(STRANGER).build()),
        Condition.NOT_REGISTERED,
        Role.RESOURCE_PROVIDER,
        STRANGER);
  }

  @Test
  void anOfferIsPostedOnce() {
    market.accepts(new Command.PostJobOffer(JOB_CREATOR, job));
    market.accepts(new Command.PostResourceOffer(RESOURCE_PROVIDER, resource));
    requireRefused(
        new Command.PostJobOffer(JOB_CREATOR, job), Condition.OFFER_ALREADY_POSTED, jobHash);
    requireRefused(
        new Command.PostResourceOffer(RESOURCE_PROVIDER, resource),
        Condition.OFFER_ALREADY_POSTED,
        resourceHash);
  }

  @Test
  void aCancelledOfferStaysCancelled() {
    market.accepts(new Command.PostJobOffer(JOB_CREATOR, job));
    market.accepts(new Command.CancelJobOffer(JOB_CREATOR, job));
    market.accepts(new Command.CancelResourceOffer(RESOURCE_PROVIDER, resource));
    assertThat(market.state().stage(jobHash.asMatchId())).isEqualTo(Stage.CANCELLED);
    requireRefused(
        new Command.PostJobOffer(JOB_CREATOR, job), Condition.OFFER_IS_CANCELLED, jobHash);
    requireRefused(
        new Command.CancelJobOffer(JOB_CREATOR, job), Condition.OFFER_IS_CANCELLED, jobHash);
    requireRefused(SmallMarket.signedMatch(job, resource), Condition.OFFER_IS_CANCELLED, jobHash);
    requireRefused(
        SmallMarket.signedMatch(jobOffer().nonce(2).build(), resource),
        Condition.OFFER_IS_CANCELLED,
        resourceHash);
    requireRefused(
        new Command.PostResourceOffer(RESOURCE_PROVIDER, resource),
        Condition.OFFER_IS_CANCELLED,
        resourceHash);
    requireRefused(
        new Command.CancelResourceOffer(RESOURCE_PROVIDER, resource),
        Condition.OFFER_IS_CANCELLED,
        resourceHash);
  }

  @Test
  void raisingTheFloorCancelsAllOffersBelowItSeenOrNot() {
    market.accepts(new Command.PostJobOffer(JOB_CREATOR, job));
    market.accepts(new Command.PostResourceOffer(RESOURCE_PROVIDER, resource));
    assertThat(market.state().nonceFloor(JOB_CREATOR)).isZero();

    market.accepts(new Command.RaiseNonceFloor(JOB_CREATOR, job.nonce() + 1));

    assertThat(market.state().nonceFloor(JOB_CREATOR)).isEqualTo(job.nonce() + 1);
    requireRefused(unsigned(), Condition.NONCE_BELOW_FLOOR, jobHash, job.nonce(), job.nonce() + 1);
    JobOffer onTheFloor = jobOffer().nonce(job.nonce() + 1).build();
    market.match(onTheFloor, resource);

    market.accepts(new Command.RaiseNonceFloor(RESOURCE_PROVIDER, resource.nonce() + 1));

    ResourceOffer signed = resourceOffer().slots(2).build();
    requireRefused(
        SmallMarket.signedMatch(jobOffer().nonce(job.nonce() + 2).build(), signed),
        Condition.NONCE_BELOW_FLOOR,
        SmallMarket.HASHER.hash(signed),
        resource.nonce(),
        resource.nonce() + 1);
    requireRefused(
        new Command.PostResourceOffer(RESOURCE_PROVIDER, signed),
        Condition.NONCE_BELOW_FLOOR,
        SmallMarket.HASHER.hash(signed),
        resource.nonce(),
        resource.nonce() + 1);
  }

  @Test
  void raisingTheFloorLeavesMatchesAlone() {
    MatchId match = market.match();
    market.accepts(new Command.RaiseNonceFloor(JOB_CREATOR, 100));
    market.accepts(new Command.RaiseNonceFloor(RESOURCE_PROVIDER, 100));
    market.postResult(match);
    market.accept(match);
  }

  @Test
  void theFloorOnlyRises() {
    requireRefused(
        new Command.RaiseNonceFloor(JOB_CREATOR, 0), Condition.NONCE_NOT_ABOVE_FLOOR, 0L, 0L);
    market.accepts(new Command.RaiseNonceFloor(JOB_CREATOR, 5));
    requireRefused(
        new Command.RaiseNonceFloor(JOB_CREATOR, 5), Condition.NONCE_NOT_ABOVE_FLOOR, 5L, 5L);
    market.accepts(new Command.RaiseNonceFloor(JOB_CREATOR, Quantity.MAXIMUM));
  }

  @Test
  void whatIsWrongWithAPostedOfferIsToldBeforeItsNonceAndThatBeforeItsExpiry() {
    market.accepts(new Command.CancelJobOffer(JOB_CREATOR, job));
    market.accepts(new Command.CancelResourceOffer(RESOURCE_PROVIDER, resource));
    market.accepts(new Command.RaiseNonceFloor(JOB_CREATOR, job.nonce() + 5));
    market.accepts(new Command.RaiseNonceFloor(RESOURCE_PROVIDER, resource.nonce() + 5));
    market.at(job.expiry() + 1);
    requireRefused(
        new Command.PostJobOffer(JOB_CREATOR, job), Condition.OFFER_IS_CANCELLED, jobHash);
    requireRefused(
        new Command.PostResourceOffer(RESOURCE_PROVIDER, resource),
        Condition.OFFER_IS_CANCELLED,
        resourceHash);
    for (Command late :
        new Command[] {
          new Command.PostJobOffer(JOB_CREATOR, jobOffer().nonce(job.nonce() + 1).build()),
          new Command.PostResourceOffer(
              RESOURCE_PROVIDER, resourceOffer().nonce(resource.nonce() + 1).build())
        }) {
      assertThat(market.refuses(late).condition()).isEqualTo(Condition.NONCE_BELOW_FLOOR);
    }
  }

  @Test
  void aMatchedJobOfferIsNeitherCancelledNorPostedNorMatchedAgain() {
    MatchId match = market.match();
    requireMatched(resourceOffer().nonce(2).build());
    market.postResult(match);
    market.accept(match);
    requireMatched(resourceOffer().nonce(2).build());
  }

  private void requireMatched(ResourceOffer another) {
    requireRefused(
        new Command.CancelJobOffer(JOB_CREATOR, job), Condition.OFFER_ALREADY_MATCHED, jobHash);
    requireRefused(
        new Command.PostJobOffer(JOB_CREATOR, job), Condition.OFFER_ALREADY_MATCHED, jobHash);
    requireRefused(SmallMarket.signedMatch(job, another), Condition.OFFER_ALREADY_MATCHED, jobHash);
  }

  @Test
  void offersExpireAfterTheirLastSecond() {
    market.at(job.expiry());
    market.accepts(new Command.PostJobOffer(JOB_CREATOR, job));
    market.accepts(new Command.PostResourceOffer(RESOURCE_PROVIDER, resource));
    market.at(job.expiry() + 1);
    JobOffer nextJob = jobOffer().nonce(2).build();
    ResourceOffer nextResource = resourceOffer().nonce(2).build();
    requireRefused(
        new Command.PostJobOffer(JOB_CREATOR, nextJob),
        Condition.OFFER_EXPIRED,
        SmallMarket.HASHER.hash(nextJob),
        job.expiry(),
        job.expiry() + 1);
    requireRefused(
        new Command.PostResourceOffer(RESOURCE_PROVIDER, nextResource),
        Condition.OFFER_EXPIRED,
        SmallMarket.HASHER.hash(nextResource),
        job.expiry(),
        job.expiry() + 1);
    requireRefused(unsigned(), Condition.OFFER_EXPIRED, jobHash, job.expiry(), job.expiry() + 1);
  }

  @Test
  void anExpiredOfferCanStillBeCancelled() {
    market.at(job.expiry() + 1);
    market.accepts(new Command.CancelJobOffer(JOB_CREATOR, job));
    market.accepts(new Command.CancelResourceOffer(RESOURCE_PROVIDER, resource));
  }

  @Test
  void aResourceOfferServesAsManyMatchesAsItHasSlots() {
    ResourceOffer two = resourceOffer().slots(2).build();
    market.match(jobOffer().nonce(1).build(), two);
    MatchId second = market.match(jobOffer().nonce(2).build(), two);
    market.postResult(second);
    market.accept(second);
    // Closing gives no slot back.
    requireRefused(
        SmallMarket.signedMatch(jobOffer().nonce(3).build(), two),
        Condition.NO_FREE_SLOT,
        SmallMarket.HASHER.hash(two),
        2L);
    requireRefused(
        new Command.CancelResourceOffer(RESOURCE_PROVIDER, two),
        Condition.NO_FREE_SLOT,
        SmallMarket.HASHER.hash(two),
        2L);
  }

  @Test
  void cancellingFreesTheSlotsThatAreLeft() {
    ResourceOffer two = resourceOffer().slots(2).build();
    MatchId match = market.match(job, two);
    market.accepts(new Command.CancelResourceOffer(RESOURCE_PROVIDER, two));
    requireRefused(
        SmallMarket.signedMatch(jobOffer().nonce(2).build(), two),
        Condition.OFFER_IS_CANCELLED,
        SmallMarket.HASHER.hash(two));
    market.postResult(match);
    market.accept(match);
    assertThat(market.state().resourceOffer(SmallMarket.HASHER.hash(two)))
        .isEqualTo(new ResourceOfferState(false, true, 1));
  }

  @Test
  void anOfferOfNoSlotsIsNeverMatched() {
    ResourceOffer none = resourceOffer().slots(0).build();
    requireRefused(
        SmallMarket.signedMatch(job, none),
        Condition.NO_FREE_SLOT,
        SmallMarket.HASHER.hash(none),
        0L);
  }

  @Test
  void postedOffersCanBeReadBack() {
    market.accepts(new Command.PostJobOffer(JOB_CREATOR, job));
    market.accepts(new Command.PostResourceOffer(RESOURCE_PROVIDER, resource));
    assertThat(market.state().postedJobOffers()).containsEntry(jobHash, job);
    assertThat(market.state().postedResourceOffers()).containsEntry(resourceHash, resource);
  }

  private Command unsigned() {
    return match(Signature.NONE, Signature.NONE);
  }

  private Command match(Signature ofJob, Signature ofResource) {
    return new Command.PostMatch(SOLVER, job, ofJob, resource, ofResource, MEDIATOR);
  }

  private void requireRefused(Command command, Condition condition, Object... data) {
    assertThat(market.refuses(command)).isEqualTo(Rejection.of(condition, data));
  }
}
