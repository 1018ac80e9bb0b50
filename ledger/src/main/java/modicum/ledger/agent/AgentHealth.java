package modicum.ledger.agent;

import java.time.Instant;

/** How an agent is. */
public sealed interface AgentHealth {
  /** Not started, or closed. */
  record Idle() implements AgentHealth {}

  record Running() implements AgentHealth {}

  /**
   * Something outside does not answer; the agent keeps trying.
   *
   * @param why one line for the operator
   */
  record Unavailable(Instant since, String why) implements AgentHealth {}

  /** A bug stopped the agent: it does nothing more. */
  record Stopped(Throwable cause) implements AgentHealth {}
}
