package modicum.marketplace.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import modicum.marketplace.demo.Acts.Played;
import modicum.marketplace.local.LocalImages;
import modicum.marketplace.local.LocalMarket;
import modicum.marketplace.local.LocalMarketOptions;
import modicum.marketplace.local.LocalRuns;

/**
 * Plays a whole local market: renders a picture as jobs for strangers, then every way in which a
 * match can end, and keeps the books.
 */
public final class Demo {
  private final Path home;
  private final Path state;
  private final Path output;
  private final boolean offersOnChain;
  private final Consumer<String> progress;

  /**
   * @param home folder of the project
   * @param state folder for the market, empty or not there; the caller removes it
   * @param output folder that the picture is put into
   * @param offersOnChain whether everyone's offers are posted on the chain; else they are signed
   * @param progress told in words what is happening
   */
  public Demo(
      Path home, Path state, Path output, boolean offersOnChain, Consumer<String> progress) {
    this.home = home;
    this.state = state;
    this.output = output.toAbsolutePath().normalize();
    this.offersOnChain = offersOnChain;
    this.progress = progress;
  }

  public DemoReport run() throws InterruptedException {
    LocalImages images = new LocalImages(home, progress);
    images.buildRender();
    images.buildNonDeterministic();
    Path picture = output.resolve("picture.png");
    LocalMarketOptions options = LocalMarketOptions.in(home, state).postingOffers(offersOnChain);
    try (LocalMarket market = LocalMarket.start(options, progress)) {
      Theatre theatre = new Theatre(market, state.resolve("results"), progress);
      try {
        return new DemoReport(picture, play(market, theatre, picture));
      } finally {
        theatre.close();
      }
    } finally {
      LocalRuns.removeAll(state);
    }
  }

  private List<Ending> play(LocalMarket market, Theatre theatre, Path picture)
      throws InterruptedException {
    Books books = new Books(market.audit(), market.options().parameters().penaltySink());
    long before = openBooks(market, books);
    List<Ending> endings = new ArrayList<>();
    for (Acts.Named named : new Acts(theatre, picture).all()) {
      progress.accept("--- " + named.ending());
      Played played = named.act().play();
      long after = books.newestBlock();
      Books.Period period = books.between(Cast.parties(market, played.provider()), before, after);
      endings.add(
          new Ending(
              named.ending(),
              played.faultyParty(),
              played.verdict(),
              played.why(),
              period.accounts(),
              period.gas()));
      before = after;
    }
    return endings;
  }

  /** Everyone has money before the books are opened; later none comes from outside. */
  private long openBooks(LocalMarket market, Books books) throws InterruptedException {
    market.connect(Cast.FORGER).close();
    market.connect(Cast.ABSENT).close();
    long funded = books.newestBlock() + 1;
    while (books.newestBlock() < funded) {
      Thread.sleep(100);
    }
    return books.newestBlock();
  }
}
