package modicum.jobcreator.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import modicum.jobcreator.file.Amount;
import modicum.ledger.Ledger;
import modicum.ledger.LedgerFollower;
import modicum.ledger.Receipt;
import modicum.ledger.Submission;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Role;
import modicum.protocol.market.Command.SetTrust;
import modicum.protocol.market.MarketState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Adds many entries to a trust list, or removes them, by one transaction. */
abstract class TrustChange implements Callable<Integer> {
  @ParentCommand private TrustCommand parent;
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(
      index = "0",
      paramLabel = "LIST",
      description = "mediators, directories or base-layers.")
  private String list;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "ENTRY",
      description = "Accounts, or SHA-256 digests of base layers; as many as you like.")
  private List<String> entries;

  @Option(
      names = "--as",
      paramLabel = "ROLE",
      description =
          "job-creator, resource-provider or mediator. Default: what the account is registered as,"
              + " where only one of that keeps such a list.")
  private String role;

  abstract boolean isToBeTrusted();

  @Override
  public Integer call() {
    List<Role> asked = role == null ? List.of(Role.values()) : List.of(TrustList.role(role));
    try (Connections connections = parent.connect()) {
      Ledger ledger = connections.ledger(common.market(), common.keystore(), common.password());
      LedgerFollower follower = new LedgerFollower(ledger, LedgerFollower.Options.DEFAULT);
      follower.poll();
      TrustList found =
          TrustList.find(list, role == null ? roles(follower.state(), ledger) : asked);
      List<Bytes32> subjects = entries.stream().map(found::parse).distinct().toList();
      SetTrust command = new SetTrust(ledger.account(), found.kind(), subjects, isToBeTrusted());
      switch (ledger.submit(command)) {
        case Submission.Refused refused -> throw new RefusedCommand(refused.rejection());
        case Submission.Accepted accepted -> print(found, subjects, accepted.receipt());
      }
      return ErrorLines.OK;
    }
  }

  private static List<Role> roles(MarketState state, Ledger ledger) {
    return Arrays.stream(Role.values())
        .filter(role -> state.registry().isRegistered(role, ledger.account()))
        .toList();
  }

  private void print(TrustList changed, List<Bytes32> subjects, Receipt receipt) {
    PrintWriter out = spec.commandLine().getOut();
    if (common.isJson()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("role", TrustList.word(changed.holder()));
      fields.put("list", changed.subjects());
      fields.put("trusted", isToBeTrusted());
      fields.put("entries", subjects.stream().map(changed::print).toList());
      fields.put("feesWei", receipt.fee().toString());
      out.println(JsonMapper.shared().writeValueAsString(fields));
    } else {
      String now = isToBeTrusted() ? "now" : "no longer";
      subjects.forEach(
          subject ->
              out.println(changed.holder() + " " + now + " " + changed.kind().sentence(subject)));
      out.println("that cost " + Amount.forPeople(receipt.fee()));
    }
    out.flush();
  }

  @Command(
      name = "add",
      description = "Adds entries to a trust list, all by one transaction.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {
        "  modicum trust add mediators 0x11... 0x22...",
        "  modicum trust add base-layers sha256:44... --as mediator"
      })
  static final class Add extends TrustChange {
    @Override
    boolean isToBeTrusted() {
      return true;
    }
  }

  @Command(
      name = "remove",
      description =
          "Removes entries from a trust list, all by one transaction. Open matches go on as they"
              + " are.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {"  modicum trust remove mediators 0x11... 0x22..."})
  static final class Remove extends TrustChange {
    @Override
    boolean isToBeTrusted() {
      return false;
    }
  }
}
