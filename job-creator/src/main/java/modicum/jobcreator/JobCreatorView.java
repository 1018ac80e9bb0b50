package modicum.jobcreator;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import modicum.jobcreator.record.JobRecord;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Role;
import modicum.protocol.identity.Trust;
import modicum.protocol.market.MarketState;
import modicum.protocol.market.Registry;
import modicum.protocol.match.Match;
import modicum.protocol.match.Stage;
import modicum.protocol.money.Wei;
import modicum.protocol.party.ResourceProvider;

/**
 * What of the market concerns a job creator and its jobs.
 *
 * @param registered whether the account is registered as job creator
 * @param free the account's free balance, wei
 * @param reactionWindow seconds
 */
public record JobCreatorView(
    boolean registered, Wei free, long reactionWindow, List<JobView> jobs) {

  /**
   * One job.
   *
   * @param stage cancelled, too, where the account has raised its nonce floor above the offer
   * @param untrusted mediators that the job needs and the account does not trust yet
   * @param providersTime the provider's registered time per instruction, nanoseconds; 0 before
   *     there is a match
   * @param deposit what must be free for the offer to be matched, wei
   */
  public record JobView(
      JobRecord record,
      Stage stage,
      Optional<Match> match,
      long providersTime,
      Set<Address> untrusted,
      Wei deposit) {
    public boolean isUnmatched() {
      return stage == Stage.UNKNOWN || stage == Stage.POSTED;
    }
  }

  public static JobCreatorView of(
      MarketState state, Address account, Collection<JobRecord> records) {
    return new JobCreatorView(
        state.registry().isRegistered(Role.JOB_CREATOR, account),
        state.balance(account).free(),
        state.pricing().parameters().reactionWindow(),
        records.stream().map(record -> jobView(state, account, record)).toList());
  }

  private static JobView jobView(MarketState state, Address account, JobRecord record) {
    Set<Address> untrusted =
        record.mediators().stream()
            .filter(m -> !state.registry().trusts(Trust.JOB_CREATOR_TRUSTS_MEDIATOR, account, m))
            .collect(Collectors.toUnmodifiableSet());
    Optional<Match> match = state.match(record.id());
    return new JobView(
        record,
        stage(state, record),
        match,
        match
            .flatMap(m -> state.registry().resourceProvider(m.terms().resourceProvider()))
            .map(ResourceProvider::timePerInstruction)
            .orElse(0L),
        untrusted,
        deposit(state, record));
  }

  private static Stage stage(MarketState state, JobRecord record) {
    Stage stage = state.stage(record.id());
    boolean unmatched = stage == Stage.UNKNOWN || stage == Stage.POSTED;
    boolean belowFloor = record.offer().nonce() < state.nonceFloor(record.offer().jobCreator());
    return unmatched && belowFloor ? Stage.CANCELLED : stage;
  }

  /** With the dearest of the mediators that the job may get, since the solver chooses. */
  private static Wei deposit(MarketState state, JobRecord record) {
    return deposit(
        state,
        record.offer().estimate(),
        record.offer().directory(),
        record.mediators(),
        record.offer().matchIncentive());
  }

  /**
   * What must be free for an offer to be matched, wei.
   *
   * @param estimate what the job's limits come to at its highest prices
   */
  public static Wei deposit(
      MarketState state,
      Wei estimate,
      Address directory,
      Collection<Address> mediators,
      Wei incentive) {
    Registry registry = state.registry();
    Wei ofMediator =
        mediators.stream()
            .flatMap(m -> registry.mediator(m).stream())
            .map(m -> m.availabilityValue())
            .max(Wei::compareTo)
            .orElse(Wei.ZERO);
    Wei ofDirectory =
        registry.directory(directory).map(d -> d.availabilityValue()).orElse(Wei.ZERO);
    return state.pricing().deposit(estimate, ofMediator.plus(ofDirectory), incentive);
  }
}
