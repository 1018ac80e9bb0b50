package modicum.jobcreator.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import modicum.jobcreator.BlockTimes;
import modicum.jobcreator.LockedMoney;
import modicum.jobcreator.file.Amount;
import modicum.ledger.Ledger;
import modicum.ledger.LedgerFollower;
import modicum.protocol.money.AccountBalance;
import modicum.protocol.money.Wei;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** What an account has, where. */
@Command(
    name = "balance",
    description =
        "Prints what your account has: in the wallet, free in the market, and locked for matches,"
            + " with the time after which the locked part is free at the latest.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  modicum wallet balance", "  modicum wallet balance --json"})
final class WalletBalance implements Callable<Integer> {
  @ParentCommand private WalletCommand parent;
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    try (Connections connections = parent.connect()) {
      print(connections.ledger(common.market(), common.keystore(), common.password()));
      return ErrorLines.OK;
    }
  }

  private void print(Ledger ledger) {
    LedgerFollower follower = new LedgerFollower(ledger, LedgerFollower.Options.DEFAULT);
    follower.poll();
    Wei wallet = ledger.wallet(ledger.account());
    AccountBalance balance = follower.state().balance(ledger.account());
    OptionalLong freeAfter = LockedMoney.freeAfter(follower.state(), ledger.account());
    PrintWriter out = spec.commandLine().getOut();
    if (common.isJson()) {
      out.println(json(ledger, wallet, balance, freeAfter));
    } else {
      out.println("account  " + ledger.account());
      out.println("wallet   " + Amount.forPeople(wallet));
      out.println("free     " + Amount.forPeople(balance.free()));
      out.println("locked   " + Amount.forPeople(balance.locked()) + until(freeAfter));
    }
    out.flush();
  }

  private static String until(OptionalLong freeAfter) {
    return freeAfter.isPresent()
        ? ", free after " + BlockTimes.forPeople(freeAfter.getAsLong()) + " at the latest"
        : "";
  }

  private static String json(
      Ledger ledger, Wei wallet, AccountBalance balance, OptionalLong freeAfter) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("account", ledger.account().toString());
    fields.put("walletWei", wallet.toString());
    fields.put("freeWei", balance.free().toString());
    fields.put("lockedWei", balance.locked().toString());
    fields.put(
        "lockedFreeAfter",
        freeAfter.isPresent() ? BlockTimes.forPeople(freeAfter.getAsLong()) : null);
    return JsonMapper.shared().writeValueAsString(fields);
  }
}
