package modicum.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import modicum.ledger.config.MarketFile;
import modicum.ledger.config.YamlFile;
import modicum.ledger.node.EvmNode;
import modicum.ledger.web3j.Keystore;
import modicum.ledger.web3j.MarketDeployment;
import modicum.ledger.web3j.RpcNode;
import modicum.ledger.web3j.TransactionSender;
import modicum.ledger.web3j.Web3jSigner;
import modicum.marketplace.cli.ModicumCommand;
import modicum.marketplace.local.LocalMarketOptions;
import modicum.protocol.money.Wei;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every command explains itself, and says in one line what is wrong with its input. */
class CommandLineTest {
  private static final String NO_CODE = "0x00000000000000000000000000000000000000aa";
  private static final Map<String, String> NO_ENGINE =
      Map.of("DOCKER_HOST", "unix:///nonexistent/docker.sock");

  @TempDir static Path folder;
  private static EvmNode node;
  private static MarketFile market;

  /** A chain with a market, an account without money and one with some. */
  @BeforeAll
  static void deployAMarket() throws IOException {
    node =
        EvmNode.start(EvmNode.Options.forOneClient(EvmNode.findBinary(ProjectHome.nodeModules())));
    Web3jSigner rich =
        Keystore.create(folder.resolve("rich.json"), "secret", Keystore.Strength.LIGHT);
    Keystore.create(folder.resolve("poor.json"), "secret", Keystore.Strength.LIGHT);
    node.setBalance(rich.address(), Wei.ofEther(java.math.BigDecimal.TEN));
    Files.writeString(folder.resolve("password"), "secret\n");
    Files.writeString(folder.resolve("wrong-password"), "guessed\n");
    try (RpcNode rpc = new RpcNode(node.url().toString())) {
      MarketDeployment deployment =
          MarketDeployment.deploy(
              new TransactionSender(rpc, rich, TransactionSender.Options.LOCAL),
              LocalMarketOptions.PARAMETERS);
      market = marketAt(rpc.url(), deployment.contract().toString(), deployment.block());
    }
    YamlFile.write(folder.resolve("market.yaml"), market);
    YamlFile.write(
        folder.resolve("unreachable.yaml"),
        marketAt("http://127.0.0.1:1", market.contract(), market.deploymentBlock()));
    YamlFile.write(folder.resolve("no-code.yaml"), marketAt(market.rpc(), NO_CODE, 0));
    Files.writeString(folder.resolve("torn.yaml"), "rpc: here\n  contract: [\n");
  }

  private static MarketFile marketAt(String rpc, String contract, long block) {
    return new MarketFile(
        rpc,
        contract,
        block,
        List.of(new MarketFile.DirectoryEntry(NO_CODE, "http://127.0.0.1:1")),
        List.of(NO_CODE),
        List.of("http://127.0.0.1:1"));
  }

  @AfterAll
  static void stopTheChain() {
    if (node != null) {
      node.close();
    }
  }

  // ------------------------------------------------------------------ help

  static Stream<String> commands() {
    return commandsBelow(ModicumCommand.commandLine(), "");
  }

  private static Stream<String> commandsBelow(CommandLine command, String words) {
    return Stream.concat(
        Stream.of(words.strip()),
        command.getSubcommands().entrySet().stream()
            .flatMap(e -> commandsBelow(e.getValue(), words + " " + e.getKey())));
  }

  private static String[] words(String command) {
    return Stream.of(command.split(" ")).filter(w -> !w.isEmpty()).toArray(String[]::new);
  }

  @Test
  void thereIsACommandForEverythingThatTheReadMeTells() {
    assertThat(commands())
        .contains(
            "demo",
            "up",
            "job run",
            "job check",
            "job profile",
            "job submit",
            "job status",
            "job list",
            "job cancel",
            "job fetch",
            "wallet create",
            "wallet balance",
            "wallet deposit",
            "wallet withdraw",
            "trust add",
            "trust remove",
            "trust list",
            "provider start",
            "provider doctor",
            "provider calibrate",
            "provider cancel-offers",
            "mediator start",
            "solver start",
            "directory start",
            "directory uptime",
            "market deploy",
            "market show",
            "bench gas");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandExplainsItselfWithAnExample(String command) {
    CommandLine line = ModicumCommand.commandLine();
    StringWriter out = new StringWriter();
    line.setOut(new PrintWriter(out));

    int exitCode =
        line.execute(
            Stream.concat(Stream.of(words(command)), Stream.of("--help")).toArray(String[]::new));

    assertThat(exitCode).isZero();
    assertThat(out.toString())
        .contains("Usage: modicum")
        .containsPattern("Examples?( of [a-z ]+)?:");
    assertThat(out.toString()).contains("modicum " + command);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyOptionOfEveryCommandIsDescribed(String command) {
    CommandLine line = ModicumCommand.commandLine();
    for (String word : words(command)) {
      line = line.getSubcommands().get(word);
    }

    assertThat(line.getCommandSpec().usageMessage().description()).isNotEmpty();
    assertThat(line.getCommandSpec().args())
        .allSatisfy(argument -> assertThat(argument.description()).isNotEmpty());
  }

  // -------------------------------------------------------------- accounts

  @Test
  void aNewWalletOpensWithItsPassword() throws Exception {
    String[] wallet = {"--keystore", "new.json", "--password-file", "password", "--json"};

    Program.Ended created = Program.run(folder, with(wallet, "wallet", "create"));
    Program.Ended balance =
        Program.run(folder, with(wallet, "wallet", "balance", "--market", "market.yaml"));

    assertThat(created.exitCode()).as(created.toString()).isZero();
    JsonNode shown = JsonMapper.shared().readTree(balance.out());
    assertThat(shown.get("account"))
        .isEqualTo(JsonMapper.shared().readTree(created.out()).get("account"));
    assertThat(shown.get("walletWei").asString()).isEqualTo("0");
  }

  @Test
  void aNewWalletNeverReplacesAnotherOne() throws Exception {
    Program.Ended ended =
        Program.run(
            folder, "wallet", "create", "--keystore", "rich.json", "--password-file", "password");

    assertThat(theErrorOf(ended)).contains("rich.json exists already");
  }

  @Test
  void whoOnlyLooksIsAskedForNoPassword() throws Exception {
    for (String[] command :
        new String[][] {{"wallet", "balance"}, {"job", "list"}, {"trust", "list"}}) {
      String[] options = {"--market", "market.yaml", "--keystore", "rich.json", "--json"};

      Program.Ended ended = Program.run(folder, with(options, command));

      assertThat(ended.exitCode()).as(ended.toString()).isZero();
      assertThat(JsonMapper.shared().readTree(ended.out()).isObject()).isTrue();
    }
  }

  @Test
  void aProviderTakesBackAllOfItsOffersInOneTransaction() throws Exception {
    Files.writeString(
        folder.resolve("leaving.yaml"),
        "market: market.yaml\nkeystore: rich.json\npasswordFile: password\n");
    String[] command = {"provider", "cancel-offers", "--config", "leaving.yaml", "--json"};

    Program.Ended first = Program.run(folder, command);
    Program.Ended second = Program.run(folder, command);

    assertThat(first.exitCode()).as(first.toString()).isZero();
    assertThat(second.exitCode()).as(second.toString()).isZero();
    assertThat(JsonMapper.shared().readTree(second.out()).get("nonceFloor").asLong())
        .isGreaterThan(JsonMapper.shared().readTree(first.out()).get("nonceFloor").asLong());
  }

  // --------------------------------------------------- a provider's machine

  private String[] providerFile(String name, String more) throws IOException {
    Files.writeString(
        folder.resolve(name),
        """
        market: market.yaml
        keystore: rich.json
        passwordFile: password
        provider:
          stateFolder: %s
          timePerInstruction: 333333
          instructionPrice: 1
          bandwidthPrice: 1
          capacity: {instructions: 1000, memory: 1000000, storage: 1000000, bandwidth: 1000000}
          offersOnChain: true
        %s
        """
            .formatted(folder.resolve(name + "-state"), more.indent(2)));
    return new String[] {"--config", name};
  }

  @Test
  void theDoctorLooksAtAProvidersMachineAndComparesItsClockWithTheChains() throws Exception {
    DockerEngine.assumeAnswers();

    Program.Ended ended =
        Program.run(folder, with(providerFile("fit.yaml", ""), "provider", "doctor", "--json"));

    assertThat(ended.exitCode()).as(ended.toString()).isZero();
    JsonNode said = JsonMapper.shared().readTree(ended.out());
    assertThat(said.get("fit").asBoolean()).isTrue();
    assertThat(said.get("findings").valueStream().map(f -> f.get("subject").asString()))
        .contains("engine", "sandbox", "control groups", "runtime", "clock", "metering");
    assertThat(ended.out()).contains("chain's latest block");
  }

  @Test
  void aProviderDoesNotStartWhereTheDoctorFindsThatJobsCannotBeRun() throws Exception {
    DockerEngine.assumeAnswers();
    String[] file = providerFile("unfit.yaml", "runtime: no-such-runtime");

    Program.Ended doctor = Program.run(folder, with(file, "provider", "doctor"));
    Program.Ended started = Program.run(folder, with(file, "provider", "start"));

    assertThat(doctor.exitCode()).as(doctor.toString()).isOne();
    assertThat(doctor.out())
        .contains("the engine does not know no-such-runtime")
        .contains("jobs cannot be run here");
    assertThat(theErrorOf(started))
        .contains("this machine cannot run jobs as configured")
        .contains("the engine does not know no-such-runtime")
        .contains("provider doctor");
  }

  @Test
  void calibratingSaysWhatBelongsIntoTheConfiguration() throws Exception {
    DockerEngine.assumeAnswers();
    String[] brief = {"provider", "calibrate", "--runs", "1", "--rounds", "1000000"};

    Program.Ended text = Program.run(folder, brief);
    Program.Ended json = Program.run(folder, with(new String[] {"--json"}, brief));

    assertThat(text.exitCode()).as(text.toString()).isZero();
    assertThat(text.out()).containsPattern("(?m)^  timePerInstruction: \\d+$");
    assertThat(json.exitCode()).as(json.toString()).isZero();
    JsonNode said = JsonMapper.shared().readTree(json.out());
    assertThat(said.get("instructions").asDouble()).isEqualTo(25);
    assertThat(said.get("timePerInstruction").asLong()).isPositive();
    assertThat(said.get("usageTolerance").asInt()).isBetween(500, 65535);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--runs 0", "--rounds 5"})
  void calibratingTakesNoSenselessNumbers(String option) throws Exception {
    String[] command = {"provider", "calibrate"};

    assertThat(theErrorOf(Program.run(folder, with(option.split(" "), command))))
        .contains(option.split(" ")[0] + " is ");
  }

  @Test
  void theDoctorSaysThatNoEngineAnswers() throws Exception {
    assertThat(theErrorOf(Program.run(folder, NO_ENGINE, "provider", "doctor")))
        .contains("no container engine answers");
  }

  // ----------------------------------------------------------- wrong input

  @Test
  void saysThatTheEngineDoesNotAnswer() throws Exception {
    Program.Ended ended =
        Program.run(folder, NO_ENGINE, asRich("job", "run", "--image", "modicum/render:1"));

    assertThat(theErrorOf(ended)).contains("no container engine answers").contains("DOCKER_HOST");
  }

  @Test
  void saysThatALocalMarketNeedsAnEngine() throws Exception {
    Program.Ended ended =
        Program.run(folder, NO_ENGINE, "up", "--state", "engineless", "--rpc-port", "0");

    assertThat(theErrorOf(ended)).containsIgnoringCase("docker");
  }

  @Test
  void showsWhereAnErrorComesFromOnlyWhenItIsAskedTo() throws Exception {
    String[] start = {"directory", "start", "--config", "nowhere.yaml"};
    String[] verbose = {"directory", "start", "--config", "nowhere.yaml", "--verbose"};

    assertThat(theErrorOf(Program.run(folder, start))).contains("nowhere.yaml");
    assertThat(Program.run(folder, verbose).err()).contains("\tat modicum.");
  }

  @Test
  void saysThatTheWalletIsEmpty() throws Exception {
    Program.Ended ended = Program.run(folder, asPoor("wallet", "deposit", "1ether"));

    assertThat(theErrorOf(ended)).contains("ether").contains("modicum wallet balance");
  }

  @Test
  void saysThatTheWalletCannotPayForANewMarket() throws Exception {
    Program.Ended ended =
        Program.run(
            folder,
            "market",
            "deploy",
            "--rpc",
            market.rpc(),
            "--keystore",
            "poor.json",
            "--password-file",
            "password",
            "--out",
            "new-market.yaml");

    assertThat(theErrorOf(ended)).contains("0x");
    assertThat(folder.resolve("new-market.yaml")).doesNotExist();
  }

  @Test
  void saysThatAPaymentTokenIsNoContract() throws Exception {
    String[] command = {
      "market",
      "deploy",
      "--rpc",
      market.rpc(),
      "--keystore",
      "rich.json",
      "--password-file",
      "password",
      "--out",
      "token-market.yaml",
      "--payment-token",
      NO_CODE
    };

    assertThat(theErrorOf(Program.run(folder, command)))
        .contains("there is no contract at " + NO_CODE);
    assertThat(folder.resolve("token-market.yaml")).doesNotExist();
  }

  @Test
  void saysThatNobodyKnowsTheImage() throws Exception {
    DockerEngine.assumeAnswers();

    Program.Ended ended = Program.run(folder, asRich("job", "run", "--image", "nobody/nothing:0"));

    assertThat(theErrorOf(ended)).contains("no image nobody/nothing:0").contains("docker build");
  }

  @Test
  void saysWhereAJobFileIsTorn() throws Exception {
    Files.writeString(folder.resolve("job.yaml"), "image: a/b:1\nlimits: {memory: 1GiB\n");

    Program.Ended ended = Program.run(folder, asRich("job", "run", "job.yaml"));

    assertThat(theErrorOf(ended)).containsPattern("job.yaml \\(line 2, column \\d+\\)");
  }

  @Test
  void saysWhichFieldOfAJobFileNobodyKnows() throws Exception {
    Files.writeString(folder.resolve("odd-job.yaml"), "image: a/b:1\nlimit: {memory: 1GiB}\n");

    Program.Ended ended = Program.run(folder, asRich("job", "run", "odd-job.yaml"));

    assertThat(theErrorOf(ended)).contains("odd-job.yaml (line 2, column 1)").contains("limits");
  }

  @Test
  void saysWhereAMarketFileIsTorn() throws Exception {
    Program.Ended ended = Program.run(folder, "market", "show", "--market", "torn.yaml");

    assertThat(theErrorOf(ended)).containsPattern("torn.yaml \\(line 2, column \\d+\\)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"provider", "mediator", "solver", "directory"})
  void saysWhereARolesFileIsTorn(String role) throws Exception {
    Path file = folder.resolve(role + ".yaml");
    Files.writeString(
        file,
        "market: market.yaml\nkeystore: rich.json\npasswordFile: password\n%s: {stateFolder\n"
            .formatted(role));

    Program.Ended ended = Program.run(folder, role, "start", "--config", file.toString());

    assertThat(theErrorOf(ended)).containsPattern(role + ".yaml \\(line \\d+, column \\d+\\)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"provider", "mediator", "solver", "directory"})
  void saysThatARolesFileHasNoPartForIt(String role) throws Exception {
    Path file = folder.resolve("bare-" + role + ".yaml");
    Files.writeString(file, "market: market.yaml\nkeystore: rich.json\npasswordFile: password\n");

    Program.Ended ended = Program.run(folder, role, "start", "--config", file.toString());

    assertThat(theErrorOf(ended)).contains("has no part '" + role + "'");
  }

  @Test
  void saysThatThePasswordIsWrong() throws Exception {
    Program.Ended ended =
        Program.run(
            folder,
            "wallet",
            "withdraw",
            "all",
            "--market",
            "market.yaml",
            "--keystore",
            "rich.json",
            "--password-file",
            "wrong-password");

    assertThat(theErrorOf(ended)).contains("password").contains("--password-file");
  }

  @Test
  void saysThatARolesPasswordIsWrong() throws Exception {
    Path file = folder.resolve("locked-out.yaml");
    Files.writeString(
        file,
        "market: market.yaml\nkeystore: rich.json\npasswordFile: wrong-password\nsolver: {port: 0}\n");

    Program.Ended ended = Program.run(folder, "solver", "start", "--config", file.toString());

    assertThat(theErrorOf(ended)).contains("password");
  }

  @Test
  void saysThatTheNodeDoesNotAnswer() throws Exception {
    Program.Ended ended =
        Program.run(
            folder,
            "wallet",
            "balance",
            "--market",
            "unreachable.yaml",
            "--keystore",
            "rich.json",
            "--password-file",
            "password");

    assertThat(theErrorOf(ended)).contains("http://127.0.0.1:1").contains("rpc");
    assertThat(ended.exitCode()).isEqualTo(3);
  }

  @Test
  void saysThatTheMarketFileIsMissing() throws Exception {
    Program.Ended ended = Program.run(folder, "market", "show", "--market", "nowhere.yaml");

    assertThat(theErrorOf(ended)).contains("nowhere.yaml does not exist");
  }

  @Test
  void saysThatThereIsNoContractAtTheAddress() throws Exception {
    Program.Ended ended =
        Program.run(
            folder,
            "wallet",
            "balance",
            "--market",
            "no-code.yaml",
            "--keystore",
            "rich.json",
            "--password-file",
            "password");

    assertThat(theErrorOf(ended)).contains("there is no contract at " + NO_CODE);
  }

  @Test
  void saysThatThePortOfTheChainIsTaken() throws Exception {
    DockerEngine.assumeAnswers();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());

      Program.Ended ended = Program.run(folder, "up", "--state", "portless", "--rpc-port", port);

      assertThat(theErrorOf(ended)).contains(port);
    }
  }

  @Test
  void saysWhichOptionIsUnknown() throws Exception {
    Program.Ended ended = Program.run(folder, "job", "run", "--verfy", "always");

    assertThat(theErrorOf(ended)).contains("--verfy").contains("modicum job run --help");
  }

  @Test
  void saysWhatIsWrongWithAnAmount() throws Exception {
    Program.Ended ended = Program.run(folder, asRich("wallet", "deposit", "lots"));

    assertThat(theErrorOf(ended)).contains("lots").contains("ether");
  }

  /** The one line on the error stream; whoever reads it needs no other. */
  private static String theErrorOf(Program.Ended ended) {
    assertThat(ended.exitCode()).as(ended.toString()).isIn(2, 3);
    assertThat(ended.errorLines())
        .as(ended.toString())
        .singleElement()
        .asString()
        .startsWith("error: ")
        .doesNotContain("a bug in this program");
    return ended.err();
  }

  private static String[] asRich(String... command) {
    return as("rich.json", command);
  }

  private static String[] asPoor(String... command) {
    return as("poor.json", command);
  }

  private static String[] as(String keystore, String... command) {
    String[] options = {
      "--market", "market.yaml", "--keystore", keystore, "--password-file", "password"
    };
    return with(options, command);
  }

  private static String[] with(String[] options, String... command) {
    return Stream.concat(Stream.of(command), Stream.of(options)).toArray(String[]::new);
  }
}
