package modicum.jobcreator.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import modicum.jobcreator.JobCreatorView;
import modicum.jobcreator.JobCreatorView.JobView;
import modicum.jobcreator.file.Amount;
import modicum.jobcreator.record.JobEnd;
import modicum.jobcreator.record.JobRecord;
import modicum.jobcreator.record.JobRecords;
import modicum.ledger.Ledger;
import modicum.ledger.LedgerFollower;
import modicum.ledger.Receipt;
import modicum.ledger.Submission;
import modicum.ledger.orders.OfferNonces;
import modicum.protocol.market.Command.CancelJobOffer;
import modicum.protocol.market.Command.RaiseNonceFloor;
import modicum.protocol.match.Stage;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Takes back offers that are not matched yet. */
@Command(
    name = "cancel",
    description = {
      "Takes back a job's offer, on the chain, so that no solver can match it any more. A matched"
          + " job cannot be cancelled.",
      "With --all whatever the account has offered so far and is not matched, in one transaction:"
          + " also offers of other state folders, and resource offers."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  modicum job cancel 0x3f2a", "  modicum job cancel --all"})
final class JobCancel implements Callable<Integer> {
  static final class Which {
    @Parameters(
        index = "0",
        paramLabel = "ID",
        description = "The job's id, or its first digits where only one job begins with them.")
    private String id;

    @Option(
        names = "--all",
        description = "All unmatched offers of the account, by raising its nonce floor.")
    private boolean all;
  }

  @ParentCommand private JobCommand parent;
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Which which;

  @Override
  public Integer call() {
    JobRecords records = new JobRecords(common.state());
    if (which.all) {
      cancelAll(records);
    } else {
      cancel(records, JobId.find(records, which.id));
    }
    return ErrorLines.OK;
  }

  private void cancel(JobRecords records, JobRecord job) {
    try (Connections connections = parent.connect()) {
      Ledger ledger = connections.ledger(common.market(), common.keystore(), common.password());
      Receipt receipt = send(ledger, new CancelJobOffer(ledger.account(), job.offer()));
      records.addFee(job.id(), receipt.transaction().toHex(), receipt.fee());
      records.writeEnd(job.id(), JobEnd.CANCELLED);
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("id", job.id().toString());
      fields.put("cancelled", true);
      print("cancelled", fields, receipt);
    }
  }

  private void cancelAll(JobRecords records) {
    try (Connections connections = parent.connect()) {
      Ledger ledger = connections.ledger(common.market(), common.keystore(), common.password());
      LedgerFollower follower = new LedgerFollower(ledger, LedgerFollower.Options.DEFAULT);
      follower.poll();
      long floor =
          OfferNonces.floorAfter(
              follower.head().time(), follower.state().nonceFloor(ledger.account()));
      Receipt receipt = send(ledger, new RaiseNonceFloor(ledger.account(), floor));
      // Only the chain knows which of them was matched while we asked.
      follower.poll();
      List<String> cancelled = noteCancelled(records, follower, ledger);
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("nonceFloor", floor);
      fields.put("cancelled", cancelled);
      print(
          "cancelled all unmatched offers of the account, of which "
              + cancelled.size()
              + " are remembered here",
          fields,
          receipt);
    }
  }

  private static List<String> noteCancelled(
      JobRecords records, LedgerFollower follower, Ledger ledger) {
    List<JobRecord> open =
        records.all().stream().filter(job -> records.end(job.id()).isEmpty()).toList();
    List<JobRecord> cancelled =
        JobCreatorView.of(follower.state(), ledger.account(), open).jobs().stream()
            .filter(job -> job.stage() == Stage.CANCELLED)
            .map(JobView::record)
            .toList();
    cancelled.forEach(job -> records.writeEnd(job.id(), JobEnd.CANCELLED));
    return cancelled.stream().map(job -> job.id().toString()).toList();
  }

  private static Receipt send(Ledger ledger, modicum.protocol.market.Command command) {
    return switch (ledger.submit(command)) {
      case Submission.Refused refused -> throw new RefusedCommand(refused.rejection());
      case Submission.Accepted accepted -> accepted.receipt();
    };
  }

  private void print(String done, Map<String, Object> fields, Receipt receipt) {
    fields.put("feesWei", receipt.fee().toString());
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        common.isJson()
            ? JsonMapper.shared().writeValueAsString(fields)
            : "%s; that cost %s (%d gas)"
                .formatted(done, Amount.forPeople(receipt.fee()), receipt.gasUsed()));
    out.flush();
  }
}
