package modicum.marketplace.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import modicum.ledger.Ledger;
import modicum.ledger.LedgerFollower;
import modicum.ledger.MarketMoney;
import modicum.ledger.Receipt;
import modicum.ledger.Submission;
import modicum.ledger.orders.OfferNonces;
import modicum.marketplace.role.MarketConnection;
import modicum.protocol.market.Command.RaiseNonceFloor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Takes back all that a provider has offered. */
@Command(
    name = "cancel-offers",
    description = {
      "Takes back everything that the account has offered so far and that is not matched, on the"
          + " chain, in one transaction: signed offers and posted ones, job offers too.",
      "A provider that runs makes new offers at once, at the prices of its configuration; so change"
          + " that, or stop it, before."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  modicum provider cancel-offers --config provider.yaml")
final class ProviderCancelOffers implements Callable<Integer> {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The provider's configuration file.")
  private Path config;

  @Option(names = "--json", description = "Print one JSON object instead of text.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    try (MarketConnection connection = RoleFile.read(config).connect(config)) {
      Ledger ledger = connection.ledger();
      LedgerFollower follower = new LedgerFollower(ledger, LedgerFollower.Options.DEFAULT);
      follower.poll();
      long floor =
          OfferNonces.floorAfter(
              follower.head().time(), follower.state().nonceFloor(ledger.account()));
      switch (ledger.submit(new RaiseNonceFloor(ledger.account(), floor))) {
        case Submission.Accepted accepted -> print(floor, accepted.receipt());
        case Submission.Refused refused ->
            throw new IllegalArgumentException(
                "the market refuses: " + refused.rejection().sentence());
      }
      return 0;
    }
  }

  private void print(long floor, Receipt receipt) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("nonceFloor", floor);
      fields.put("feesWei", receipt.fee().toString());
      out.println(JsonMapper.shared().writeValueAsString(fields));
    } else {
      out.printf(
          "cancelled all unmatched offers of the account; that cost %s (%d gas)%n",
          MarketMoney.ofCoin(receipt.fee()), receipt.gasUsed());
    }
    out.flush();
  }
}
