package modicum.jobcreator.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import modicum.ledger.LedgerFollower;
import modicum.ledger.MarketReader;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.market.Registry.TrustKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Prints an account's trust lists. */
@Command(
    name = "list",
    description = "Prints whom the account relies on, in each of its roles. Asks for no password.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  modicum trust list", "  modicum trust list --json"})
final class TrustListing implements Callable<Integer> {
  @ParentCommand private TrustCommand parent;
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  private record Listed(TrustList list, List<Bytes32> entries) {}

  @Override
  public Integer call() {
    try (Connections connections = parent.connect()) {
      MarketReader market = connections.reader(common.market(), common.keystore());
      LedgerFollower follower = new LedgerFollower(market, LedgerFollower.Options.DEFAULT);
      follower.poll();
      List<TrustKey> trust = List.copyOf(follower.state().registry().summary().trust());
      print(TrustList.all().stream().map(list -> listed(list, market.account(), trust)).toList());
      return ErrorLines.OK;
    }
  }

  private static Listed listed(TrustList list, Address account, List<TrustKey> trust) {
    return new Listed(
        list,
        trust.stream()
            .filter(key -> key.kind() == list.kind() && key.account().equals(account))
            .map(TrustKey::subject)
            .sorted()
            .toList());
  }

  private void print(List<Listed> lists) {
    PrintWriter out = spec.commandLine().getOut();
    if (common.isJson()) {
      out.println(JsonMapper.shared().writeValueAsString(Map.of("lists", fields(lists))));
    } else if (lists.stream().allMatch(listed -> listed.entries().isEmpty())) {
      out.println("nobody is trusted yet; add some with 'modicum trust add'");
    } else {
      for (Listed listed : lists) {
        for (Bytes32 entry : listed.entries()) {
          out.println(listed.list().holder() + " " + listed.list().kind().sentence(entry));
        }
      }
    }
    out.flush();
  }

  private static List<Map<String, Object>> fields(List<Listed> lists) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Listed listed : lists) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("role", TrustList.word(listed.list().holder()));
      fields.put("list", listed.list().subjects());
      fields.put("entries", listed.entries().stream().map(listed.list()::print).toList());
      all.add(fields);
    }
    return all;
  }
}
