package modicum.marketplace.local;

import java.util.List;
import modicum.ledger.agent.AgentHealth;
import modicum.marketplace.role.RunningRole;

/** A role together with what was opened for it alone. */
record OwnedRole(RunningRole role, List<AutoCloseable> owned) implements RunningRole {
  @Override
  public String describe() {
    return role.describe();
  }

  @Override
  public AgentHealth awaitEnd() throws InterruptedException {
    return role.awaitEnd();
  }

  @Override
  public void close() {
    role.close();
    for (AutoCloseable resource : owned) {
      try {
        resource.close();
      } catch (Exception e) {
        throw new IllegalStateException("cannot close " + resource, e);
      }
    }
  }
}
