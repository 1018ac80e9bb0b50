package modicum.protocol.market;

import static modicum.protocol.market.Condition.ARCHITECTURE_MISMATCH;
import static modicum.protocol.market.Condition.BANDWIDTH_CAPACITY_TOO_SMALL;
import static modicum.protocol.market.Condition.BANDWIDTH_PRICE_TOO_HIGH;
import static modicum.protocol.market.Condition.COMPLETION_DEADLINE_TOO_EARLY;
import static modicum.protocol.market.Condition.INSTRUCTION_CAPACITY_TOO_SMALL;
import static modicum.protocol.market.Condition.INSTRUCTION_PRICE_TOO_HIGH;
import static modicum.protocol.market.Condition.MEMORY_CAPACITY_TOO_SMALL;
import static modicum.protocol.market.Condition.NOT_REGISTERED;
import static modicum.protocol.market.Condition.STORAGE_CAPACITY_TOO_SMALL;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Role;
import modicum.protocol.identity.Trust;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.party.Mediator;
import modicum.protocol.party.ResourceProvider;

/**
 * Whether a job offer, a resource offer and a mediator fit together: conditions 1 to 6 of section
 * 4, all bounds inclusive, every mismatch in the order in which the contract checks.
 */
public final class Compatibility {
  private static final BigInteger NANOSECONDS_PER_SECOND = BigInteger.valueOf(1_000_000_000L);

  private final JobOffer job;
  private final ResourceOffer resource;
  private final Address mediator;
  private final Registry registry;
  private final List<Rejection> mismatches = new ArrayList<>();

  private Compatibility(JobOffer job, ResourceOffer resource, Address mediator, Registry registry) {
    this.job = job;
    this.resource = resource;
    this.mediator = mediator;
    this.registry = registry;
  }

  /** Every reason why these do not fit; empty where they do. */
  public static List<Rejection> check(
      JobOffer job, ResourceOffer resource, Address mediator, Registry registry, long blockTime) {
    Compatibility compatibility = new Compatibility(job, resource, mediator, registry);
    compatibility.checkRegistrations();
    if (compatibility.mismatches.isEmpty()) {
      compatibility.checkConditions(blockTime);
    }
    return List.copyOf(compatibility.mismatches);
  }

  /**
   * When a job that uses all of its instructions is done on this machine, block time in seconds,
   * rounded up (condition 6).
   */
  public static BigInteger earliestCompletion(
      long blockTime, long instructionLimit, ResourceProvider provider) {
    BigInteger[] seconds =
        BigInteger.valueOf(provider.timePerInstruction())
            .multiply(BigInteger.valueOf(instructionLimit))
            .divideAndRemainder(NANOSECONDS_PER_SECOND);
    return BigInteger.valueOf(blockTime)
        .add(seconds[0])
        .add(seconds[1].signum() > 0 ? BigInteger.ONE : BigInteger.ZERO);
  }

  private void checkRegistrations() {
    requireRegistered(Role.JOB_CREATOR, job.jobCreator());
    requireRegistered(Role.RESOURCE_PROVIDER, resource.resourceProvider());
    requireRegistered(Role.MEDIATOR, mediator);
    requireRegistered(Role.DIRECTORY, job.directory());
  }

  private void requireRegistered(Role role, Address account) {
    require(registry.isRegistered(role, account), NOT_REGISTERED, role, account);
  }

  private void checkConditions(long blockTime) {
    ResourceProvider provider =
        registry.resourceProvider(resource.resourceProvider()).orElseThrow();
    Mediator judge = registry.mediator(mediator).orElseThrow();
    checkCapacity();
    checkPrices();
    checkArchitecture(provider.architecture(), judge.architecture());
    checkTrust();
    checkBaseLayer();
    BigInteger earliest = earliestCompletion(blockTime, job.limits().instructions(), provider);
    require(
        earliest.compareTo(BigInteger.valueOf(job.completionDeadline())) <= 0,
        COMPLETION_DEADLINE_TOO_EARLY,
        earliest,
        job.completionDeadline());
  }

  private void checkCapacity() {
    requireCapacity(
        INSTRUCTION_CAPACITY_TOO_SMALL,
        job.limits().instructions(),
        resource.capacity().instructions());
    requireCapacity(MEMORY_CAPACITY_TOO_SMALL, job.limits().memory(), resource.capacity().memory());
    requireCapacity(
        STORAGE_CAPACITY_TOO_SMALL, job.limits().storage(), resource.capacity().storage());
    requireCapacity(
        BANDWIDTH_CAPACITY_TOO_SMALL, job.limits().bandwidth(), resource.capacity().bandwidth());
  }

  private void requireCapacity(Condition condition, long limit, long capacity) {
    require(capacity >= limit, condition, limit, capacity);
  }

  private void checkPrices() {
    require(
        job.maxPrices().instruction().covers(resource.prices().instruction()),
        INSTRUCTION_PRICE_TOO_HIGH,
        job.maxPrices().instruction(),
        resource.prices().instruction());
    require(
        job.maxPrices().bandwidth().covers(resource.prices().bandwidth()),
        BANDWIDTH_PRICE_TOO_HIGH,
        job.maxPrices().bandwidth(),
        resource.prices().bandwidth());
  }

  private void checkArchitecture(Architecture provider, Architecture judge) {
    require(
        job.architecture().equals(provider) && provider.equals(judge),
        ARCHITECTURE_MISMATCH,
        job.architecture(),
        provider,
        judge);
  }

  private void checkTrust() {
    Address provider = resource.resourceProvider();
    require(
        registry.trusts(Trust.RESOURCE_PROVIDER_TRUSTS_DIRECTORY, provider, job.directory()),
        Condition.DIRECTORY_NOT_TRUSTED_BY_RESOURCE_PROVIDER,
        job.directory(),
        provider);
    require(
        registry.trusts(Trust.MEDIATOR_TRUSTS_DIRECTORY, mediator, job.directory()),
        Condition.DIRECTORY_NOT_TRUSTED_BY_MEDIATOR,
        job.directory(),
        mediator);
    require(
        registry.trusts(Trust.JOB_CREATOR_TRUSTS_MEDIATOR, job.jobCreator(), mediator),
        Condition.MEDIATOR_NOT_TRUSTED_BY_JOB_CREATOR,
        mediator,
        job.jobCreator());
    require(
        registry.trusts(Trust.RESOURCE_PROVIDER_TRUSTS_MEDIATOR, provider, mediator),
        Condition.MEDIATOR_NOT_TRUSTED_BY_RESOURCE_PROVIDER,
        mediator,
        provider);
  }

  private void checkBaseLayer() {
    Address provider = resource.resourceProvider();
    require(
        registry.trusts(Trust.RESOURCE_PROVIDER_SUPPORTS_BASE_LAYER, provider, job.baseLayer()),
        Condition.BASE_LAYER_NOT_SUPPORTED_BY_RESOURCE_PROVIDER,
        job.baseLayer(),
        provider);
    require(
        registry.trusts(Trust.MEDIATOR_SUPPORTS_BASE_LAYER, mediator, job.baseLayer()),
        Condition.BASE_LAYER_NOT_SUPPORTED_BY_MEDIATOR,
        job.baseLayer(),
        mediator);
  }

  private void require(boolean holds, Condition condition, Object... data) {
    if (!holds) {
      mismatches.add(Rejection.of(condition, data));
    }
  }
}
