package modicum.jobcreator.cli;

import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Everything about one's jobs. */
@Command(
    name = "job",
    description = "Posts jobs, sees them through and fetches their results.",
    mixinStandardHelpOptions = true,
    subcommands = {
      JobRun.class,
      JobCheck.class,
      JobProfile.class,
      JobSubmit.class,
      JobStatusCommand.class,
      JobList.class,
      JobCancel.class,
      JobFetch.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  modicum job run examples/render/job.yaml",
      "  modicum job run --image my/image:1 --input data --output results --verify always",
      "  modicum job check --image my/image:1 --output /out -- my-program",
      "  modicum job profile --image my/image:1 --output /out -- my-program",
      "  modicum job list"
    })
public final class JobCommand extends CommandGroup {
  /** Commands in the real world. */
  public JobCommand() {
    this(LiveConnections::new);
  }

  /** Commands in another world. */
  public JobCommand(Supplier<Connections> connections) {
    super(connections, "say what to do with jobs, like 'job run'");
  }

  /** This command alone, with its error lines: what tests run and a root command mounts. */
  public static CommandLine commandLine(Supplier<Connections> connections) {
    return ErrorLines.installOn(new CommandLine(new JobCommand(connections)));
  }
}
