package modicum.jobcreator.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import modicum.jobcreator.JobCreator;
import modicum.jobcreator.JobHandle;
import modicum.jobcreator.JobStatus;
import modicum.jobcreator.MarketAccess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Goes on with a job, wherever it was left. */
@Command(
    name = "fetch",
    description =
        "Goes on with a job that was submitted, interrupted or killed: waits for its result, checks"
            + " it, accepts or rejects it and puts the output into the job's output folder.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  modicum job fetch 0x3f2a", "  modicum job fetch 0x3f2a --json"})
final class JobFetch implements Callable<Integer> {
  @ParentCommand private JobCommand parent;
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private JobId id;
  @Mixin private MoneyFlags money;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    ProgressLines progress = JobRun.progress(err, common.isJson());
    try (Connections connections = parent.connect()) {
      MarketAccess market =
          connections.market(common.market(), common.keystore(), common.password(), common.state());
      try (JobCreator jobCreator = new JobCreator(market, common.state(), money.options())) {
        JobHandle handle = jobCreator.follow(id.find(jobCreator.records()));
        jobCreator.start();
        JobStatus end = new JobFollowing(jobCreator, progress, err).toEnd(handle);
        JobRun.print(end, market.ledger().parameters(), spec, common.isJson());
        return JobRun.exitCode(end);
      }
    }
  }
}
