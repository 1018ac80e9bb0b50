package modicum.provider;

import java.util.List;
import modicum.directory.encryption.KeyExchange;
import modicum.executor.job.JobRunner;
import modicum.executor.job.KeptInputs;
import modicum.ledger.Head;
import modicum.ledger.agent.Agent;
import modicum.protocol.identity.Address;
import modicum.protocol.market.MarketState;

/** A resource provider: view, observe, decide; then perform. */
public final class ProviderAgent implements Agent<ProviderAction> {
  private final ProviderConfig config;
  private final Address account;
  private final StandingOffers standingOffers;
  private final ProviderPolicy policy;
  private final ProviderObserver observer;
  private final ProviderActions actions;

  public ProviderAgent(ProviderConfig config, ProviderWorld world) {
    for (String solver : config.offersOnChain() ? List.<String>of() : config.solvers()) {
      if (!world.orderBooks().containsKey(solver)) {
        throw new IllegalArgumentException("no order book is open for solver " + solver);
      }
    }
    this.config = config;
    this.account = world.ledger().account();
    this.standingOffers = new StandingOffers(config, account, world.ledger().hasher());
    this.policy = new ProviderPolicy(config);
    JobRunner runner =
        new JobRunner(
            world.executor(),
            config.state().resolve("jobs"),
            new KeptInputs(config.state().resolve("inputs"), config.keptInputs()));
    Troubles troubles = new Troubles(config.state().resolve("troubles"));
    LeftOffers leftOffers = new LeftOffers();
    Published published = new Published();
    Runs runs = Runs.of(account);
    ProviderKeys keys =
        new ProviderKeys(
            new KeyExchange(
                world.ledger().signer(),
                world.ledger().signatures(),
                config.state().resolve("keys")));
    this.observer =
        new ProviderObserver(
            config, world.executor(), runner, troubles, leftOffers, published, runs, keys);
    this.actions =
        new ProviderActions(config, world, runner, troubles, leftOffers, published, runs, keys);
  }

  @Override
  public String name() {
    return "provider " + account;
  }

  @Override
  public List<ProviderAction> decide(MarketState state, Head head) {
    ProviderView view = ProviderView.of(state, account, config, standingOffers, head.time());
    return policy.decide(view, observer.observe(view.open(), head.time()), head.time());
  }

  @Override
  public void perform(ProviderAction action) {
    actions.perform(action);
  }

  @Override
  public boolean sharesTransaction(ProviderAction action) {
    return actions.sharesTransaction(action);
  }

  @Override
  public void performTogether(List<ProviderAction> together) {
    actions.performTogether(together);
  }
}
