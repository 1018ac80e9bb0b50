package modicum.marketplace.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import modicum.marketplace.local.LocalImages;
import modicum.marketplace.local.LocalMarket;
import modicum.marketplace.local.LocalMarketOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The local market, kept running. */
@Command(
    name = "up",
    description = {
      "Keeps a complete local market running, for use from another terminal, until Ctrl-C.",
      "Chain, keys and objects are kept in its state folder and taken up again."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  modicum up",
      "  modicum up --on-chain-offers",
      "  modicum up --base-image modicum/base:bookworm --base-image my/base:1",
      "In another terminal:",
      "  . .modicum/local/env",
      "  modicum job run examples/render/job.yaml"
    })
final class UpCommand implements Callable<Integer> {
  private static final int DEFAULT_PORT = 8545;

  @Option(
      names = "--state",
      paramLabel = "FOLDER",
      defaultValue = ".modicum/local",
      description = "Where the market is kept. Default: ${DEFAULT-VALUE}.")
  private Path state;

  @Option(
      names = "--rpc-port",
      paramLabel = "PORT",
      defaultValue = "" + DEFAULT_PORT,
      description = "Port of the chain, 0 for a free one. Default: ${DEFAULT-VALUE}.")
  private int rpcPort;

  @Option(
      names = "--base-image",
      paramLabel = "IMAGE",
      defaultValue = LocalImages.BASE,
      description =
          "Image whose lowest layer is supported as a base layer; may be given several times."
              + " Default: ${DEFAULT-VALUE}.")
  private List<String> baseImages;

  @Option(
      names = "--on-chain-offers",
      description =
          "Everyone posts offers on the chain, for gas, instead of leaving them, signed, with the"
              + " solver.")
  private boolean onChainOffers;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    LocalMarketOptions options =
        LocalMarketOptions.in(Home.folder(), state)
            .onPort(rpcPort)
            .supporting(baseImages)
            .postingOffers(onChainOffers);
    Consumer<String> progress =
        text -> {
          out.println(text);
          out.flush();
        };
    new LocalImages(Home.folder(), progress).buildRender();
    LocalMarket market = LocalMarket.start(options, progress);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  market.close();
                  stopped.countDown();
                }));
    out.println();
    out.println("The market is up. In another terminal:");
    out.println("  . " + market.environmentFile());
    out.println("  ./modicum job run examples/render/job.yaml");
    if (onChainOffers) {
      out.println("Providers post their offers on the chain; so does who reads that file.");
    }
    out.println("Ctrl-C stops it; 'modicum up' goes on where it was.");
    out.flush();
    stopped.await();
    return 0;
  }
}
