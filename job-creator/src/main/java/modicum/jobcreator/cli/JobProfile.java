package modicum.jobcreator.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import modicum.directory.folder.FolderScan;
import modicum.executor.EngineUnavailable;
import modicum.executor.Executor;
import modicum.executor.LocalImage;
import modicum.executor.RunOutcome;
import modicum.executor.metering.Calibrator;
import modicum.executor.metering.MeasuredRuns;
import modicum.jobcreator.profile.JobNeeds;
import modicum.jobcreator.profile.PriceQuote;
import modicum.jobcreator.result.FileTree;
import modicum.ledger.LedgerFollower;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.MarketReader;
import modicum.ledger.config.BadConfiguration;
import modicum.ledger.config.MarketFile;
import modicum.ledger.orders.OrderBook;
import modicum.ledger.orders.OrderBookUnavailable;
import modicum.ledger.orders.SignedResourceOffer;
import modicum.protocol.content.Manifest;
import modicum.protocol.identity.Address;
import modicum.protocol.job.JobSpec;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What a job needs and would cost. */
@Command(
    name = "profile",
    description = {
      "Runs a job some times on this machine, and proposes limits for it with a margin, says what it"
          + " would cost at the offers that stand now, and what deposit it needs. Needs no account,"
          + " and without a market it says all but prices.",
      "Ends with 0 where the job completed, 2 where it could not be run."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  modicum job profile --image my/image:1 --output /out -- my-program --fast",
      "  modicum job profile --image my/image:1 --input data --runs 5 --margin 30 -- run.sh",
      "  modicum job profile --image my/image:1 --market market.yaml --json -- my-program"
    })
final class JobProfile implements Callable<Integer> {
  private static final int COULD_NOT_BE_RUN = 2;

  /** Of the reference job: about a second. */
  private static final long ROUNDS = 80_000_000;

  private static final Wei INCENTIVE = Wei.of(1_000_000_000L);
  private static final int MOST_RUNS = 1000;
  private static final int MOST_MARGIN = 10_000;

  @ParentCommand private JobCommand parent;
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private LocalJobFlags flags;

  @Option(names = "--runs", paramLabel = "N", description = "How often it is run. Default: 3.")
  private int runs = 3;

  @Option(
      names = "--margin",
      paramLabel = "PERCENT",
      description =
          "What is added to the most that was used: CPU time differs from machine to machine."
              + " Default: 50.")
  private int margin = 50;

  @Option(
      names = "--time-per-instruction",
      paramLabel = "NANOSECONDS",
      description = "Of this machine, as 'provider calibrate' says. Default: measured now.")
  private Long timePerInstruction;

  @Override
  public Integer call() throws InterruptedException {
    require(runs >= 1 && runs <= MOST_RUNS, "--runs is 1 to " + MOST_RUNS + ", got " + runs);
    require(margin >= 0 && margin <= MOST_MARGIN, "--margin is 0 to " + MOST_MARGIN + " percent");
    require(
        timePerInstruction == null || timePerInstruction > 0,
        "--time-per-instruction is above 0 nanoseconds");
    flags.requireInput();
    PrintWriter err = spec.commandLine().getErr();
    try (Connections connections = parent.connect()) {
      Path scratch = LocalJobFlags.scratch("profile");
      try {
        return profile(connections, scratch);
      } finally {
        FileTree.delete(scratch);
      }
    } catch (EngineUnavailable e) {
      err.println(ErrorLines.lineOf(e));
      err.flush();
      return COULD_NOT_BE_RUN;
    }
  }

  private int profile(Connections connections, Path scratch) throws InterruptedException {
    flags.requireLevel();
    LocalImage image = flags.find(connections);
    JobSpec job = flags.spec(image);
    Executor executor = connections.executor(scratch.resolve("runs"));
    long time = timePerInstruction == null ? calibrated(executor, scratch) : timePerInstruction;
    List<RunOutcome> outcomes =
        new MeasuredRuns(job, flags.input(), flags.generousLimits(), time, LocalJobFlags.WALL_CLOCK)
            .take(executor, runs, scratch, this::say);
    RunOutcome last = outcomes.getLast();
    if (last.status() != ResultStatus.COMPLETED) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("error: the job could not be run: " + last.explanation());
      last.log().lines().forEach(line -> err.println("  " + Printable.text(line)));
      err.flush();
      return COULD_NOT_BE_RUN;
    }
    Manifest input = flags.input().map(FolderScan::scan).orElse(Manifest.EMPTY);
    JobNeeds needs = new JobNeeds(outcomes, image.size(), input, job, time);
    print(needs, quoted(connections, image, needs));
    return ErrorLines.OK;
  }

  private long calibrated(Executor executor, Path scratch) throws InterruptedException {
    return new Calibrator(executor, scratch.resolve("reference"), 1, this::say)
        .timePerInstruction(ROUNDS);
  }

  // ---------------------------------------------------------------- prices

  private ProfileReport.Market quoted(Connections connections, LocalImage image, JobNeeds needs) {
    MarketFile market;
    try {
      market = common.market();
    } catch (BadConfiguration e) {
      if (common.namesAMarket()) {
        throw e;
      }
      return ProfileReport.Market.unknown("no market is known; name one with --market");
    }
    try {
      return quoted(connections, market, image, needs);
    } catch (LedgerUnavailable e) {
      return ProfileReport.Market.unknown(e.getMessage());
    }
  }

  private ProfileReport.Market quoted(
      Connections connections, MarketFile market, LocalImage image, JobNeeds needs) {
    MarketReader reader = connections.onlooker(market);
    LedgerFollower follower = new LedgerFollower(reader, LedgerFollower.Options.DEFAULT);
    follower.poll();
    Limits limits = needs.limits(margin);
    PriceQuote quote =
        PriceQuote.of(
            new PriceQuote.Wanted(
                limits,
                needs.expected(),
                image.architecture().at(flags.cpuLevel()),
                image.baseLayer()),
            left(connections, market),
            follower.state(),
            reader.hasher(),
            follower.head().time());
    Optional<Wei> deposit =
        quote
            .cheapest()
            .map(
                prices ->
                    PriceQuote.deposit(
                        limits,
                        prices,
                        follower.state(),
                        directory(market),
                        market.mediatorAddresses(),
                        INCENTIVE));
    return new ProfileReport.Market(
        Optional.of(quote), deposit, Optional.of(reader.parameters()), Optional.empty());
  }

  private static Address directory(MarketFile market) {
    return market.directories().stream()
        .findFirst()
        .map(MarketFile.DirectoryEntry::account)
        .orElse(Address.ZERO);
  }

  /** A solver that does not answer is left out: its offers may be with another one too. */
  private List<SignedResourceOffer> left(Connections connections, MarketFile market) {
    return connections.orderBooks(market).stream()
        .flatMap(
            (OrderBook book) -> {
              try {
                return book.resourceOffers().stream();
              } catch (OrderBookUnavailable e) {
                say(e.getMessage());
                return Stream.empty();
              }
            })
        .toList();
  }

  // -------------------------------------------------------------- printing

  private void print(JobNeeds needs, ProfileReport.Market market) {
    ProfileReport report = new ProfileReport(needs, margin, market);
    PrintWriter out = spec.commandLine().getOut();
    out.println(common.isJson() ? report.json() : report.text());
    out.flush();
  }

  private void say(String line) {
    if (!common.isJson()) {
      PrintWriter err = spec.commandLine().getErr();
      err.println(line);
      err.flush();
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
