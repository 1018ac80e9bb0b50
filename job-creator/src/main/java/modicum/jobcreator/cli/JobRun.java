package modicum.jobcreator.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.concurrent.Callable;
import modicum.jobcreator.JobCreator;
import modicum.jobcreator.JobHandle;
import modicum.jobcreator.JobStatus;
import modicum.jobcreator.MarketAccess;
import modicum.jobcreator.file.JobRequest;
import modicum.jobcreator.record.JobRecord;
import modicum.protocol.money.MarketParameters;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A job from packaging to payment. */
@Command(
    name = "run",
    description = {
      "Packs a job, posts it, waits for its result, checks it as the policy says, accepts or"
          + " rejects it, puts the output into a local folder and prints who was paid what.",
      "Ends with 0 where an output was accepted, 1 where not, 2 on wrong input, 3 where something"
          + " does not answer."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  modicum job run examples/render/job.yaml",
      "  modicum job run job.yaml --verify always --deadline 10m --output results",
      "  modicum job run job.yaml --encrypt",
      "  modicum job run --image my/image:1 --memory 256MiB --instructions 500k -- my-program 640",
      "",
      "A job file:",
      "  image: my/image:1",
      "  command: [my-program, '640']",
      "  environment: {LEVEL: '9'}",
      "  input: data",
      "  output: results",
      "  limits: {instructions: 500k, memory: 256MiB, storage: 100MiB, bandwidth: 200MiB}",
      "  prices: {instruction: 1gwei, bandwidth: 1wei}",
      "  deadline: 10m",
      "  incentive: 1gwei",
      "  verify: sample",
      "  encrypt: true"
    })
final class JobRun implements Callable<Integer> {
  @ParentCommand private JobCommand parent;
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private JobFlags job;
  @Mixin private MoneyFlags money;

  @Override
  public Integer call() throws InterruptedException {
    JobRequest request = job.toRequest();
    PrintWriter err = spec.commandLine().getErr();
    ProgressLines progress = progress(err, common.isJson());
    try (Connections connections = parent.connect()) {
      MarketAccess market =
          connections.market(common.market(), common.keystore(), common.password(), common.state());
      try (JobCreator jobCreator = new JobCreator(market, common.state(), money.options())) {
        JobHandle handle = jobCreator.submit(request, progress);
        progress.say("job " + handle.id());
        if (isNew(jobCreator, handle)) {
          progress.say(
              "not seen before; 'modicum job check' tells whether it always comes to the same");
        }
        jobCreator.start();
        JobStatus end = new JobFollowing(jobCreator, progress, err).toEnd(handle);
        print(end, market.ledger().parameters(), spec, common.isJson());
        return exitCode(end);
      }
    }
  }

  /** A job that differs from run to run costs its owner the deposit. */
  private static boolean isNew(JobCreator jobCreator, JobHandle handle) {
    List<JobRecord> all = jobCreator.records().all();
    return all.stream()
        .filter(record -> record.id().equals(handle.id()))
        .noneMatch(
            mine ->
                all.stream()
                    .anyMatch(
                        other ->
                            !other.id().equals(mine.id())
                                && other.jobSpec().equals(mine.jobSpec())));
  }

  static ProgressLines progress(PrintWriter err, boolean silent) {
    return new ProgressLines(silent ? new PrintWriter(Writer.nullWriter()) : err);
  }

  static void print(JobStatus status, MarketParameters parameters, CommandSpec spec, boolean json) {
    JobReport report = new JobReport(status, parameters);
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? report.json() : report.text());
    out.flush();
  }

  static int exitCode(JobStatus end) {
    return end.isAccepted() ? ErrorLines.OK : ErrorLines.NOT_ACCEPTED;
  }
}
