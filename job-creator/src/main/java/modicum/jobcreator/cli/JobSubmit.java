package modicum.jobcreator.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import modicum.jobcreator.JobCreator;
import modicum.jobcreator.JobHandle;
import modicum.jobcreator.JobStatus;
import modicum.jobcreator.LocalTrouble;
import modicum.jobcreator.MarketAccess;
import modicum.jobcreator.file.JobRequest;
import modicum.protocol.match.Stage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A job to its offer, and no further. */
@Command(
    name = "submit",
    description = {
      "Packs a job, makes its offer known and prints the job's id.",
      "Nobody reacts to the result until you run 'modicum job fetch ID': after the reaction deadline"
          + " your silence accepts it."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  modicum job submit examples/render/job.yaml",
      "  modicum job submit job.yaml --on-chain-offer",
      "  id=$(modicum job submit job.yaml) && modicum job fetch $id"
    })
final class JobSubmit implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  @ParentCommand private JobCommand parent;
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private JobFlags job;
  @Mixin private MoneyFlags money;

  @Override
  public Integer call() throws InterruptedException {
    JobRequest request = job.toRequest();
    ProgressLines progress = JobRun.progress(spec.commandLine().getErr(), common.isJson());
    try (Connections connections = parent.connect()) {
      MarketAccess market =
          connections.market(common.market(), common.keystore(), common.password(), common.state());
      try (JobCreator jobCreator = new JobCreator(market, common.state(), money.options())) {
        JobHandle handle = jobCreator.submit(request, progress);
        jobCreator.start();
        JobStatus left = awaitOffer(handle, progress);
        if (common.isJson()) {
          JobRun.print(left, market.ledger().parameters(), spec, true);
        } else {
          spec.commandLine().getOut().println(handle.id());
        }
        if (request.encrypt()) {
          progress.say(
              "the job is encrypted, and nobody can run it before you hand over its key: run"
                  + " 'modicum job fetch "
                  + handle.id()
                  + "' now, and let it run");
        }
        return ErrorLines.OK;
      }
    }
  }

  private static JobStatus awaitOffer(JobHandle handle, ProgressLines progress)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Optional<JobStatus> status = handle.status();
    while (status.filter(JobSubmit::isKnown).isEmpty()) {
      status.ifPresent(progress::show);
      if (System.nanoTime() > deadline) {
        throw new LocalTrouble(
            "job %s is not offered yet%s; 'modicum job fetch %s' goes on with it"
                .formatted(
                    handle.id(),
                    status.flatMap(JobStatus::problem).map(p -> " (" + p + ")").orElse(""),
                    handle.id()),
            null);
      }
      Thread.sleep(LOOK_EVERY);
      status = handle.status();
    }
    return status.get();
  }

  private static boolean isKnown(JobStatus status) {
    return status.stage() != Stage.UNKNOWN
        || status.observation().offerIsLeft() && status.problem().isEmpty();
  }
}
