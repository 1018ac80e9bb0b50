package modicum.marketplace.role;

import modicum.executor.Executor;
import modicum.ledger.LedgerFollower;
import modicum.ledger.agent.AgentHealth;
import modicum.mediator.MediatorConfig;
import modicum.mediator.MediatorWorld;
import modicum.mediator.app.MediatorService;
import modicum.protocol.identity.Address;

/** A mediator at work: its agent, and the service that shows what it does. */
public final class MediatorRole implements RunningRole {
  private final Address account;
  private final MediatorService service;

  private MediatorRole(Address account, MediatorService service) {
    this.account = account;
    this.service = service;
  }

  /**
   * @param connection stays the caller's, who closes it after the role
   */
  public static MediatorRole start(
      MediatorConfig config, MarketConnection connection, Executor executor) {
    MediatorWorld world =
        new MediatorWorld(
            connection.ledger(), connection::directory, connection::directory, executor);
    return new MediatorRole(
        connection.ledger().account(),
        MediatorService.start(config, world, LedgerFollower.Options.DEFAULT));
  }

  @Override
  public String describe() {
    return "mediator " + account + " at " + service.endpoint();
  }

  @Override
  public AgentHealth awaitEnd() throws InterruptedException {
    return service.awaitEnd();
  }

  @Override
  public void close() {
    service.close();
  }
}
