package modicum.jobcreator.cli;

import java.util.List;
import java.util.concurrent.Callable;
import modicum.jobcreator.JobCreator;
import modicum.jobcreator.JobStatus;
import modicum.jobcreator.MarketAccess;
import modicum.protocol.money.Pricing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** One job, as the ledger has it now. */
@Command(
    name = "status",
    description = "Prints where a job stands.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  modicum job status 0x3f2a", "  modicum job status 0x3f2a --json"})
final class JobStatusCommand implements Callable<Integer> {
  @ParentCommand private JobCommand parent;
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private JobId id;

  @Override
  public Integer call() {
    try (Connections connections = parent.connect()) {
      MarketAccess market =
          connections.market(common.market(), common.keystore(), common.password(), common.state());
      try (JobCreator jobCreator =
          new JobCreator(market, common.state(), JobCreator.Options.DEFAULT)) {
        JobStatus status = jobCreator.survey(List.of(id.find(jobCreator.records()))).getFirst();
        JobRun.print(status, new Pricing(market.ledger().parameters()), spec, common.isJson());
        return ErrorLines.OK;
      }
    }
  }
}
