package modicum.mediator;

import java.util.List;
import java.util.Optional;
import modicum.directory.encryption.KeyExchange;
import modicum.executor.job.JobRunner;
import modicum.ledger.Head;
import modicum.ledger.agent.Agent;
import modicum.mediator.probe.ProbeLog;
import modicum.mediator.probe.Probes;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.market.MarketState;

/** A mediator: view, observe, decide; then perform. */
public final class MediatorAgent implements Agent<MediatorAction> {
  private final MediatorConfig config;
  private final Address account;
  private final MediatorPolicy policy;
  private final MediatorObserver observer;
  private final Verdicts verdicts;
  private final MediatorActions actions;
  private final Probes probes;
  private volatile MediatorSnapshot snapshot = MediatorSnapshot.NONE;

  public MediatorAgent(MediatorConfig config, MediatorWorld world, MediatorMeter meter) {
    this.config = config;
    this.account = world.ledger().account();
    this.policy = new MediatorPolicy(config);
    this.verdicts = new Verdicts(config.state().resolve("verdicts"));
    JobRunner runner = new JobRunner(world.executor(), config.state().resolve("jobs"));
    MediatorRuns runs = MediatorRuns.of(account, world.ledger().parameters().verificationCount());
    Claims claims = new Claims(config.state().resolve("claims"));
    KeyExchange exchange =
        new KeyExchange(
            world.ledger().signer(), world.ledger().signatures(), config.state().resolve("keys"));
    this.observer =
        new MediatorObserver(
            config.reorganisationGrace(), world.executor(), runner, runs, claims, exchange);
    MediatorRuns.Engine engine = new MediatorRuns.Engine(runner, runs, RunSlots.ofThisMachine());
    ProbeLog log = ProbeLog.open(config.state().resolve("probes"), world.clock().getAsLong());
    this.probes = new Probes(config.probed(), world::uptime, world.ledger(), world.clock(), log);
    this.actions =
        new MediatorActions(config, world, engine, verdicts, claims, log, meter, exchange);
  }

  @Override
  public String name() {
    return "mediator " + account;
  }

  @Override
  public List<MediatorAction> decide(MarketState state, Head head) {
    MediatorView view = MediatorView.of(state, account, config);
    snapshot = MediatorSnapshot.of(state, account, head, view);
    return policy.decide(view, observer.toClean(view.disputed(), head.time()), head.time());
  }

  @Override
  public void perform(MediatorAction action) throws InterruptedException {
    actions.perform(action);
  }

  /** What the last look at the chain showed. Any thread may ask. */
  public MediatorSnapshot snapshot() {
    return snapshot;
  }

  /** Its looks at the directories that it trusts. Whoever runs the agent sees to their time. */
  public Probes probes() {
    return probes;
  }

  /** An evidence file of an earlier verdict. Any thread may ask. */
  public Optional<byte[]> evidence(Bytes32 sha256) {
    return verdicts.evidence(sha256);
  }
}
