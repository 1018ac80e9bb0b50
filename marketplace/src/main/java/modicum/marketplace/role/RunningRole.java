package modicum.marketplace.role;

import modicum.ledger.agent.AgentHealth;

/** A role that is at work in this process, until it is closed or a bug stops it. */
public interface RunningRole extends AutoCloseable {
  /** One line for its operator: who it is and where it is reached. */
  String describe();

  AgentHealth awaitEnd() throws InterruptedException;

  @Override
  void close();
}
