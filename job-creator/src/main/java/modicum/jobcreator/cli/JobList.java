package modicum.jobcreator.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import modicum.jobcreator.JobStatus;
import modicum.jobcreator.JobSurvey;
import modicum.jobcreator.record.JobRecords;
import modicum.ledger.MarketReader;
import modicum.protocol.money.MarketParameters;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** All remembered jobs. */
@Command(
    name = "list",
    description = "Prints all jobs of the state folder, oldest first.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  modicum job list", "  modicum job list --state .modicum/job-creator --json"})
final class JobList implements Callable<Integer> {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int SHOWN_DIGITS = 14;

  @ParentCommand private JobCommand parent;
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    JobRecords records = new JobRecords(common.state());
    try (Connections connections = parent.connect()) {
      MarketReader market = connections.reader(common.market(), common.keystore());
      print(new JobSurvey(market, records).of(records.all()), market.parameters());
      return ErrorLines.OK;
    }
  }

  private void print(List<JobStatus> jobs, MarketParameters parameters) {
    PrintWriter out = spec.commandLine().getOut();
    if (common.isJson()) {
      List<Map<String, Object>> fields =
          jobs.stream().map(job -> new JobReport(job, parameters).fields()).toList();
      out.println(JSON.writeValueAsString(Map.of("jobs", fields)));
    } else if (jobs.isEmpty()) {
      out.println("no jobs yet; post one with 'modicum job run JOB.YAML'");
    } else {
      jobs.forEach(job -> out.println(Printable.text(line(job))));
    }
    out.flush();
  }

  private static String line(JobStatus job) {
    return "%s  %-30.30s  %s"
        .formatted(
            job.record().id().toString().substring(0, SHOWN_DIGITS),
            job.record().name(),
            job.sentence());
  }
}
