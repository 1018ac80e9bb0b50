package modicum.marketplace.role;

import modicum.executor.BaseLayers;
import modicum.executor.Executor;
import modicum.executor.job.BaseLayerSupply;
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
  private final BaseLayerSupply supply;

  private MediatorRole(Address account, MediatorService service, BaseLayerSupply supply) {
    this.account = account;
    this.service = service;
    this.supply = supply;
  }

  /**
   * @param connection stays the caller's, who closes it after the role
   * @param layers of the executor's engine
   */
  public static MediatorRole start(
      MediatorConfig config, MarketConnection connection, Executor executor, BaseLayers layers) {
    MediatorWorld world =
        new MediatorWorld(
            connection.ledger(), connection::directory, connection::directory, executor);
    MediatorService service = MediatorService.start(config, world, LedgerFollower.Options.DEFAULT);
    BaseLayerSupply supply =
        SupportedLayers.supply(SupportedLayers.of(config), layers, config.state(), connection);
    supply.start();
    return new MediatorRole(connection.ledger().account(), service, supply);
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
    supply.close();
    service.close();
  }
}
