package modicum.mediator.app;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import modicum.ledger.agent.AgentHealth;
import modicum.mediator.MediatorAgent;
import modicum.mediator.MediatorSnapshot;
import modicum.mediator.probe.Probe;
import modicum.mediator.probe.ProbeLog;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;

/** What the service says of its agent. */
record MediatorStatus(Address account, MediatorAgent agent, Supplier<AgentHealth> health) {

  /**
   * The answer to {@code GET /v1/status}; times are block times, seconds since 1970.
   *
   * @param directories as the mediator's own probes see them
   */
  record Status(
      String mediator,
      String health,
      String trouble,
      long block,
      long time,
      boolean registered,
      int open,
      int done,
      List<Sight> directories) {}

  /**
   * A directory as seen by probes; times by the mediator's clock.
   *
   * @param lastProbe null before the first, and after a day without
   * @param lastHead the newest that the directory signed for a probe; null for none in the last day
   * @param answered how many probes of the last day it answered
   * @param counted of how many that say something
   * @param share the one by the other; null for none
   */
  record Sight(
      String directory, Look lastProbe, Beat lastHead, int answered, int counted, Double share) {}

  record Look(long time, String outcome, String why) {}

  record Beat(long number, long time, String hash) {}

  /** The answer to {@code GET /v1/mediations}. */
  record Mediations(List<Open> open, List<Done> done) {}

  record Open(String match, String reason, long deadline) {}

  record Done(String match, String verdict, String faultyParty, String evidence) {}

  Status status() {
    MediatorSnapshot seen = agent.snapshot();
    AgentHealth now = health.get();
    return new Status(
        account.toString(),
        now.getClass().getSimpleName().toLowerCase(Locale.ROOT),
        trouble(now),
        seen.block(),
        seen.time(),
        seen.registered(),
        seen.open().size(),
        seen.done().size(),
        agent.probes().sights().stream().map(MediatorStatus::sight).toList());
  }

  private static Sight sight(ProbeLog.Sight seen) {
    return new Sight(
        seen.directory().toString(),
        seen.last().map(p -> new Look(p.time(), p.outcome().name(), p.why())).orElse(null),
        seen.lastAnswered()
            .flatMap(Probe::head)
            .map(h -> new Beat(h.beat().number(), h.beat().time(), h.hash().toHex()))
            .orElse(null),
        seen.answered(),
        seen.counted(),
        seen.counted() == 0 ? null : (double) seen.answered() / seen.counted());
  }

  Mediations mediations() {
    MediatorSnapshot seen = agent.snapshot();
    return new Mediations(
        seen.open().stream()
            .map(o -> new Open(o.match().toString(), o.reason().name(), o.deadline()))
            .toList(),
        seen.done().stream()
            .map(
                d ->
                    new Done(
                        d.match().toString(),
                        d.verdict().name(),
                        d.verdict().faultyParty().name(),
                        d.evidence().toHex()))
            .toList());
  }

  Optional<byte[]> evidence(Bytes32 sha256) {
    return agent.evidence(sha256);
  }

  boolean isAlive() {
    return !(health.get() instanceof AgentHealth.Stopped);
  }

  int queue() {
    return agent.snapshot().open().size();
  }

  private static String trouble(AgentHealth health) {
    return switch (health) {
      case AgentHealth.Idle idle -> "";
      case AgentHealth.Running running -> "";
      case AgentHealth.Unavailable unavailable -> unavailable.why();
      case AgentHealth.Stopped stopped -> "stopped by a bug: " + stopped.cause();
    };
  }
}
