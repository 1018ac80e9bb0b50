package modicum.jobcreator.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import modicum.executor.EngineUnavailable;
import modicum.executor.Executor;
import modicum.executor.check.CheckReport;
import modicum.executor.check.DeterminismCheck;
import modicum.executor.check.Difference;
import modicum.executor.sandbox.Profile;
import modicum.jobcreator.result.FileTree;
import modicum.protocol.result.ResultStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Whether a job always comes to the same. */
@Command(
    name = "check",
    description = {
      "Runs a job some times on this machine while varying what must not matter, and says whether it"
          + " always comes to the same, or else where it first differs, and why. Then it changes,"
          + " one at a time, what the sandbox holds still, and lists what of it the job leans on.",
      "Ends with 0 where the job is deterministic, 1 where not, 2 where it could not be run."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  modicum job check --image my/image:1 --output /out -- my-program --fast",
      "  modicum job check --image my/image:1 --runs 5 --cpus 2 --input data --output /out -- run.sh",
      "  modicum job check --image my/image:1 --plain --output /out -- my-program"
    })
final class JobCheck implements Callable<Integer> {
  private static final int NOT_DETERMINISTIC = 1;
  private static final int COULD_NOT_BE_RUN = 2;

  @ParentCommand private JobCommand parent;
  @Spec private CommandSpec spec;

  @Mixin private LocalJobFlags flags;

  @Option(names = "--runs", paramLabel = "N", description = "How often it is run. Default: 3.")
  private int runs = 3;

  @Option(
      names = "--plain",
      description =
          "Judge the job as in a plain container: what the sandbox holds still counts as well.")
  private boolean plain;

  @Override
  public Integer call() throws InterruptedException {
    if (runs < 2) {
      throw new IllegalArgumentException("--runs is 2 or more, got " + runs);
    }
    flags.requireInput();
    PrintWriter err = spec.commandLine().getErr();
    try (Connections connections = parent.connect()) {
      Path scratch = LocalJobFlags.scratch("check");
      try {
        return report(check(connections, scratch, err));
      } finally {
        FileTree.delete(scratch);
      }
    } catch (EngineUnavailable e) {
      err.println(ErrorLines.lineOf(e));
      err.flush();
      return COULD_NOT_BE_RUN;
    }
  }

  private CheckReport check(Connections connections, Path scratch, PrintWriter err)
      throws InterruptedException {
    flags.requireLevel();
    Executor executor = connections.executor(scratch.resolve("runs"));
    DeterminismCheck.Job job =
        new DeterminismCheck.Job(
            flags.spec(flags.find(connections)),
            flags.input(),
            flags.generousLimits(),
            LocalJobFlags.WALL_CLOCK);
    return new DeterminismCheck(
            executor,
            job,
            scratch,
            line -> {
              err.println(line);
              err.flush();
            })
        .check(runs, plain);
  }

  private int report(CheckReport report) {
    PrintWriter out = spec.commandLine().getOut();
    if (report.reference().status() != ResultStatus.COMPLETED) {
      out.println("the job could not be run: " + report.reference().explanation());
      report.reference().log().lines().forEach(line -> out.println("  " + line));
      out.flush();
      return COULD_NOT_BE_RUN;
    }
    if (report.isDeterministic()) {
      out.println(
          "deterministic: %d runs came to the same, %s, in sandbox profile %s"
              .formatted(report.runs(), report.reference().output().digest(), Profile.current()));
    } else {
      out.println("not deterministic" + (plain ? " in a plain container" : ""));
      print(out, "", report.difference().orElseThrow());
    }
    if (!report.held().isEmpty()) {
      out.println("the sandbox holds still for this job:");
      new TreeMap<>(report.held())
          .forEach(
              (factor, difference) -> {
                out.println("- " + factor.label());
                print(out, "  ", difference);
              });
    }
    out.flush();
    return report.isDeterministic() ? ErrorLines.OK : NOT_DETERMINISTIC;
  }

  private static void print(PrintWriter out, String margin, Difference difference) {
    out.println(
        "%sfirst difference: %s at offset %d (%s)"
            .formatted(margin, difference.path(), difference.offset(), difference.what()));
    out.println("%s  one:   %s".formatted(margin, difference.first()));
    out.println("%s  other: %s".formatted(margin, difference.second()));
    out.println("%slikely cause: %s".formatted(margin, difference.cause().label()));
    out.println("%sremedy: %s".formatted(margin, difference.cause().remedy()));
  }
}
