package modicum.marketplace.role;

import java.net.URI;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import modicum.executor.BaseLayers;
import modicum.executor.Executor;
import modicum.executor.job.BaseLayerSupply;
import modicum.ledger.LedgerFollower;
import modicum.ledger.agent.AgentHealth;
import modicum.ledger.agent.AgentLoop;
import modicum.ledger.orders.HttpOrderBook;
import modicum.ledger.orders.OrderBook;
import modicum.provider.ProviderAction;
import modicum.provider.ProviderAgent;
import modicum.provider.ProviderConfig;
import modicum.provider.ProviderWorld;

/** A resource provider at work. */
public final class ProviderRole implements RunningRole {
  private final String name;
  private final AgentLoop<ProviderAction> loop;
  private final BaseLayerSupply supply;

  private ProviderRole(String name, AgentLoop<ProviderAction> loop, BaseLayerSupply supply) {
    this.name = name;
    this.loop = loop;
    this.supply = supply;
  }

  /**
   * @param connection stays the caller's, who closes it after the role
   * @param layers of the executor's engine
   */
  public static ProviderRole start(
      ProviderConfig config, MarketConnection connection, Executor executor, BaseLayers layers) {
    ProviderWorld world =
        new ProviderWorld(connection.ledger(), connection::directory, executor, orderBooks(config));
    AgentLoop<ProviderAction> loop =
        new AgentLoop<>(
            new ProviderAgent(config, world),
            new LedgerFollower(connection.ledger(), LedgerFollower.Options.DEFAULT),
            AgentLoop.Options.polling(config.polling()));
    loop.start();
    BaseLayerSupply supply =
        SupportedLayers.supply(SupportedLayers.of(config), layers, config.state(), connection);
    supply.start();
    return new ProviderRole("resource provider " + connection.ledger().account(), loop, supply);
  }

  private static Map<String, OrderBook> orderBooks(ProviderConfig config) {
    return config.solvers().stream()
        .distinct()
        .collect(Collectors.toMap(Function.identity(), url -> new HttpOrderBook(URI.create(url))));
  }

  @Override
  public String describe() {
    return name;
  }

  @Override
  public AgentHealth awaitEnd() throws InterruptedException {
    return loop.awaitEnd();
  }

  @Override
  public void close() {
    supply.close();
    loop.close();
  }
}
