package modicum.jobcreator;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import modicum.directory.encryption.KeyExchange;
import modicum.jobcreator.JobCreatorView.JobView;
import modicum.jobcreator.record.JobRecord;
import modicum.jobcreator.record.JobRecords;
import modicum.jobcreator.verification.Verifier;
import modicum.ledger.Head;
import modicum.ledger.agent.Agent;
import modicum.protocol.identity.Address;
import modicum.protocol.market.MarketState;
import modicum.protocol.match.MatchId;

/** Sees the jobs that it follows through to their end. */
final class JobCreatorAgent implements Agent<JobCreatorAction> {
  private final Address account;
  private final JobCreatorPolicy policy;
  private final JobRecords records;
  private final Observations observations;
  private final JobCreatorActions actions;
  private final Map<MatchId, JobRecord> followed = new ConcurrentHashMap<>();
  private final Map<MatchId, JobStatus> statuses = new ConcurrentHashMap<>();

  JobCreatorAgent(
      MarketAccess market,
      JobRecords records,
      KeyExchange exchange,
      JobCreatorPolicy policy,
      Verifier verifier) {
    this.account = market.ledger().account();
    this.policy = policy;
    this.records = records;
    this.observations = new Observations(records, System::nanoTime);
    this.actions =
        new JobCreatorActions(market, records, observations, exchange, verifier, followed::values);
  }

  void follow(JobRecord job) {
    followed.put(job.id(), job);
  }

  /** As of the last decision; empty where there was none yet. */
  Optional<JobStatus> status(MatchId id) {
    return Optional.ofNullable(statuses.get(id));
  }

  @Override
  public String name() {
    return "job creator " + account;
  }

  @Override
  public List<JobCreatorAction> decide(MarketState state, Head head) {
    JobCreatorView view = JobCreatorView.of(state, account, List.copyOf(followed.values()));
    Map<MatchId, JobObservation> seen = new ConcurrentHashMap<>();
    view.jobs().forEach(job -> seen.put(job.record().id(), observations.of(job.record())));
    view.jobs().forEach(job -> show(job, seen.get(job.record().id()), head));
    return policy.decide(view, seen::get, head.time());
  }

  /** What kept a job from its next stage is no problem any more when it is there after all. */
  private void show(JobView job, JobObservation seen, Head head) {
    status(job.record().id())
        .filter(before -> before.stage() != job.stage())
        .ifPresent(before -> observations.noProblem(job.record().id()));
    statuses.put(
        job.record().id(),
        new JobStatus(
            job.record(),
            job.stage(),
            job.match(),
            job.deposit(),
            seen,
            observations.problem(job.record().id()),
            records.fees(job.record().id()),
            head.time()));
  }

  @Override
  public void perform(JobCreatorAction action) throws InterruptedException {
    actions.perform(action);
  }

  @Override
  public boolean sharesTransaction(JobCreatorAction action) {
    return action instanceof JobCreatorAction.OnChain;
  }

  @Override
  public void performTogether(List<JobCreatorAction> together) {
    actions.performTogether(together);
  }
}
