package modicum.jobcreator.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import modicum.jobcreator.file.Amount;
import modicum.jobcreator.record.JobEnd;
import modicum.jobcreator.record.JobRecord;
import modicum.jobcreator.record.JobRecords;
import modicum.ledger.Ledger;
import modicum.ledger.Submission;
import modicum.protocol.market.Command.CancelJobOffer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Takes back an offer that is not matched yet. */
@Command(
    name = "cancel",
    description =
        "Takes back a job's offer, on the chain, so that no solver can match it any more. A matched"
            + " job cannot be cancelled.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  modicum job cancel 0x3f2a"})
final class JobCancel implements Callable<Integer> {
  @ParentCommand private JobCommand parent;
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private JobId id;

  @Override
  public Integer call() {
    JobRecords records = new JobRecords(common.state());
    JobRecord job = id.find(records);
    try (Connections connections = parent.connect()) {
      Ledger ledger = connections.ledger(common.market(), common.keystore(), common.password());
      return switch (ledger.submit(new CancelJobOffer(ledger.account(), job.offer()))) {
        case Submission.Refused refused -> throw new RefusedCommand(refused.rejection());
        case Submission.Accepted accepted -> {
          records.addFee(
              job.id(), accepted.receipt().transaction().toHex(), accepted.receipt().fee());
          records.writeEnd(job.id(), JobEnd.CANCELLED);
          print(job, accepted);
          yield ErrorLines.OK;
        }
      };
    }
  }

  private void print(JobRecord job, Submission.Accepted accepted) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        common.isJson()
            ? "{\"id\":\"%s\",\"cancelled\":true,\"feesWei\":\"%s\"}"
                .formatted(job.id(), accepted.receipt().fee())
            : "cancelled; that cost %s (%d gas)"
                .formatted(
                    Amount.forPeople(accepted.receipt().fee()), accepted.receipt().gasUsed()));
    out.flush();
  }
}
