package modicum.acceptance.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import modicum.executor.scripted.ScriptedOutcome;
import modicum.jobcreator.record.Channel;
import modicum.ledger.Ledger;
import modicum.ledger.orders.OrderBook;
import modicum.protocol.offer.Capacity;
import modicum.protocol.result.ResultStatus;
import modicum.provider.ProviderAgent;
import modicum.provider.ProviderConfig;
import modicum.provider.ProviderWorld;
import modicum.provider.Runs;

/** A resource provider. */
final class TestProvider extends Party {
  private static final String SOLVER = "the solver";
  private static final long OFFER_PERIOD = 1_000_000;
  private static final Capacity CAPACITY = new Capacity(10_000, 1 << 24, 1 << 24, 1 << 24);

  private final long price;
  private int slots = 1;
  private boolean uploading = true;

  /**
   * @param price wei per instruction
   */
  TestProvider(InMemoryMarket market, String name, long price) {
    super(market, name);
    this.price = price;
  }

  @Override
  Life start(int life) {
    Ledger ledger = trappedLedger();
    OrderBook book = new TrappedOrderBook(market().sam().orderBook(), trap());
    ProviderWorld world =
        new ProviderWorld(
            ledger,
            directory ->
                uploading ? trappedDirectory() : new SwallowingDirectory(trappedDirectory()),
            trappedExecutor(Runs.of(account()).owner()),
            Map.of(SOLVER, book));
    return lifeOf(new ProviderAgent(config(), world), ledger);
  }

  @Override
  List<String> workFolders() {
    return List.of("jobs", "troubles", "keys");
  }

  private ProviderConfig config() {
    return new ProviderConfig(
        "amd64",
        InMemoryMarket.TIME_PER_INSTRUCTION,
        price,
        0,
        CAPACITY,
        slots,
        BigInteger.valueOf(InMemoryMarket.PROVIDER_INCENTIVE),
        OFFER_PERIOD,
        market().channel() == Channel.ON_CHAIN,
        List.of(SOLVER),
        List.of(market().mia().account().toString()),
        List.of(market().directory().toString()),
        List.of(market().image().baseLayer().toHex()),
        List.of(),
        BigInteger.valueOf(InMemoryMarket.PROVIDER_DEPOSIT),
        null,
        InMemoryMarket.DIRECTORY_PATIENCE,
        15L,
        InMemoryMarket.GRACE,
        1000L,
        state().toString(),
        null,
        null);
  }

  // ------------------------------------------------------------- for stories

  /** Runs so many jobs side by side; to be said before the market opens. */
  void hasSlots(int number) {
    slots = number;
  }

  /** Puts out something else than the job does. */
  void forges() {
    engine().otherwise(run -> ScriptedOutcome.completed(Map.of("out.txt", "forged\n"), 100));
  }

  /** Puts out what the job does, and says that it took this much. */
  void claims(long instructions) {
    engine().otherwise(run -> ScriptedOutcome.completed(InMemoryMarket.OUTPUT, instructions));
  }

  /** Says that the job ended like this. */
  void claims(ResultStatus status) {
    engine().otherwise(run -> ScriptedOutcome.ended(status, InMemoryMarket.INSTRUCTIONS));
  }

  /** Posts results without putting them into the directory. */
  void uploadsNothing() {
    uploading = false;
  }

  /** Over all of its closed matches it was given, beyond its own stake, this many wei. */
  void isPaid(long wei) {
    assertThat(market().gainOf(this)).as("what %s is paid", name()).isEqualTo(wei);
  }

  /** Its whole stake is gone, too. */
  void losesItsStake() {
    assertThat(market().gainOf(this)).isEqualTo(-InMemoryMarket.STAKE);
  }
}
