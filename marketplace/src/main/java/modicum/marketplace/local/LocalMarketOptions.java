package modicum.marketplace.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import modicum.jobcreator.record.Channel;
import modicum.ledger.agent.AgentLoop;
import modicum.marketplace.role.DirectorySettings;
import modicum.protocol.money.MarketParameters;

/**
 * What a local market is like.
 *
 * @param home folder of the project: its npm packages and examples
 * @param state folder where everything is that survives a restart
 * @param rpcPort of the chain; 0 for a free one
 * @param providers how many honest ones there are
 * @param baseImages tags of the images whose lowest layers providers and mediator support
 * @param poll between two looks at the chain
 * @param offersOnChain whether offers are posted on the chain; else they are signed and left with
 *     the solver
 * @param storage an S3 service for its directory; empty: one embedded in it
 */
public record LocalMarketOptions(
    Path home,
    Path state,
    int rpcPort,
    int providers,
    List<String> baseImages,
    MarketParameters parameters,
    Duration poll,
    boolean offersOnChain,
    Optional<DirectorySettings.S3> storage) {
  /**
   * Deposits of 52 times the price, two runs by the mediator. The tolerance is wide because the CPU
   * time of a job of some seconds varies by tens of per cent on a busy machine.
   */
  public static final MarketParameters PARAMETERS =
      new MarketParameters(50, 2, 300, 600, 10_000, MarketParameters.BURNT);

  public static final Duration POLL = Duration.ofMillis(500);

  public LocalMarketOptions {
    baseImages = List.copyOf(baseImages);
    state = state.toAbsolutePath().normalize();
  }

  /** Two providers on the example images' base layer. */
  public static LocalMarketOptions in(Path home, Path state) {
    return new LocalMarketOptions(
        home, state, 0, 2, List.of(LocalImages.BASE), PARAMETERS, POLL, false, Optional.empty());
  }

  public LocalMarketOptions onPort(int port) {
    return new LocalMarketOptions(
        home, state, port, providers, baseImages, parameters, poll, offersOnChain, storage);
  }

  public LocalMarketOptions supporting(List<String> images) {
    return new LocalMarketOptions(
        home, state, rpcPort, providers, images, parameters, poll, offersOnChain, storage);
  }

  public LocalMarketOptions postingOffers(boolean onChain) {
    return new LocalMarketOptions(
        home, state, rpcPort, providers, baseImages, parameters, poll, onChain, storage);
  }

  public LocalMarketOptions withProviders(int count) {
    return new LocalMarketOptions(
        home, state, rpcPort, count, baseImages, parameters, poll, offersOnChain, storage);
  }

  public LocalMarketOptions storingIn(DirectorySettings.S3 service) {
    return new LocalMarketOptions(
        home,
        state,
        rpcPort,
        providers,
        baseImages,
        parameters,
        poll,
        offersOnChain,
        Optional.of(service));
  }

  /** How the local job creator makes its offers known. */
  public Channel channel() {
    return offersOnChain ? Channel.ON_CHAIN : Channel.ORDER_BOOK;
  }

  AgentLoop.Options loop() {
    return AgentLoop.Options.polling(poll);
  }
}
