package modicum.protocol.market;

import static modicum.protocol.fixtures.JobOfferBuilder.jobOffer;
import static modicum.protocol.fixtures.Parties.DIRECTORY;
import static modicum.protocol.fixtures.Parties.JOB_CREATOR;
import static modicum.protocol.fixtures.Parties.MEDIATOR;
import static modicum.protocol.fixtures.Parties.RESOURCE_PROVIDER;
import static modicum.protocol.fixtures.Parties.STRANGER;
import static modicum.protocol.fixtures.ResourceOfferBuilder.resourceOffer;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.Stream;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.fixtures.JobOfferBuilder;
import modicum.protocol.fixtures.ResourceOfferBuilder;
import modicum.protocol.fixtures.SmallMarket;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Role;
import modicum.protocol.identity.Trust;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Capacity;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.Limits;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.party.Mediator;
import modicum.protocol.party.ResourceProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The conditions of section 4: each is named by its refusal, and all bounds are inclusive. */
class FeasibilityTest {
  private static final Limits LIMITS = new Limits(1000, 64, 32, 100);

  private final SmallMarket market = SmallMarket.registered();

  static Stream<Arguments> oneTooFew() {
    return Stream.of(
        bounds(Condition.INSTRUCTION_CAPACITY_TOO_SMALL, new Capacity(999, 64, 32, 100), 1000, 999),
        bounds(Condition.MEMORY_CAPACITY_TOO_SMALL, new Capacity(1000, 63, 32, 100), 64, 63),
        bounds(Condition.STORAGE_CAPACITY_TOO_SMALL, new Capacity(1000, 64, 31, 100), 32, 31),
        bounds(Condition.BANDWIDTH_CAPACITY_TOO_SMALL, new Capacity(1000, 64, 32, 99), 100, 99));
  }

  private static Arguments bounds(
      Condition condition, Capacity capacity, long needed, long offered) {
    return Arguments.of(condition, capacity, needed, offered);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("oneTooFew")
  void refusesAResourceThatIsOneTooSmall(
      Condition condition, Capacity capacity, long needed, long offered) {
    requireRefused(
        jobOffer().limits(LIMITS), resourceOffer().capacity(capacity), condition, needed, offered);
  }

  @Test
  void takesAResourceThatIsJustLargeEnough() {
    requireMatched(
        jobOffer().limits(LIMITS), resourceOffer().capacity(new Capacity(1000, 64, 32, 100)));
  }

  @Test
  void refusesPricesOneAboveTheMaximum() {
    requireRefused(
        jobOffer().maxPrices(Prices.of(3, 5)),
        resourceOffer().prices(Prices.of(4, 5)),
        Condition.INSTRUCTION_PRICE_TOO_HIGH,
        Wei.of(3),
        Wei.of(4));
    requireRefused(
        jobOffer().maxPrices(Prices.of(3, 5)),
        resourceOffer().prices(Prices.of(3, 6)),
        Condition.BANDWIDTH_PRICE_TOO_HIGH,
        Wei.of(5),
        Wei.of(6));
  }

  @Test
  void takesPricesAtTheMaximum() {
    requireMatched(jobOffer().maxPrices(Prices.of(3, 5)), resourceOffer().prices(Prices.of(3, 5)));
  }

  @Test
  void jobProviderAndMediatorHaveOneCpuLevel() {
    Architecture v3 = Architecture.AMD64.at(CpuLevel.X86_64_V3);
    requireRefused(
        jobOffer().architecture(v3),
        resourceOffer(),
        Condition.ARCHITECTURE_MISMATCH,
        v3,
        Architecture.AMD64,
        Architecture.AMD64);
    market.accepts(
        new Command.RegisterResourceProvider(RESOURCE_PROVIDER, new ResourceProvider(v3, 1)));
    market.accepts(
        new Command.RegisterMediator(MEDIATOR, new Mediator(v3, Prices.of(1, 2), Wei.of(11))));
    // Having more than is asked for does not do: what is compared is what is offered.
    requireRefused(
        jobOffer(), resourceOffer(), Condition.ARCHITECTURE_MISMATCH, Architecture.AMD64, v3, v3);
    requireMatched(jobOffer().architecture(v3), resourceOffer());
  }

  @Test
  void jobProviderAndMediatorHaveOneArchitecture() {
    requireRefused(
        jobOffer().architecture(Architecture.ARM64),
        resourceOffer(),
        Condition.ARCHITECTURE_MISMATCH,
        Architecture.ARM64,
        Architecture.AMD64,
        Architecture.AMD64);
    market.accepts(
        new Command.RegisterResourceProvider(
            RESOURCE_PROVIDER, new ResourceProvider(Architecture.ARM64, 1)));
    requireRefused(
        jobOffer().architecture(Architecture.ARM64),
        resourceOffer(),
        Condition.ARCHITECTURE_MISMATCH,
        Architecture.ARM64,
        Architecture.ARM64,
        Architecture.AMD64);
    market.accepts(
        new Command.RegisterMediator(
            MEDIATOR, new Mediator(Architecture.ARM64, Prices.of(1, 2), Wei.of(11))));
    requireMatched(jobOffer().architecture(Architecture.ARM64), resourceOffer());
  }

  static Stream<Arguments> trust() {
    return Stream.of(
        trust(
            Trust.RESOURCE_PROVIDER_TRUSTS_DIRECTORY,
            RESOURCE_PROVIDER,
            DIRECTORY.toWord(),
            Condition.DIRECTORY_NOT_TRUSTED_BY_RESOURCE_PROVIDER,
            DIRECTORY),
        trust(
            Trust.MEDIATOR_TRUSTS_DIRECTORY,
            MEDIATOR,
            DIRECTORY.toWord(),
            Condition.DIRECTORY_NOT_TRUSTED_BY_MEDIATOR,
            DIRECTORY),
        trust(
            Trust.JOB_CREATOR_TRUSTS_MEDIATOR,
            JOB_CREATOR,
            MEDIATOR.toWord(),
            Condition.MEDIATOR_NOT_TRUSTED_BY_JOB_CREATOR,
            MEDIATOR),
        trust(
            Trust.RESOURCE_PROVIDER_TRUSTS_MEDIATOR,
            RESOURCE_PROVIDER,
            MEDIATOR.toWord(),
            Condition.MEDIATOR_NOT_TRUSTED_BY_RESOURCE_PROVIDER,
            MEDIATOR),
        trust(
            Trust.RESOURCE_PROVIDER_SUPPORTS_BASE_LAYER,
            RESOURCE_PROVIDER,
            JobOfferBuilder.BASE_LAYER,
            Condition.BASE_LAYER_NOT_SUPPORTED_BY_RESOURCE_PROVIDER,
            JobOfferBuilder.BASE_LAYER),
        trust(
            Trust.MEDIATOR_SUPPORTS_BASE_LAYER,
            MEDIATOR,
            JobOfferBuilder.BASE_LAYER,
            Condition.BASE_LAYER_NOT_SUPPORTED_BY_MEDIATOR,
            JobOfferBuilder.BASE_LAYER));
  }

  private static Arguments trust(
      Trust kind, Address account, Bytes32 subject, Condition condition, Object shown) {
    return Arguments.of(kind, account, subject, condition, shown);
  }

  @ParameterizedTest(name = "{3}")
  @MethodSource("trust")
  void everyoneReliesOnItsOwnListsOnly(
      Trust kind, Address account, Bytes32 subject, Condition condition, Object shown) {
    market.accepts(new Command.SetTrust(account, kind, List.of(subject), false));
    requireRefused(jobOffer(), resourceOffer(), condition, shown, account);
    market.trust(account, kind, subject);
    requireMatched(jobOffer(), resourceOffer());
  }

  @Test
  void everyTrustDecidesOneCondition() {
    assertThat(trust().map(row -> row.get()[0]))
        .containsExactlyInAnyOrder((Object[]) Trust.values());
  }

  /** A millisecond an instruction: 1000 take a second, 1001 take two, rounded up. */
  @Test
  void theProviderMustBeAbleToFinishInTime() {
    long now = market.now();
    requireRefused(
        jobOffer().limits(LIMITS).completionDeadline(now),
        resourceOffer(),
        Condition.COMPLETION_DEADLINE_TOO_EARLY,
        BigInteger.valueOf(now + 1),
        now);
    requireRefused(
        jobOffer().limits(new Limits(1001, 64, 32, 100)).completionDeadline(now + 1),
        resourceOffer(),
        Condition.COMPLETION_DEADLINE_TOO_EARLY,
        BigInteger.valueOf(now + 2),
        now + 1);
    requireMatched(jobOffer().limits(LIMITS).completionDeadline(now + 1), resourceOffer());
  }

  @Test
  void theLargestJobOnTheSlowestMachineTakesLongerThanAnyDeadline() {
    long largest = (1L << 56) - 1;
    BigInteger completion =
        Compatibility.earliestCompletion(
            0, largest, new ResourceProvider(Architecture.AMD64, largest));
    BigInteger nanoseconds = BigInteger.valueOf(largest).pow(2);
    assertThat(completion)
        .isEqualTo(nanoseconds.divide(BigInteger.valueOf(1_000_000_000)).add(BigInteger.ONE));
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void everyRoleIsRegistered(Role role) {
    SmallMarket other = SmallMarket.empty();
    other.register(
        role == Role.JOB_CREATOR ? STRANGER : JOB_CREATOR,
        role == Role.RESOURCE_PROVIDER ? STRANGER : RESOURCE_PROVIDER);
    JobOffer job =
        role == Role.DIRECTORY ? jobOffer().directory(STRANGER).build() : jobOffer().build();
    Command.PostMatch match = SmallMarket.signedMatch(job, resourceOffer().build());
    Address missing =
        switch (role) {
          case JOB_CREATOR -> JOB_CREATOR;
          case RESOURCE_PROVIDER -> RESOURCE_PROVIDER;
          case MEDIATOR, DIRECTORY -> STRANGER;
        };
    assertThat(other.refuses(role == Role.MEDIATOR ? withMediator(match, STRANGER) : match))
        .isEqualTo(Rejection.of(Condition.NOT_REGISTERED, role, missing));
  }

  @Test
  void bothSidesHaveTheirDepositToTheLastWei() {
    market.accepts(new Command.Withdraw(JOB_CREATOR, Wei.of(1_000_000 - 182_021)));
    requireRefused(
        jobOffer(),
        resourceOffer(),
        Condition.INSUFFICIENT_FUNDS,
        JOB_CREATOR,
        Wei.of(182_022),
        Wei.of(182_021));
    market.deposit(JOB_CREATOR, Wei.of(1));
    market.accepts(new Command.Withdraw(RESOURCE_PROVIDER, Wei.of(1_000_000 - 182_023)));
    requireRefused(
        jobOffer(),
        resourceOffer(),
        Condition.INSUFFICIENT_FUNDS,
        RESOURCE_PROVIDER,
        Wei.of(182_024),
        Wei.of(182_023));
    market.deposit(RESOURCE_PROVIDER, Wei.of(1));
    requireMatched(jobOffer(), resourceOffer());
    assertThat(market.free(JOB_CREATOR)).isEqualTo(Wei.ZERO);
    assertThat(market.free(RESOURCE_PROVIDER)).isEqualTo(Wei.ZERO);
  }

  @Test
  void aSolverIsToldEveryMismatchAtOnce() {
    ResourceOffer small = resourceOffer().capacity(new Capacity(1, 1, 32, 100)).build();
    JobOffer poor = jobOffer().limits(LIMITS).maxPrices(Prices.of(1, 5)).build();
    assertThat(Compatibility.check(poor, small, MEDIATOR, market.state().registry(), market.now()))
        .extracting(Rejection::condition)
        .containsExactly(
            Condition.INSTRUCTION_CAPACITY_TOO_SMALL,
            Condition.MEMORY_CAPACITY_TOO_SMALL,
            Condition.INSTRUCTION_PRICE_TOO_HIGH);
  }

  private static Command withMediator(Command.PostMatch match, Address mediator) {
    return new Command.PostMatch(
        match.caller(),
        match.jobOffer(),
        match.jobOfferSignature(),
        match.resourceOffer(),
        match.resourceOfferSignature(),
        mediator);
  }

  private void requireRefused(
      JobOfferBuilder job, ResourceOfferBuilder resource, Condition condition, Object... data) {
    assertThat(market.refuses(SmallMarket.signedMatch(job.build(), resource.build())))
        .isEqualTo(Rejection.of(condition, data));
  }

  private void requireMatched(JobOfferBuilder job, ResourceOfferBuilder resource) {
    market.match(job.build(), resource.build());
  }
}
