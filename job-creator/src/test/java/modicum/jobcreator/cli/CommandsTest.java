package modicum.jobcreator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import modicum.executor.Executor;
import modicum.executor.ImageCatalog;
import modicum.executor.scripted.ScriptedOutcome;
import modicum.jobcreator.MarketAccess;
import modicum.jobcreator.SmallMarket;
import modicum.jobcreator.record.Channel;
import modicum.ledger.Ledger;
import modicum.ledger.MarketReader;
import modicum.ledger.config.MarketFile;
import modicum.ledger.memory.InMemorySigner;
import modicum.ledger.orders.OrderBook;
import modicum.protocol.identity.Address;
import modicum.protocol.money.Prices;
import modicum.protocol.offer.Capacity;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a person at a terminal gets, in a market of twins. */
class CommandsTest {
  @TempDir Path folder;
  private SmallMarket market;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void openMarket() throws IOException {
    market = new SmallMarket(folder);
    Files.writeString(
        folder.resolve("market.yaml"),
        """
        rpc: http://127.0.0.1:8545
        contract: "0x%040d"
        deploymentBlock: 0
        """
            .formatted(1));
    Files.writeString(folder.resolve("password"), "secret\n");
  }

  /** The twins' world for commands. */
  private final class TwinConnections implements Connections {
    @Override
    public Address createKeystore(Path file, String password) {
      return InMemorySigner.named(file + password).address();
    }

    @Override
    public Ledger ledger(MarketFile file, Path keystore, String password) {
      return market.access().ledger();
    }

    @Override
    public MarketReader reader(MarketFile file, Path keystore) {
      return market.access().ledger();
    }

    @Override
    public MarketReader onlooker(MarketFile file) {
      return market.access().ledger();
    }

    @Override
    public List<OrderBook> orderBooks(MarketFile file) {
      return market.access().orderBooks();
    }

    @Override
    public MarketAccess market(MarketFile file, Path keystore, String password, Path stateFolder) {
      return market.access();
    }

    @Override
    public Executor executor(Path stateFolder) {
      return market.access().executor().get();
    }

    @Override
    public ImageCatalog images() {
      return market.access().images().get();
    }

    @Override
    public void close() {}
  }

  private int job(String... arguments) {
    return run(JobCommand.commandLine(TwinConnections::new), arguments);
  }

  private int wallet(String... arguments) {
    return run(WalletCommand.commandLine(TwinConnections::new), arguments);
  }

  private int trust(String... arguments) {
    return run(TrustCommand.commandLine(TwinConnections::new), arguments);
  }

  private int run(CommandLine commandLine, String... arguments) {
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return commandLine.execute(arguments);
  }

  private String[] with(String command, String... arguments) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(
        List.of(
            "--market=" + folder.resolve("market.yaml"),
            "--password-file=" + folder.resolve("password"),
            "--state=" + market.stateFolder()));
    all.addAll(List.of(arguments));
    return all.toArray(String[]::new);
  }

  private JsonNode json() {
    return JsonMapper.shared().readTree(out.toString());
  }

  private String jobFile(String more) throws IOException {
    Path file = folder.resolve("job.yaml");
    Files.writeString(file, "image: shop/job:1\nlimits: {instructions: 1k}\n" + more);
    return file.toString();
  }

  // ------------------------------------------------------------------ help

  private static Stream<CommandLine> allCommands() {
    Stream<CommandLine> roots =
        Stream.of(
            new CommandLine(new JobCommand()),
            new CommandLine(new WalletCommand()),
            new CommandLine(new TrustCommand()));
    return roots.flatMap(
        root -> Stream.concat(Stream.of(root), root.getSubcommands().values().stream()));
  }

  @Test
  void theHelpOfEachCommandHasAnExample() {
    List<CommandLine> commands = allCommands().toList();
    assertThat(commands).hasSize(18);
    for (CommandLine command : commands) {
      assertThat(command.getUsageMessage())
          .as(command.getCommandName())
          .contains("Examples:")
          .contains("modicum " + command.getCommandSpec().qualifiedName());
    }
  }

  @Test
  void helpIsAskedForInTheUsualWay() {
    assertThat(job("run", "--help")).isZero();
    assertThat(out.toString()).contains("modicum job run examples/render/job.yaml");
  }

  // ---------------------------------------------------------------- errors

  private String errorLine() {
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).startsWith("error: ").doesNotContain("Exception", "\tat ");
    return err.toString();
  }

  @Test
  void aMissingMarketFileIsOneLine() {
    int code = wallet("balance", "--market=" + folder.resolve("none.yaml"));
    assertThat(code).isEqualTo(ErrorLines.BAD_INPUT);
    assertThat(errorLine()).contains("none.yaml does not exist").contains("; hint: ");
  }

  @Test
  void aWrongLimitNamesLineAndColumn() throws IOException {
    Path file = folder.resolve("job.yaml");
    Files.writeString(file, "image: shop/job:1\nlimits:\n  memory: 12 parsecs\n");
    assertThat(job(with("run", file.toString()))).isEqualTo(ErrorLines.BAD_INPUT);
    assertThat(errorLine())
        .contains("(line 3, column")
        .contains("not a number of bytes: '12 parsecs'");
  }

  @Test
  void aNodeThatDoesNotAnswerIsOneLine() {
    market.chain.setUnavailable(true);
    assertThat(wallet(with("balance"))).isEqualTo(ErrorLines.UNAVAILABLE);
    assertThat(errorLine()).contains("; hint: is the node up");
  }

  @Test
  void aRefusalOfTheMarketIsOneLine() {
    assertThat(wallet(with("withdraw", "1ether"))).isEqualTo(ErrorLines.BAD_INPUT);
    assertThat(errorLine()).contains("the market refuses: ").contains("needs 10000");
  }

  @Test
  void anUnknownOptionIsOneLine() {
    assertThat(job("run", "--nonsense")).isEqualTo(ErrorLines.BAD_INPUT);
    assertThat(errorLine()).contains("--nonsense").contains("; hint: see job run --help");
  }

  @Test
  void aCommandWithoutASubcommandSaysWhatToSay() {
    assertThat(job()).isEqualTo(ErrorLines.BAD_INPUT);
    assertThat(errorLine()).contains("job run");
  }

  @Test
  void anAmountWithoutItsUnitIsOneLine() {
    assertThat(wallet(with("deposit", "5"))).isEqualTo(ErrorLines.BAD_INPUT);
    assertThat(errorLine()).contains("0.5ether, 3gwei or 100wei");
  }

  @Test
  void aMissingPasswordIsOneLine() {
    int code = wallet("withdraw", "all", "--market=" + folder.resolve("market.yaml"));
    assertThat(code).isEqualTo(ErrorLines.BAD_INPUT);
    assertThat(errorLine()).contains("--password-file");
  }

  @Test
  void anUnknownJobIsOneLine() {
    assertThat(job(with("status", "0xabc"))).isEqualTo(ErrorLines.BAD_INPUT);
    assertThat(errorLine()).contains("no remembered job begins with 0xabc");
  }

  @Test
  void anUnknownImageIsOneLine() throws IOException {
    String file = jobFile("");
    assertThat(job(with("run", file, "--image=no/such:1"))).isEqualTo(ErrorLines.BAD_INPUT);
    assertThat(errorLine()).contains("no/such:1");
  }

  @Test
  void aBugIsOneLineAndAskedToBeReported() {
    assertThat(ErrorLines.exitCodeOf(new NullPointerException("x"))).isEqualTo(ErrorLines.BUG);
    assertThat(ErrorLines.lineOf(new NullPointerException("x")))
        .startsWith("error: a bug in this program")
        .contains("--verbose");
  }

  @Test
  void otherPartiesCannotWriteToTheTerminal() {
    assertThat(ErrorLines.lineOf(new IllegalArgumentException("a\u001b[2Jb\nc")))
        .isEqualTo("error: a?[2Jb c");
  }

  @Test
  void aStackTraceOnlyWhenAskedFor() {
    market.chain.setUnavailable(true);
    wallet(with("balance", "--verbose"));
    assertThat(err.toString()).contains("\tat ");
  }

  // ------------------------------------------------------------------ jobs

  @Test
  void runsAJobFromPostToPayment() throws Exception {
    Thread others = market.othersPlayTheirPart();
    int code = job(with("run", jobFile("output: out\nverify: none\n")));
    others.interrupt();
    assertThat(err.toString()).contains("uploading the image", "closed: result accepted");
    assertThat(code).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("result accepted")
        .contains("resource provider")
        .contains("gained or lost");
    assertThat(folder.resolve("out/answer.txt")).exists();
  }

  @Test
  void printsOneJsonObjectOfAJob() throws Exception {
    Thread others = market.othersPlayTheirPart();
    int code = job(with("run", jobFile("verify: none\n"), "--json"));
    others.interrupt();
    assertThat(code).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(json().get("accepted").asBoolean()).isTrue();
    assertThat(json().get("closing").get("reason").asString()).isEqualTo("ACCEPTED");
    assertThat(json().get("payments")).hasSize(5);
  }

  @Test
  void submitsAJobAndFetchesItLater() throws Exception {
    assertThat(job(with("submit", jobFile("verify: none\n")))).as(err.toString()).isZero();
    String id = out.toString().strip();
    assertThat(id).matches("0x[0-9a-f]{64}");
    Thread others = market.othersPlayTheirPart();
    assertThat(job(with("fetch", id.substring(0, 10)))).as(err.toString()).isZero();
    others.interrupt();
    assertThat(folder.resolve("results/answer.txt")).exists();
  }

  @Test
  void aJobByFlagsNeedsNoFile() throws Exception {
    int code =
        job(
            with(
                "submit",
                "--image=shop/job:1",
                "--memory=64MiB",
                "--instructions=2k",
                "--env=A=1",
                "--on-chain-offer",
                "--",
                "program",
                "--flag"));
    assertThat(code).as(err.toString()).isZero();
    assertThat(market.chain.state().postedJobOffers().values())
        .singleElement()
        .satisfies(
            offer -> {
              assertThat(offer.limits().memory()).isEqualTo(64 << 20);
              assertThat(offer.limits().instructions()).isEqualTo(2000);
            });
    out.getBuffer().setLength(0);
    job(with("list"));
    assertThat(out.toString()).contains("shop/job:1 program --flag");
  }

  @Test
  void saysWhereAJobStands() throws Exception {
    job(with("submit", jobFile("")));
    String id = out.toString().strip();
    out.getBuffer().setLength(0);
    assertThat(job(with("status", id))).isZero();
    assertThat(out.toString()).contains("waiting for a match until ").contains("deposit");
    out.getBuffer().setLength(0);
    assertThat(job(with("list", "--json"))).isZero();
    assertThat(json().get("jobs").get(0).get("id").asString()).isEqualTo(id);
  }

  @Test
  void saysThatAJobIsEncryptedAndThatItsOwnerHasToBeThere() throws Exception {
    assertThat(job(with("submit", jobFile(""), "--encrypt"))).as(err.toString()).isZero();
    assertThat(err.toString()).contains("nobody can run it before you hand over its key");
    String id = out.toString().strip();
    out.getBuffer().setLength(0);

    assertThat(job(with("status", id))).isZero();

    assertThat(out.toString())
        .contains("encrypted  input and output; only the matched parties can read them");
  }

  @Test
  void cancelsAJobAndSaysWhatThatCost() throws Exception {
    job(with("submit", jobFile("")));
    String id = out.toString().strip();
    assertThat(job(with("cancel", id))).isZero();
    assertThat(out.toString()).contains("cancelled; that cost 0 wei (100000 gas)");
    assertThat(job(with("fetch", id))).isEqualTo(ErrorLines.NOT_ACCEPTED);
    assertThat(job(with("cancel", id))).isEqualTo(ErrorLines.BAD_INPUT);
  }

  @Test
  void cancelsAllThatIsNotMatchedInOneTransaction() throws Exception {
    job(with("submit", jobFile("")));
    market.matchAll();
    job(with("submit", jobFile("command: [a]\n")));
    job(with("submit", jobFile("command: [b]\n"), "--on-chain-offer"));
    List<String> ids = out.toString().lines().toList();
    out.getBuffer().setLength(0);
    long before = market.chain.ledger("alice").head().number();

    assertThat(job(with("cancel", "--all", "--json"))).as(err.toString()).isZero();

    assertThat(market.chain.ledger("alice").head().number()).isEqualTo(before + 1);
    assertThat(json().get("cancelled").valueStream().map(JsonNode::asString))
        .containsExactlyInAnyOrder(ids.get(1), ids.get(2));
    out.getBuffer().setLength(0);
    job(with("list"));
    assertThat(out.toString().lines())
        .hasSize(3)
        .satisfiesOnlyOnce(line -> assertThat(line).contains("running at"))
        .filteredOn(line -> line.endsWith("cancelled"))
        .hasSize(2);
    for (String id : List.of(ids.get(1), ids.get(2))) {
      assertThat(job(with("fetch", id))).isEqualTo(ErrorLines.NOT_ACCEPTED);
    }
  }

  @Test
  void whatIsPostedAfterAllWasCancelledStands() throws Exception {
    job(with("cancel", "--all"));
    job(with("submit", jobFile(""), "--on-chain-offer"));
    market.matchAll();
    assertThat(market.chain.state().matches()).hasSize(1);
  }

  @Test
  void cancellingTakesAnIdOrAllAndNotBoth() {
    assertThat(job(with("cancel"))).isEqualTo(ErrorLines.BAD_INPUT);
    assertThat(errorLine()).contains("--all").contains("ID");
    err.getBuffer().setLength(0);
    assertThat(job(with("cancel", "0xabc", "--all"))).isEqualTo(ErrorLines.BAD_INPUT);
    assertThat(errorLine()).contains("mutually exclusive");
  }

  @Test
  void theEnvironmentCanAskForOffersOnTheChain() {
    assertThat(MoneyFlags.channel(false, null)).isEqualTo(Channel.ORDER_BOOK);
    assertThat(MoneyFlags.channel(false, "false")).isEqualTo(Channel.ORDER_BOOK);
    assertThat(MoneyFlags.channel(true, null)).isEqualTo(Channel.ON_CHAIN);
    assertThat(MoneyFlags.channel(false, "true")).isEqualTo(Channel.ON_CHAIN);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MoneyFlags.channel(false, "yes"))
        .withMessageContaining("true or false");
  }

  // ---------------------------------------------------------------- wallet

  @Test
  void showsWhatIsInTheWalletFreeAndLocked() throws Exception {
    wallet(with("deposit", "1ether"));
    out.getBuffer().setLength(0);
    assertThat(wallet(with("balance"))).isZero();
    assertThat(out.toString()).contains("wallet   999 ether").contains("free     1 ether");
    assertThat(out.toString()).contains("locked   0 wei\n");
  }

  @Test
  void saysWhenLockedMoneyIsFreeAtTheLatest() throws Exception {
    job(with("submit", jobFile("deadline: 10m\n")));
    market.matchAll();
    out.getBuffer().setLength(0);
    assertThat(wallet(with("balance", "--json"))).isZero();
    assertThat(json().get("lockedWei").asString()).isNotEqualTo("0");
    // 10 minutes, the reaction window and the mediation window after the start.
    assertThat(json().get("lockedFreeFrom").asString()).isEqualTo("2027-01-15T08:26:41Z");
    JsonNode open = json().get("openMatches").get(0);
    assertThat(open.get("side").asString()).isEqualTo("job creator");
    assertThat(open.get("nextRole").asString()).isEqualTo("resource provider");
    assertThat(open.get("deadline").asString()).isEqualTo("2027-01-15T08:10:00Z");
    assertThat(open.get("lockedWei")).isEqualTo(json().get("lockedWei"));
    out.getBuffer().setLength(0);
    wallet(with("balance"));
    assertThat(out.toString())
        .contains("free from 2027-01-15T08:26:41Z on at the latest")
        .containsPattern("match 0x[0-9a-f]{64}, as job creator: .* must act by 2027-01-15T08:10");
  }

  @Test
  void onlyLookingTakesNoPassword() throws Exception {
    job(with("submit", jobFile("")));
    String id = out.toString().strip();
    err.getBuffer().setLength(0);
    String[] here = {
      "--market=" + folder.resolve("market.yaml"), "--state=" + market.stateFolder()
    };
    assertThat(job("status", id, here[0], here[1])).as(err.toString()).isZero();
    assertThat(job("list", here[0], here[1])).isZero();
    assertThat(wallet("balance", here[0])).isZero();
    assertThat(trust("list", here[0])).isZero();
    assertThat(err.toString()).isEmpty();
  }

  // ----------------------------------------------------------------- trust

  private static final String ONE = "0x" + "11".repeat(20);
  private static final String TWO = "0x" + "22".repeat(20);

  @Test
  void addsAndRemovesManyAtATime() throws Exception {
    job(with("submit", jobFile("")));
    out.getBuffer().setLength(0);
    assertThat(trust(with("add", "mediators", ONE, TWO))).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("job creator now trusts mediator " + ONE)
        .contains("job creator now trusts mediator " + TWO)
        .contains("that cost 0 wei");
    assertThat(trust(with("remove", "mediators", ONE))).isZero();
    out.getBuffer().setLength(0);
    assertThat(trust(with("list", "--json"))).isZero();
    JsonNode mediators = json().get("lists").get(0);
    assertThat(mediators.get("role").asString()).isEqualTo("job-creator");
    assertThat(mediators.get("list").asString()).isEqualTo("mediators");
    assertThat(mediators.get("entries").valueStream().map(JsonNode::asString))
        .contains(TWO)
        .doesNotContain(ONE);
  }

  @Test
  void whoseListIsMeantIsSaidWhereTheRegistrationDoesNotTell() {
    assertThat(trust(with("add", "mediators", ONE))).isEqualTo(ErrorLines.BAD_INPUT);
    assertThat(errorLine()).contains("--as job-creator or --as resource-provider");
    err.getBuffer().setLength(0);
    assertThat(trust(with("add", "mediators", ONE, "--as", "job-creator")))
        .isEqualTo(ErrorLines.BAD_INPUT);
    assertThat(errorLine()).contains("the market refuses: ");
  }

  @Test
  void aWrongListRoleOrEntryIsOneLine() {
    String[][] wrong = {
      {"add", "friends", ONE}, {"add", "mediators", "0x12", "--as", "job-creator"},
      {"add", "mediators", ONE, "--as", "king"}, {"add", "mediators"}
    };
    for (String[] words : wrong) {
      err.getBuffer().setLength(0);
      String[] rest = java.util.Arrays.copyOfRange(words, 1, words.length);
      assertThat(trust(with(words[0], rest))).isEqualTo(ErrorLines.BAD_INPUT);
      errorLine();
    }
  }

  @Test
  void withdrawsAll() {
    wallet(with("deposit", "3gwei"));
    out.getBuffer().setLength(0);
    assertThat(wallet(with("withdraw", "all"))).isZero();
    assertThat(out.toString()).contains("withdrew 3 gwei");
    assertThat(wallet(with("withdraw", "all"))).isEqualTo(ErrorLines.BAD_INPUT);
  }

  @Test
  void makesAKeystoreWithAPasswordFromAFile() {
    assertThat(
            wallet(
                "create",
                "--keystore=" + folder.resolve("new.json"),
                "--password-file=" + folder.resolve("password")))
        .isZero();
    assertThat(out.toString()).startsWith("account 0x");
  }

  @Test
  void aRealKeystoreOpensWithItsPasswordOnly() throws Exception {
    String keystore = "--keystore=" + folder.resolve("real.json");
    CommandLine real = WalletCommand.commandLine(LiveConnections::new);
    assertThat(run(real, with("create", keystore))).as(err.toString()).isZero();
    assertThat(run(real, with("create", keystore))).isEqualTo(ErrorLines.BAD_INPUT);
    assertThat(errorLine()).contains("exists already");
    err.getBuffer().setLength(0);
    Files.writeString(folder.resolve("password"), "wrong\n");
    assertThat(run(real, with("withdraw", "all", keystore))).isEqualTo(ErrorLines.BAD_INPUT);
    assertThat(errorLine()).contains("the password does not open the keystore");
  }

  // --------------------------------------------------------------- profile

  private static final Capacity PLENTY = new Capacity(1_000_000, 1L << 30, 1L << 30, 1L << 30);

  private int profile(String... more) {
    List<String> all =
        new ArrayList<>(List.of("profile", "--image=shop/job:1", "--time-per-instruction=1000"));
    all.addAll(List.of(more));
    all.addAll(List.of("--", "job", "--fast"));
    return job(all.toArray(String[]::new));
  }

  private String marketFile() {
    return "--market=" + folder.resolve("market.yaml");
  }

  @Test
  void aProfileProposesLimitsAndSaysPriceAndDeposit() {
    market
        .engine()
        .otherwise(request -> ScriptedOutcome.completed(Map.of("out.txt", "42\n"), 1000));
    market.leaveResourceOffer(PLENTY, Prices.of(7, 2));
    market.leaveResourceOffer(PLENTY, Prices.of(5, 1));
    market.leaveResourceOffer(new Capacity(10, 1, 1, 1), Prices.of(1, 0));

    assertThat(profile(marketFile(), "--json", "--runs=2")).as(err.toString()).isZero();

    JsonNode said = json();
    long bandwidth = said.get("bandwidth").asLong();
    assertThat(said.get("runs").asInt()).isEqualTo(2);
    assertThat(said.get("instructions").asLong()).isEqualTo(1000);
    assertThat(said.get("limits").get("instructions").asLong()).isEqualTo(1500);
    assertThat(said.get("offersStanding").asInt()).isEqualTo(3);
    assertThat(said.get("offersFitting").asInt()).isEqualTo(2);
    assertThat(said.get("priceWei").asString()).isEqualTo("" + (1000 * 5 + bandwidth));
    assertThat(said.get("middlePriceWei").asString()).isEqualTo("" + (1000 * 7 + 2 * bandwidth));
    // Estimate times penalty rate and number of verifications, and the incentive.
    long estimate = 1500 * 5 + said.get("limits").get("bandwidth").asLong();
    assertThat(said.get("depositWei").asString()).isEqualTo("" + (estimate * 52 + 1_000_000_000L));
    assertThat(market.engine().starts()).hasSize(2);
  }

  @Test
  void aProfileOfAnotherCpuLevelSaysThatNoOfferTakesIt() {
    market.leaveResourceOffer(PLENTY, Prices.of(5, 1));
    assertThat(profile(marketFile(), "--cpu-level=v1")).as(err.toString()).isZero();
    assertThat(out.toString()).contains("1 stand, 0 of them take this job").contains("CPU level");
  }

  @Test
  void aProfileWithoutAMarketSaysAllButPrices() {
    assertThat(profile()).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("limits: {instructions: ")
        .contains("price:           not known: no market is known; name one with --market");
  }

  @Test
  void aProfileOfAMarketFileThatIsNotThereIsRefused() {
    assertThat(profile("--market=" + folder.resolve("nowhere.yaml")))
        .isEqualTo(ErrorLines.BAD_INPUT);
  }

  @Test
  void aProfileIsOfJobsThatCompleteOnly() {
    market.engine().otherwise(request -> ScriptedOutcome.ended(ResultStatus.EXCEPTION_OCCURRED, 5));
    assertThat(profile(marketFile())).isEqualTo(2);
    assertThat(err.toString()).contains("error: the job could not be run: scripted");
    assertThat(market.engine().starts()).hasSize(1);
  }

  @Test
  void aProfileTakesNoSenselessNumbers() {
    assertThat(profile("--runs=0")).isEqualTo(ErrorLines.BAD_INPUT);
    assertThat(profile("--margin=-1")).isEqualTo(ErrorLines.BAD_INPUT);
    assertThat(profile("--input=" + folder.resolve("nowhere"))).isEqualTo(ErrorLines.BAD_INPUT);
  }
}
