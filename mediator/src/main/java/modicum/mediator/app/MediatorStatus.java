package modicum.mediator.app;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import modicum.ledger.agent.AgentHealth;
import modicum.mediator.MediatorAgent;
import modicum.mediator.MediatorSnapshot;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;

/** What the service says of its agent. */
record MediatorStatus(Address account, MediatorAgent agent, Supplier<AgentHealth> health) {

  /** The answer to {@code GET /v1/status}; times are block times, seconds since 1970. */
  record Status(
      String mediator,
      String health,
      String trouble,
      long block,
      long time,
      boolean registered,
      int open,
      int done) {}

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
        seen.done().size());
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
