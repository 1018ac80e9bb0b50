package modicum.protocol.market;

import static modicum.protocol.fixtures.JobOfferBuilder.jobOffer;
import static modicum.protocol.fixtures.Parties.DIRECTORY;
import static modicum.protocol.fixtures.Parties.JOB_CREATOR;
import static modicum.protocol.fixtures.Parties.MEDIATOR;
import static modicum.protocol.fixtures.Parties.RESOURCE_PROVIDER;
import static modicum.protocol.fixtures.Parties.SOLVER;
import static modicum.protocol.fixtures.ResourceOfferBuilder.resourceOffer;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.fixtures.JobOfferBuilder;
import modicum.protocol.fixtures.SmallMarket;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Role;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.Trust;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.Stage;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Capacity;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A match in which everything is wrong is refused for the first fault in the contract's order; with
 * that one repaired, for the next; until nothing is left.
 */
class RefusalOrderTest {
  private static final long JOB_NONCE = 7;
  private static final long RESOURCE_NONCE = 11;

  /** In the order in which they are found. */
  private enum Fault {
    JOB_OFFER_CANCELLED(Condition.OFFER_IS_CANCELLED),
    JOB_OFFER_BELOW_FLOOR(Condition.NONCE_BELOW_FLOOR),
    JOB_OFFER_EXPIRED(Condition.OFFER_EXPIRED),
    JOB_OFFER_UNSIGNED(Condition.OFFER_NEITHER_POSTED_NOR_SIGNED),
    RESOURCE_OFFER_CANCELLED(Condition.OFFER_IS_CANCELLED),
    RESOURCE_OFFER_BELOW_FLOOR(Condition.NONCE_BELOW_FLOOR),
    RESOURCE_OFFER_EXPIRED(Condition.OFFER_EXPIRED),
    RESOURCE_OFFER_USED_UP(Condition.NO_FREE_SLOT),
    RESOURCE_OFFER_UNSIGNED(Condition.OFFER_NEITHER_POSTED_NOR_SIGNED),
    JOB_CREATOR_UNREGISTERED(Condition.NOT_REGISTERED),
    RESOURCE_PROVIDER_UNREGISTERED(Condition.NOT_REGISTERED),
    MEDIATOR_UNREGISTERED(Condition.NOT_REGISTERED),
    DIRECTORY_UNREGISTERED(Condition.NOT_REGISTERED),
    TOO_FEW_INSTRUCTIONS(Condition.INSTRUCTION_CAPACITY_TOO_SMALL),
    TOO_LITTLE_MEMORY(Condition.MEMORY_CAPACITY_TOO_SMALL),
    TOO_LITTLE_STORAGE(Condition.STORAGE_CAPACITY_TOO_SMALL),
    TOO_LITTLE_BANDWIDTH(Condition.BANDWIDTH_CAPACITY_TOO_SMALL),
    INSTRUCTIONS_TOO_DEAR(Condition.INSTRUCTION_PRICE_TOO_HIGH),
    BANDWIDTH_TOO_DEAR(Condition.BANDWIDTH_PRICE_TOO_HIGH),
    OTHER_ARCHITECTURE(Condition.ARCHITECTURE_MISMATCH),
    PROVIDER_DISTRUSTS_DIRECTORY(Condition.DIRECTORY_NOT_TRUSTED_BY_RESOURCE_PROVIDER),
    MEDIATOR_DISTRUSTS_DIRECTORY(Condition.DIRECTORY_NOT_TRUSTED_BY_MEDIATOR),
    JOB_CREATOR_DISTRUSTS_MEDIATOR(Condition.MEDIATOR_NOT_TRUSTED_BY_JOB_CREATOR),
    PROVIDER_DISTRUSTS_MEDIATOR(Condition.MEDIATOR_NOT_TRUSTED_BY_RESOURCE_PROVIDER),
    PROVIDER_LACKS_BASE_LAYER(Condition.BASE_LAYER_NOT_SUPPORTED_BY_RESOURCE_PROVIDER),
    MEDIATOR_LACKS_BASE_LAYER(Condition.BASE_LAYER_NOT_SUPPORTED_BY_MEDIATOR),
    DEADLINE_TOO_EARLY(Condition.COMPLETION_DEADLINE_TOO_EARLY),
    JOB_CREATOR_POOR(Condition.INSUFFICIENT_FUNDS),
    RESOURCE_PROVIDER_POOR(Condition.INSUFFICIENT_FUNDS);

    private final Condition condition;

    Fault(Condition condition) {
      this.condition = condition;
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void theFirstFaultIsTold(Fault first) {
    Set<Fault> faults = EnumSet.range(first, Fault.RESOURCE_PROVIDER_POOR);
    Rejection rejection = new FaultyMarket(faults).refusal();
    assertThat(rejection.condition()).isEqualTo(first.condition);
    requireOfTheRightParty(first, rejection);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void eachFaultAloneIsTold(Fault only) {
    Rejection rejection = new FaultyMarket(EnumSet.of(only)).refusal();
    assertThat(rejection.condition()).isEqualTo(only.condition);
    requireOfTheRightParty(only, rejection);
  }

  @Test
  void withoutAFaultThereIsAMatch() {
    new FaultyMarket(EnumSet.noneOf(Fault.class)).matches();
  }

  /** Otherwise a condition could be missing here without anybody noticing. */
  @Test
  void everyConditionOfAMatchIsHere() {
    assertThat(Arrays.stream(Fault.values()).map(f -> f.condition).distinct())
        .hasSize(21)
        .containsAll(
            EnumSet.range(
                Condition.INSTRUCTION_CAPACITY_TOO_SMALL, Condition.COMPLETION_DEADLINE_TOO_EARLY));
  }

  /** The stage, the result, the caller, and only then the signature. */
  @Test
  void anAcceptanceIsRefusedForItsFirstFault() {
    SmallMarket market = SmallMarket.registered();
    MatchId match = market.advanceTo(Stage.AWAITING_REACTION);
    Result posted = SmallMarket.result(match);
    Result other = SmallMarket.result(match, ResultStatus.DECLINED, SmallMarket.USAGE);
    Command allWrong = acceptance(SOLVER, match, other, SOLVER);
    assertThat(market.refuses(allWrong)).isEqualTo(Rejection.of(Condition.TERMS_MISMATCH, match));
    assertThat(market.refuses(acceptance(JOB_CREATOR, match, posted, SOLVER)))
        .isEqualTo(Rejection.of(Condition.NOT_ENTITLED, RESOURCE_PROVIDER, JOB_CREATOR));
    Rejection notAccepted = Rejection.of(Condition.NOT_ACCEPTED_BY_JOB_CREATOR, match, JOB_CREATOR);
    assertThat(market.refuses(acceptance(RESOURCE_PROVIDER, match, posted, RESOURCE_PROVIDER)))
        .isEqualTo(notAccepted);
    assertThat(
            market.refuses(
                new Command.CloseWithAcceptance(
                    RESOURCE_PROVIDER,
                    match,
                    posted,
                    SmallMarket.acceptance(JOB_CREATOR, match, other))))
        .isEqualTo(notAccepted);
    market.reject(match);
    assertThat(market.refuses(allWrong))
        .isEqualTo(
            Rejection.of(
                Condition.NOT_IN_STAGE, match, Stage.AWAITING_REACTION, Stage.IN_MEDIATION));
  }

  /** Before a result is posted, any that the job creator signed will do. */
  @Test
  void anAcceptanceOfAMatchThatAwaitsItsResultIsRefusedForItsFirstFault() {
    SmallMarket market = SmallMarket.registered();
    MatchId match = market.match();
    Result result = SmallMarket.result(match, ResultStatus.DECLINED, SmallMarket.USAGE);
    assertThat(market.refuses(acceptance(SOLVER, match, result, SOLVER)))
        .isEqualTo(Rejection.of(Condition.NOT_ENTITLED, RESOURCE_PROVIDER, SOLVER));
    assertThat(market.refuses(acceptance(RESOURCE_PROVIDER, match, result, SOLVER)))
        .isEqualTo(Rejection.of(Condition.NOT_ACCEPTED_BY_JOB_CREATOR, match, JOB_CREATOR));
    market.accepts(acceptance(RESOURCE_PROVIDER, match, result, JOB_CREATOR));
  }

  private static Command acceptance(Address caller, MatchId match, Result result, Address signer) {
    return new Command.CloseWithAcceptance(
        caller, match, result, SmallMarket.acceptance(signer, match, result));
  }

  /** Where one condition stands for several faults, its data say which. */
  private static void requireOfTheRightParty(Fault fault, Rejection rejection) {
    switch (fault) {
      case JOB_CREATOR_UNREGISTERED ->
          assertThat(rejection.data()).containsExactly(Role.JOB_CREATOR, JOB_CREATOR);
      case RESOURCE_PROVIDER_UNREGISTERED ->
          assertThat(rejection.data()).containsExactly(Role.RESOURCE_PROVIDER, RESOURCE_PROVIDER);
      case MEDIATOR_UNREGISTERED ->
          assertThat(rejection.data()).containsExactly(Role.MEDIATOR, MEDIATOR);
      case DIRECTORY_UNREGISTERED ->
          assertThat(rejection.data()).containsExactly(Role.DIRECTORY, DIRECTORY);
      case JOB_CREATOR_POOR -> assertThat(rejection.data()).startsWith(JOB_CREATOR);
      case RESOURCE_PROVIDER_POOR -> assertThat(rejection.data()).startsWith(RESOURCE_PROVIDER);
      case JOB_OFFER_BELOW_FLOOR -> assertThat(rejection.data()).endsWith(JOB_NONCE, JOB_NONCE + 1);
      case RESOURCE_OFFER_BELOW_FLOOR ->
          assertThat(rejection.data()).endsWith(RESOURCE_NONCE, RESOURCE_NONCE + 1);
      case JOB_OFFER_UNSIGNED -> assertThat(rejection.data()).endsWith(JOB_CREATOR);
      case RESOURCE_OFFER_UNSIGNED -> assertThat(rejection.data()).endsWith(RESOURCE_PROVIDER);
      default -> assertThat(rejection.data()).isNotEmpty();
    }
  }

  /** A market with just these faults. */
  private static final class FaultyMarket {
    private static final long NOW = SmallMarket.START;

    private final Set<Fault> faults;
    private final SmallMarket market = SmallMarket.empty();
    private final JobOffer job;
    private final ResourceOffer resource;

    FaultyMarket(Set<Fault> faults) {
      this.faults = faults;
      this.job =
          jobOffer()
              .nonce(JOB_NONCE)
              .expiry(has(Fault.JOB_OFFER_EXPIRED) ? NOW - 1 : NOW)
              .architecture(has(Fault.OTHER_ARCHITECTURE) ? Architecture.ARM64 : Architecture.AMD64)
              .completionDeadline(has(Fault.DEADLINE_TOO_EARLY) ? NOW : NOW + 1)
              .build();
      this.resource =
          resourceOffer()
              .nonce(RESOURCE_NONCE)
              .expiry(has(Fault.RESOURCE_OFFER_EXPIRED) ? NOW - 1 : NOW)
              .slots(isUsedUp() ? 0 : 1)
              .capacity(
                  new Capacity(
                      has(Fault.TOO_FEW_INSTRUCTIONS) ? 999 : 1000,
                      has(Fault.TOO_LITTLE_MEMORY) ? 63 : 64,
                      has(Fault.TOO_LITTLE_STORAGE) ? 31 : 32,
                      has(Fault.TOO_LITTLE_BANDWIDTH) ? 99 : 100))
              .prices(
                  Prices.of(
                      has(Fault.INSTRUCTIONS_TOO_DEAR) ? 4 : 3,
                      has(Fault.BANDWIDTH_TOO_DEAR) ? 6 : 5))
              .build();
      register();
      trust();
      deposit(JOB_CREATOR, Fault.JOB_CREATOR_POOR);
      deposit(RESOURCE_PROVIDER, Fault.RESOURCE_PROVIDER_POOR);
      cancel();
    }

    Rejection refusal() {
      return market.refuses(match());
    }

    void matches() {
      market.accepts(match());
    }

    private boolean has(Fault fault) {
      return faults.contains(fault);
    }

    /** What is used up cannot be cancelled any more, so here only one of the two is true. */
    private boolean isUsedUp() {
      return has(Fault.RESOURCE_OFFER_USED_UP) && !has(Fault.RESOURCE_OFFER_CANCELLED);
    }

    private void register() {
      unless(Fault.JOB_CREATOR_UNREGISTERED, new Command.RegisterJobCreator(JOB_CREATOR));
      unless(
          Fault.RESOURCE_PROVIDER_UNREGISTERED,
          new Command.RegisterResourceProvider(RESOURCE_PROVIDER, SmallMarket.PROVIDER_TERMS));
      unless(
          Fault.MEDIATOR_UNREGISTERED,
          new Command.RegisterMediator(MEDIATOR, SmallMarket.MEDIATOR_TERMS));
      unless(
          Fault.DIRECTORY_UNREGISTERED,
          new Command.RegisterDirectory(DIRECTORY, SmallMarket.DIRECTORY_TERMS));
    }

    private void trust() {
      Bytes32 directory = DIRECTORY.toWord();
      Bytes32 mediator = MEDIATOR.toWord();
      Bytes32 layer = JobOfferBuilder.BASE_LAYER;
      trust(
          Fault.PROVIDER_DISTRUSTS_DIRECTORY,
          RESOURCE_PROVIDER,
          Trust.RESOURCE_PROVIDER_TRUSTS_DIRECTORY,
          directory);
      trust(
          Fault.MEDIATOR_DISTRUSTS_DIRECTORY, MEDIATOR, Trust.MEDIATOR_TRUSTS_DIRECTORY, directory);
      trust(
          Fault.JOB_CREATOR_DISTRUSTS_MEDIATOR,
          JOB_CREATOR,
          Trust.JOB_CREATOR_TRUSTS_MEDIATOR,
          mediator);
      trust(
          Fault.PROVIDER_DISTRUSTS_MEDIATOR,
          RESOURCE_PROVIDER,
          Trust.RESOURCE_PROVIDER_TRUSTS_MEDIATOR,
          mediator);
      trust(
          Fault.PROVIDER_LACKS_BASE_LAYER,
          RESOURCE_PROVIDER,
          Trust.RESOURCE_PROVIDER_SUPPORTS_BASE_LAYER,
          layer);
      trust(Fault.MEDIATOR_LACKS_BASE_LAYER, MEDIATOR, Trust.MEDIATOR_SUPPORTS_BASE_LAYER, layer);
    }

    /** An unregistered party keeps no lists; its own fault is told before theirs. */
    private void trust(Fault fault, Address account, Trust kind, Bytes32 subject) {
      if (!has(fault) && market.state().registry().isRegistered(kind.holder(), account)) {
        market.trust(account, kind, subject);
      }
    }

    private void deposit(Address account, Fault fault) {
      market.deposit(account, has(fault) ? Wei.of(1) : SmallMarket.DEPOSIT);
    }

    private void cancel() {
      if (has(Fault.JOB_OFFER_CANCELLED)) {
        market.accepts(new Command.CancelJobOffer(JOB_CREATOR, job));
      }
      if (has(Fault.RESOURCE_OFFER_CANCELLED)) {
        market.accepts(new Command.CancelResourceOffer(RESOURCE_PROVIDER, resource));
      }
      raiseFloor(Fault.JOB_OFFER_BELOW_FLOOR, JOB_CREATOR, job.nonce() + 1);
      raiseFloor(Fault.RESOURCE_OFFER_BELOW_FLOOR, RESOURCE_PROVIDER, resource.nonce() + 1);
    }

    private void raiseFloor(Fault fault, Address account, long floor) {
      if (has(fault)) {
        market.accepts(new Command.RaiseNonceFloor(account, floor));
      }
    }

    private void unless(Fault fault, Command command) {
      if (!has(fault)) {
        market.accepts(command);
      }
    }

    private Command match() {
      Command.PostMatch signed = SmallMarket.signedMatch(job, resource);
      return new Command.PostMatch(
          SOLVER,
          job,
          has(Fault.JOB_OFFER_UNSIGNED) ? Signature.NONE : signed.jobOfferSignature(),
          resource,
          has(Fault.RESOURCE_OFFER_UNSIGNED) ? Signature.NONE : signed.resourceOfferSignature(),
          MEDIATOR);
    }
  }
}
