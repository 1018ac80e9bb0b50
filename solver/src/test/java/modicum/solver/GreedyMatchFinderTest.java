package modicum.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import modicum.ledger.Submission;
import modicum.ledger.memory.InMemorySigner;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Signer;
import modicum.protocol.identity.Trust;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.Limits;
import modicum.protocol.offer.ResourceOffer;
import modicum.solver.SolverAction.PostMatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GreedyMatchFinderTest {
  private final World world = new World();
  private final List<LiveJobOffer> jobs = new ArrayList<>();
  private final List<LiveResourceOffer> resources = new ArrayList<>();

  @Test
  void matchesWhatFits() {
    LiveJobOffer job = job(world.jobOffer(world.alice, 1));
    LiveResourceOffer resource = resource(world.resourceOffer(world.bob, 1));

    assertThat(find().matches())
        .containsExactly(new PostMatch(job, resource, world.judge.address()));
    assertThat(find().unmatched()).isEmpty();
  }

  @Test
  void givesAJobTheCheapestResourceForItsLimits() {
    LiveJobOffer job = job(world.jobOffer(world.alice, 1));
    // The job has 1,000 instructions and 4,000 bytes: 44,000, 22,000 and 23,000 wei.
    resource(priced(1, 4, 10));
    LiveResourceOffer cheapest = resource(priced(2, 10, 3));
    resource(priced(3, 7, 4));

    assertThat(find().matches())
        .containsExactly(new PostMatch(job, cheapest, world.judge.address()));
  }

  @Test
  void passesOverACheaperResourceThatDoesNotFit() {
    LiveJobOffer job = job(world.jobOffer(world.alice, 1));
    ResourceOffer cheap = priced(1, 1, 1);
    Signer stranger = InMemorySigner.named("stranger");
    resource(
        new ResourceOffer(
            stranger.address(),
            cheap.capacity(),
            cheap.prices(),
            cheap.matchIncentive(),
            1,
            1,
            World.EXPIRY));
    LiveResourceOffer fits = resource(priced(2, 10, 10));

    assertThat(find().matches()).containsExactly(new PostMatch(job, fits, world.judge.address()));
  }

  @Test
  void amongEquallyCheapResourcesTheFirstThatCameIsTaken() {
    LiveJobOffer job = job(world.jobOffer(world.alice, 1));
    LiveResourceOffer first = resource(world.resourceOffer(world.bob, 9));
    resource(world.resourceOffer(world.bob, 1));

    assertThat(find().matches()).containsExactly(new PostMatch(job, first, world.judge.address()));
  }

  @Test
  void theEarliestDeadlineIsServedFirst() {
    job(world.jobOffer(world.alice, 1));
    LiveJobOffer urgent = job(World.dueAt(world.jobOffer(world.alice, 2), World.START + 4_000));
    resource(world.resourceOffer(world.bob, 1));

    assertThat(find().matches()).extracting(PostMatch::job).containsExactly(urgent);
  }

  @Test
  void amongEqualDeadlinesTheFirstThatCameIsServedFirst() {
    LiveJobOffer first = job(world.jobOffer(world.alice, 9));
    LiveJobOffer second = job(world.jobOffer(world.alice, 1));
    resource(world.resourceOffer(world.bob, 1));

    assertThat(find().matches()).extracting(PostMatch::job).containsExactly(first);
    assertThat(reasons(second)).containsExactly("SlotsTaken");
  }

  @Test
  void usesAllSlotsAndNoMore() {
    job(world.jobOffer(world.alice, 1));
    job(world.jobOffer(world.alice, 2));
    LiveJobOffer third = job(world.jobOffer(world.alice, 3));
    resource(World.withSlots(world.resourceOffer(world.bob, 1), 2));

    assertThat(find().matches()).hasSize(2);
    assertThat(reasons(third)).containsExactly("SlotsTaken");
  }

  @Test
  void noTwoMatchesRelyOnTheSameMoney() {
    world.withdrawsAll(world.alice);
    world.pays(world.alice, world.depositOf(Wei.of(20)).times(2).minus(Wei.of(1)));
    job(world.jobOffer(world.alice, 1));
    LiveJobOffer second = job(world.jobOffer(world.alice, 2));
    resource(World.withSlots(world.resourceOffer(world.bob, 1), 5));

    assertThat(find().matches()).hasSize(1);
    assertThat(find().unmatched().get(second.hash()))
        .singleElement()
        .satisfies(
            o ->
                assertThat(o.sentence())
                    .contains("InsufficientFunds (1 of 1 resource offers)")
                    .contains(world.alice.address() + " needs 200030 wei")
                    .contains("has 200029"));
  }

  @Test
  void whoMatchesWithItselfNeedsBothDeposits() {
    world.isJobCreator(world.bob);
    world.withdrawsAll(world.bob);
    Wei both = world.depositOf(Wei.of(20)).plus(world.depositOf(Wei.of(30)));
    LiveJobOffer job = job(world.jobOffer(world.bob, 1));
    resource(world.resourceOffer(world.bob, 1));
    world.pays(world.bob, both.minus(Wei.of(1)));
    assertThat(reasons(job)).containsExactly("InsufficientFunds");

    world.pays(world.bob, Wei.of(1));

    assertThat(find().matches()).hasSize(1);
  }

  @Test
  void choosesAMediatorThatBothTrustAndAmongThoseTheOneThatAsksLeast() {
    Signer cheap = mediator("cheap", 1);
    Signer fair = mediator("fair", 2);
    Signer dear = mediator("dear", 3);
    for (Signer mediator : List.of(cheap, fair, dear)) {
      trusts(world.alice, Trust.JOB_CREATOR_TRUSTS_MEDIATOR, mediator);
    }
    trusts(world.bob, Trust.RESOURCE_PROVIDER_TRUSTS_MEDIATOR, fair);
    trusts(world.bob, Trust.RESOURCE_PROVIDER_TRUSTS_MEDIATOR, dear);
    job(world.jobOffer(world.alice, 1));
    resource(world.resourceOffer(world.bob, 1));

    assertThat(find().matches()).extracting(PostMatch::mediator).containsExactly(fair.address());
  }

  static Stream<Arguments> mismatches() {
    Bytes32 other = Keccak256.hashUtf8("other base layer");
    return Stream.of(
        misfit("InstructionCapacityTooSmall", o -> World.with(o, limits(1001, 0, 0, 0))),
        misfit("MemoryCapacityTooSmall", o -> World.with(o, limits(0, 2001, 0, 0))),
        misfit("StorageCapacityTooSmall", o -> World.with(o, limits(0, 0, 3001, 0))),
        misfit("BandwidthCapacityTooSmall", o -> World.with(o, limits(0, 0, 0, 4001))),
        misfit("InstructionPriceTooHigh", o -> World.with(o, Prices.of(9, 10))),
        misfit("BandwidthPriceTooHigh", o -> World.with(o, Prices.of(10, 9))),
        misfit(
            "ArchitectureMismatch",
            o -> World.on(o, o.baseLayer(), o.directory(), Architecture.ARM64)),
        misfit(
            "BaseLayerNotSupportedByMediator,BaseLayerNotSupportedByResourceProvider",
            o -> World.on(o, other, o.directory(), o.architecture())),
        misfit("CompletionDeadlineTooEarly", o -> World.dueAt(o, World.START)),
        unfit(
            "DirectoryNotTrustedByResourceProvider",
            w -> distrusts(w, w.bob, Trust.RESOURCE_PROVIDER_TRUSTS_DIRECTORY, w.store)),
        unfit(
            "DirectoryNotTrustedByMediator",
            w -> distrusts(w, w.judge, Trust.MEDIATOR_TRUSTS_DIRECTORY, w.store)),
        unfit(
            "MediatorNotTrustedByJobCreator",
            w -> distrusts(w, w.alice, Trust.JOB_CREATOR_TRUSTS_MEDIATOR, w.judge)),
        unfit(
            "MediatorNotTrustedByResourceProvider",
            w -> distrusts(w, w.bob, Trust.RESOURCE_PROVIDER_TRUSTS_MEDIATOR, w.judge)),
        unfit("InsufficientFunds", w -> w.withdrawsAll(w.bob)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mismatches")
  void tellsWhyNothingFits(
      String reasons, UnaryOperator<JobOffer> change, Consumer<World> worldChange) {
    worldChange.accept(world);
    LiveJobOffer job = job(change.apply(world.jobOffer(world.alice, 1)));
    resource(world.resourceOffer(world.bob, 1));

    assertThat(find().matches()).isEmpty();
    assertThat(reasons(job)).containsExactly(reasons.split(","));
  }

  @Test
  void countsWhatStandsInTheWayTheMostFrequentFirst() {
    LiveJobOffer job =
        job(
            World.with(
                World.with(world.jobOffer(world.alice, 1), Prices.of(5, 10)),
                limits(1000, 2001, 0, 0)));
    resource(priced(1, 5, 10));
    resource(priced(2, 6, 10));
    resource(priced(3, 5, 10));

    assertThat(find().unmatched().get(job.hash()))
        .extracting(o -> o.reason() + " " + o.count() + "/" + o.of())
        .containsExactly("MemoryCapacityTooSmall 3/3", "InstructionPriceTooHigh 1/3");
    assertThat(find().unmatched().get(job.hash()).getFirst().sentence())
        .isEqualTo(
            "MemoryCapacityTooSmall (3 of 3 resource offers), for example: "
                + "the job may need 2001 bytes of memory, the resource gives 2000");
  }

  @Test
  void tellsThatNobodyOffersResources() {
    LiveJobOffer job = job(world.jobOffer(world.alice, 1));

    assertThat(reasons(job)).containsExactly("NoResourceOffers");
  }

  @Test
  void leavesAloneWhatDoesNotPayTheSolver() {
    LiveJobOffer job = job(world.jobOffer(world.alice, 1));
    resource(world.resourceOffer(world.bob, 1));

    assertThat(find(List.of(), Set.of(), Wei.of(50)).matches()).hasSize(1);
    Findings tooGreedy = find(List.of(), Set.of(), Wei.of(51));

    assertThat(tooGreedy.matches()).isEmpty();
    assertThat(tooGreedy.unmatched().get(job.hash()).getFirst().sentence())
        .contains("IncentiveTooSmall")
        .contains("wants 51 wei")
        .contains("offer 50");
  }

  @Test
  void passesOverAPairingThatTheMarketRefusedLately() {
    LiveJobOffer job = job(world.jobOffer(world.alice, 1));
    LiveResourceOffer refused = resource(priced(1, 1, 1));
    LiveResourceOffer next = resource(priced(2, 2, 2));
    Set<Pairing> barred = Set.of(new Pairing(job.hash(), refused.hash(), world.judge.address()));

    assertThat(find(List.of(), barred, Wei.ZERO).matches())
        .containsExactly(new PostMatch(job, next, world.judge.address()));
  }

  @Test
  void doesNotTouchWhatIsUnderway() {
    LiveJobOffer underway = job(world.jobOffer(world.alice, 1));
    LiveJobOffer other = job(world.jobOffer(world.alice, 2));
    LiveResourceOffer taken = resource(world.resourceOffer(world.bob, 1));
    LiveResourceOffer free = resource(priced(2, 10, 10));
    PostMatch match = new PostMatch(underway, taken, world.judge.address());

    assertThat(find(List.of(match), Set.of(), Wei.ZERO).matches())
        .containsExactly(new PostMatch(other, free, world.judge.address()));
  }

  @Test
  void theMarketTakesEverythingThatIsFound() {
    int found = 0;
    for (int seed = 0; seed < 200; seed++) {
      found += new GreedyMatchFinderTest().postWhatIsFoundAmongRandomOffers(new Random(seed));
    }
    assertThat(found).as("the random offers are not all hopeless").isGreaterThan(200);
  }

  private int postWhatIsFoundAmongRandomOffers(Random random) {
    Signer carol = InMemorySigner.named("carol");
    world.isJobCreator(carol);
    world.isJobCreator(world.bob);
    for (Signer poor : List.of(world.alice, world.bob, carol)) {
      world.withdrawsAll(poor);
      world.pays(poor, Wei.of(1 + random.nextLong(900_000)));
    }
    for (long nonce = 0; nonce < 6; nonce++) {
      Signer owner = List.of(world.alice, world.bob, carol).get(random.nextInt(3));
      job(randomJobOffer(random, owner, nonce));
      resource(randomResourceOffer(random, nonce));
    }
    Findings findings = find();
    for (PostMatch match : findings.matches()) {
      assertThat(world.solver().submit(match.command(world.solver().account())))
          .isInstanceOf(Submission.Accepted.class);
    }
    assertThat(findings.matches().size() + findings.unmatched().size()).isEqualTo(jobs.size());
    return findings.matches().size();
  }

  private JobOffer randomJobOffer(Random random, Signer owner, long nonce) {
    JobOffer offer =
        World.dueAt(world.jobOffer(owner, nonce), World.START + random.nextInt(3) * 4_000L);
    return World.with(
        offer, limits(random.nextInt(1_200), random.nextInt(2_400), random.nextInt(3_000), 1_000));
  }

  private ResourceOffer randomResourceOffer(Random random, long nonce) {
    return World.withSlots(priced(nonce, random.nextInt(13), random.nextInt(13)), 1 + nonce % 2);
  }

  // ------------------------------------------------------------------------

  private LiveJobOffer job(JobOffer offer) {
    Signer owner = new InMemorySigner(offer.jobCreator());
    LiveJobOffer live =
        new LiveJobOffer(world.hash(offer), offer, owner.sign(world.hash(offer).value()));
    jobs.add(live);
    return live;
  }

  private LiveResourceOffer resource(ResourceOffer offer) {
    Signer owner = new InMemorySigner(offer.resourceProvider());
    LiveResourceOffer live =
        new LiveResourceOffer(
            world.hash(offer), offer, owner.sign(world.hash(offer).value()), offer.slots());
    resources.add(live);
    return live;
  }

  private ResourceOffer priced(long nonce, long instruction, long bandwidth) {
    return World.with(world.resourceOffer(world.bob, nonce), Prices.of(instruction, bandwidth));
  }

  private Signer mediator(String name, long availability) {
    Signer mediator = InMemorySigner.named(name);
    world.isMediator(mediator, Wei.of(availability));
    return mediator;
  }

  private void trusts(Signer who, Trust kind, Signer whom) {
    world.trust(who, kind, whom.address().toWord());
  }

  private static void distrusts(World world, Signer who, Trust kind, Signer whom) {
    world.distrust(who, kind, whom.address().toWord());
  }

  private static Limits limits(long instructions, long memory, long storage, long bandwidth) {
    return new Limits(instructions, memory, storage, bandwidth);
  }

  private static Arguments misfit(String reasons, UnaryOperator<JobOffer> change) {
    Consumer<World> nothing = world -> {};
    return arguments(reasons, change, nothing);
  }

  private static Arguments unfit(String reasons, Consumer<World> change) {
    return arguments(reasons, UnaryOperator.<JobOffer>identity(), change);
  }

  private List<String> reasons(LiveJobOffer job) {
    return find().unmatched().get(job.hash()).stream().map(Obstacle::reason).toList();
  }

  private Findings find() {
    return find(List.of(), Set.of(), Wei.ZERO);
  }

  private Findings find(List<PostMatch> underway, Set<Pairing> barred, Wei leastIncentive) {
    return new GreedyMatchFinder()
        .find(
            new SolverView(
                world.chain.state(),
                world.head(),
                new LiveOffers(jobs, resources),
                Map.of(),
                underway,
                barred,
                leastIncentive));
  }
}
