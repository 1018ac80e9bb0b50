package modicum.acceptance.memory;

import java.math.BigInteger;
import java.util.List;
import modicum.ledger.Ledger;
import modicum.mediator.MediatorAgent;
import modicum.mediator.MediatorConfig;
import modicum.mediator.MediatorMeter;
import modicum.mediator.MediatorRuns;
import modicum.mediator.MediatorWorld;

/** The mediator. */
final class TestMediator extends Party {
  TestMediator(InMemoryMarket market, String name) {
    super(market, name);
  }

  @Override
  Life start(int life) {
    Ledger ledger = trappedLedger();
    MediatorRuns runs =
        MediatorRuns.of(account(), market().chain().parameters().verificationCount());
    MediatorWorld world =
        new MediatorWorld(
            ledger,
            directory -> trappedDirectory(),
            directory -> market().store().viewOf(account()),
            trappedExecutor(runs.owner()));
    return lifeOf(new MediatorAgent(config(), world, MediatorMeter.NONE), ledger);
  }

  @Override
  List<String> workFolders() {
    return List.of("jobs", "claims", "keys");
  }

  private MediatorConfig config() {
    return new MediatorConfig(
        "amd64",
        InMemoryMarket.TIME_PER_INSTRUCTION,
        InMemoryMarket.MEDIATOR_PRICE,
        0,
        BigInteger.valueOf(InMemoryMarket.MEDIATOR_AVAILABILITY),
        List.of(market().directory().toString()),
        List.of(market().image().baseLayer().toHex()),
        List.of(),
        null,
        30L,
        InMemoryMarket.GRACE,
        0L,
        "the scripted engine",
        1000L,
        "127.0.0.1",
        0,
        state().toString());
  }
}
