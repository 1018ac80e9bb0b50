package modicum.jobcreator.cli;

import java.util.List;
import java.util.concurrent.Callable;
import modicum.jobcreator.JobStatus;
import modicum.jobcreator.JobSurvey;
import modicum.jobcreator.record.JobRecord;
import modicum.jobcreator.record.JobRecords;
import modicum.ledger.MarketReader;
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
    JobRecords records = new JobRecords(common.state());
    JobRecord job = id.find(records);
    try (Connections connections = parent.connect()) {
      MarketReader market = connections.reader(common.market(), common.keystore());
      JobStatus status = new JobSurvey(market, records).of(List.of(job)).getFirst();
      JobRun.print(status, market.parameters(), spec, common.isJson());
      return ErrorLines.OK;
    }
  }
}
