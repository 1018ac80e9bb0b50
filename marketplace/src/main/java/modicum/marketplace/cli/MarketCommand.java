package modicum.marketplace.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import modicum.ledger.MarketMoney;
import modicum.ledger.config.BadConfiguration;
import modicum.ledger.config.MarketFile;
import modicum.ledger.config.PasswordFile;
import modicum.ledger.config.YamlFile;
import modicum.ledger.web3j.Keystore;
import modicum.ledger.web3j.MarketDeployment;
import modicum.ledger.web3j.RpcNode;
import modicum.ledger.web3j.TransactionSender;
import modicum.protocol.identity.Address;
import modicum.protocol.money.MarketParameters;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Everything about markets as such. */
@Command(
    name = "market",
    description = "Deploys and shows markets.",
    mixinStandardHelpOptions = true,
    subcommands = {MarketCommand.Deploy.class, MarketCommand.Show.class},
    footerHeading = "%nExamples:%n",
    footer = {
      "  modicum market deploy --rpc http://127.0.0.1:8545 --keystore deployer.json"
          + " --password-file password --out market.yaml",
      "  modicum market show --market market.yaml"
    })
final class MarketCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do, like 'market deploy'");
  }

  @Command(
      name = "deploy",
      description = {
        "Deploys a new market's contract and writes its market file.",
        "Nobody owns it, and what is fixed here can never be changed."
      },
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {
        "  modicum market deploy --rpc http://127.0.0.1:8545 --keystore deployer.json"
            + " --password-file password",
        "  modicum market deploy --rpc http://127.0.0.1:8545 --keystore deployer.json"
            + " --password-file password --payment-token 0x..."
      })
  static final class Deploy implements Callable<Integer> {
    @Option(names = "--rpc", required = true, description = "URL of a node of the chain.")
    private String rpc;

    @Option(names = "--keystore", required = true, description = "Keystore of who pays for it.")
    private Path keystore;

    @Option(
        names = "--password-file",
        required = true,
        description = "File whose first line is the keystore's password.")
    private Path passwordFile;

    @Option(
        names = "--out",
        defaultValue = "market.yaml",
        description = "The market file to write. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(
        names = "--penalty-rate",
        defaultValue = "50",
        description = "Theta: deposits are (theta + n) times the estimate. Default: 50.")
    private int penaltyRate;

    @Option(
        names = "--verification-count",
        defaultValue = "2",
        description = "n: how often a mediator runs a disputed job. Default: 2.")
    private int verificationCount;

    @Option(
        names = "--reaction-window",
        defaultValue = "86400",
        description = "Seconds that a job creator has to react to a result. Default: 86400.")
    private long reactionWindow;

    @Option(
        names = "--mediation-window",
        defaultValue = "86400",
        description = "Seconds that a mediator has for its verdict. Default: 86400.")
    private long mediationWindow;

    @Option(
        names = "--usage-tolerance",
        defaultValue = "5000",
        description =
            "Basis points by which a claimed usage may exceed the mediator's. Default: 5000.")
    private int usageTolerance;

    @Option(
        names = "--penalty-sink",
        defaultValue = "0x000000000000000000000000000000000000dEaD",
        description = "Who is credited what cheats lose. Default: burnt, ${DEFAULT-VALUE}.")
    private String penaltySink;

    @Option(
        names = "--payment-token",
        paramLabel = "ADDRESS",
        description =
            "ERC-20 contract whose token the market is paid in. Tokens that take a fee of transfers"
                + " are refused as they are paid in; do not name one that changes balances by"
                + " itself. Default: the chain's own coin.")
    private String paymentToken;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      if (Files.exists(out)) {
        throw new BadConfiguration(out + " exists; name another file with --out");
      }
      MarketParameters parameters =
          new MarketParameters(
              penaltyRate,
              verificationCount,
              reactionWindow,
              mediationWindow,
              usageTolerance,
              Address.fromHex(penaltySink),
              Optional.ofNullable(paymentToken).map(Address::fromHex));
      String password = PasswordFile.read(passwordFile);
      try (RpcNode node = new RpcNode(rpc)) {
        TransactionSender sender =
            new TransactionSender(
                node, Keystore.load(keystore, password), TransactionSender.Options.forNode(rpc));
        MarketDeployment deployment = MarketDeployment.deploy(sender, parameters);
        YamlFile.write(
            out,
            new MarketFile(
                rpc,
                deployment.contract().toString(),
                deployment.block(),
                List.of(),
                List.of(),
                List.of()));
        PrintWriter writer = spec.commandLine().getOut();
        writer.println("market " + deployment.contract() + " in block " + deployment.block());
        writer.println("wrote " + out + "; add directories, mediators and solvers to it");
        writer.flush();
        return 0;
      }
    }
  }

  @Command(
      name = "show",
      description = "Shows what a market's contract fixed at deployment.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExample:%n",
      footer = "  modicum market show --market market.yaml")
  static final class Show implements Callable<Integer> {
    @Option(names = "--market", required = true, description = "Market file.")
    private Path market;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      MarketFile file = MarketFile.read(market);
      try (RpcNode node = new RpcNode(file.rpc())) {
        MarketParameters p = MarketDeployment.parameters(node, file.contractAddress());
        PrintWriter out = spec.commandLine().getOut();
        out.println("contract           " + file.contract());
        out.println("chain              " + node.chainId());
        out.println("penalty rate       " + p.penaltyRate());
        out.println("verification count " + p.verificationCount());
        out.println("reaction window    " + p.reactionWindow() + " s");
        out.println("mediation window   " + p.mediationWindow() + " s");
        out.println("usage tolerance    " + p.usageTolerance() / 100.0 + " %");
        out.println("penalty sink       " + p.penaltySink());
        out.println("paid in            " + MarketMoney.of(p).sentence());
        out.flush();
        return 0;
      }
    }
  }
}
