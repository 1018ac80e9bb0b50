package modicum.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import modicum.directory.image.ImageLayout;
import modicum.executor.docker.DockerExecutor;
import modicum.executor.docker.DockerOptions;
import modicum.executor.image.ProgramImage;
import modicum.ledger.LedgerFollower;
import modicum.ledger.config.MarketFile;
import modicum.ledger.config.YamlFile;
import modicum.ledger.node.EvmNode;
import modicum.ledger.web3j.Keystore;
import modicum.marketplace.role.MarketConnection;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Trust;
import modicum.protocol.job.ImageReference;
import modicum.protocol.market.Registry;
import modicum.protocol.money.Wei;

/**
 * A market in which everyone is a process of its own, in a folder of its own, with a key of its
 * own. They have nothing in common but the chain, the directory and the solver's order book.
 */
final class ProcessMarket implements AutoCloseable {
  static final String JOB_CREATOR = "job-creator";
  static final String DIRECTORY = "directory";
  static final String SOLVER = "solver";
  static final String MEDIATOR = "mediator";
  static final List<String> PROVIDERS = List.of("provider-1", "provider-2");

  private static final List<String> PARTIES =
      List.of(JOB_CREATOR, DIRECTORY, SOLVER, MEDIATOR, "provider-1", "provider-2");
  private static final Path BUSYBOX = Path.of("/bin/busybox");
  private static final List<String> BUSYBOX_NAMES = List.of("sh", "sleep", "head", "echo", "cat");
  private static final Duration BLOCK_TIME = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String PASSWORD_FILE = "--password-file";

  private final Path folder;
  private final EvmNode node;
  private final Map<String, Program> roles = new HashMap<>();
  private final Map<String, Address> accounts = new HashMap<>();
  private final Map<String, Integer> ports = new HashMap<>();
  private final Map<String, Bytes32> extraLayers = new HashMap<>();
  private ImageReference image;
  private MarketFile market;

  private ProcessMarket(Path folder, EvmNode node) {
    this.folder = folder;
    this.node = node;
  }

  static ProcessMarket start(Path folder) throws Exception {
    assumeTrue(Files.isExecutable(BUSYBOX), "no " + BUSYBOX + "; install busybox-static");
    ProcessMarket town =
        new ProcessMarket(
            folder,
            EvmNode.start(
                EvmNode.Options.withBlocksEvery(
                    BLOCK_TIME, EvmNode.findBinary(ProjectHome.nodeModules()))));
    try {
      town.start();
      return town;
    } catch (Exception | Error e) {
      town.close();
      throw e;
    }
  }

  private void start() throws Exception {
    loadImage();
    for (String party : PARTIES) {
      Address account =
          Keystore.create(keystore(party), passwordOf(party), Keystore.Strength.LIGHT).address();
      accounts.put(party, account);
      node.setBalance(account, Wei.ofEther(BigDecimal.valueOf(100)));
    }
    deploy();
    startRole(DIRECTORY);
    startRole(SOLVER);
    market =
        new MarketFile(
            market.rpc(),
            market.contract(),
            market.deploymentBlock(),
            List.of(new MarketFile.DirectoryEntry(address(DIRECTORY).toString(), url(DIRECTORY))),
            List.of(address(MEDIATOR).toString()),
            List.of(url(SOLVER)));
    giveEveryoneTheMarketFile();
    startRole(MEDIATOR);
    for (String provider : PROVIDERS) {
      startRole(provider);
    }
    awaitTrust();
  }

  /** Busybox alone, whose one layer is also what providers and mediator support. */
  private void loadImage() throws Exception {
    ImageLayout layout = new ImageLayout(folder.resolve("images"));
    image =
        ProgramImage.write(
            BUSYBOX,
            BUSYBOX_NAMES,
            List.of("sh"),
            Architecture.fromName(System.getProperty("os.arch")),
            layout);
    try (DockerExecutor docker =
        new DockerExecutor(Optional.empty(), folder.resolve("image"), DockerOptions.DEFAULT)) {
      docker.loadImage(image, layout.folder());
    }
  }

  // --------------------------------------------------------------- parties

  private void deploy() throws Exception {
    Program.Ended deployed =
        Program.run(
            folderOf(JOB_CREATOR),
            "market",
            "deploy",
            "--rpc",
            node.url().toString(),
            "--keystore",
            "key.json",
            PASSWORD_FILE,
            "password",
            "--reaction-window",
            "600",
            "--mediation-window",
            "600",
            "--usage-tolerance",
            "10000");
    assertThat(deployed.exitCode()).as(deployed.toString()).isZero();
    market = MarketFile.read(folderOf(JOB_CREATOR).resolve("market.yaml"));
    giveEveryoneTheMarketFile();
  }

  private void giveEveryoneTheMarketFile() {
    accounts.keySet().forEach(p -> YamlFile.write(folderOf(p).resolve("market.yaml"), market));
  }

  Path folderOf(String party) {
    return folder.resolve(party);
  }

  private Path keystore(String party) {
    return folderOf(party).resolve("key.json");
  }

  private String passwordOf(String party) throws IOException {
    String password = "secret of " + party;
    Files.createDirectories(folderOf(party));
    Files.writeString(folderOf(party).resolve("password"), password + "\n");
    return password;
  }

  Address address(String party) {
    return accounts.get(party);
  }

  /** As a job names it. */
  String image() {
    return "sha256:" + image.id().toHex();
  }

  // ----------------------------------------------------------------- roles

  /** Starts a role's process; one that ran before comes back at its old port. */
  void startRole(String party) throws InterruptedException {
    String role = party.replaceAll("-\\d+$", "");
    Path config = folderOf(party).resolve("config.yaml");
    try {
      Files.writeString(config, configuration(party, role));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Program program = Program.start(folderOf(party), role, "start", "--config", config.toString());
    roles.put(party, program);
    if (!role.equals("provider")) {
      URI endpoint = URI.create(program.awaitText("at (http://\\S+)").group(1));
      ports.put(party, endpoint.getPort());
    }
  }

  /** From its next start on, a party supports another base layer besides the one of all jobs. */
  void supportAlso(String party, Optional<Bytes32> baseLayer) {
    extraLayers.remove(party);
    baseLayer.ifPresent(layer -> extraLayers.put(party, layer));
  }

  /** Runs a command of a role on its configuration, beside its process. */
  Program.Ended operate(String party, String role, String command, String... words)
      throws InterruptedException {
    String config = folderOf(party).resolve("config.yaml").toString();
    return Program.run(
        folderOf(party),
        Stream.concat(Stream.of(role, command, "--config", config), Stream.of(words))
            .toArray(String[]::new));
  }

  /** What a role's process has said so far, and says until a text comes. */
  void awaitSaid(String party, String pattern) throws InterruptedException {
    roles.get(party).awaitText(pattern);
  }

  void kill(String party) throws InterruptedException {
    roles.get(party).kill();
  }

  private String url(String party) {
    return "http://127.0.0.1:" + ports.get(party);
  }

  private String configuration(String party, String role) {
    String common =
        """
        market: market.yaml
        keystore: key.json
        passwordFile: password
        %s:
          stateFolder: '%s'
        """
            .formatted(role, folderOf(party).resolve("state"));
    int port = ports.getOrDefault(party, 0);
    return common
        + switch (role) {
          case "directory" -> "  port: %d\n  availabilityValue: 1000000\n".formatted(port);
          case "solver" -> "  port: %d\n  pollMillis: 300\n".formatted(port);
          case "mediator" ->
              "  port: %d\n  availabilityValue: 1000000\n".formatted(port) + priced(party);
          case "provider" ->
              """
                capacity: {instructions: 1000000, memory: 1073741824, storage: 1073741824, bandwidth: 1073741824}
                deposit: 1000000000000000000
                solvers: ['%s']
                mediators: ['%s']
              """
                      .formatted(url(SOLVER), address(MEDIATOR))
                  + priced(party);
          default -> throw new IllegalArgumentException(role);
        };
  }

  private String priced(String party) {
    String more =
        Optional.ofNullable(extraLayers.get(party)).map(l -> "', '" + l.toHex()).orElse("");
    return """
          timePerInstruction: 333333
          instructionPrice: 1000000000
          bandwidthPrice: 1
          pollInterval: 300
          directories: ['%s']
          baseLayers: ['%s']
        """
        .formatted(address(DIRECTORY), image.baseLayer().toHex() + more);
  }

  private void awaitTrust() throws InterruptedException {
    try (MarketConnection connection =
        MarketConnection.open(market, keystore(MEDIATOR), "secret of " + MEDIATOR)) {
      LedgerFollower follower =
          new LedgerFollower(connection.ledger(), LedgerFollower.Options.DEFAULT);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      do {
        assertThat(System.nanoTime()).as("everyone is ready").isLessThan(deadline);
        Thread.sleep(200);
        follower.poll();
      } while (!everyoneIsReady(follower.state().registry()));
    }
  }

  private boolean everyoneIsReady(Registry registry) {
    return registry.trusts(Trust.MEDIATOR_SUPPORTS_BASE_LAYER, address(MEDIATOR), image.baseLayer())
        && registry.trusts(Trust.MEDIATOR_TRUSTS_DIRECTORY, address(MEDIATOR), address(DIRECTORY))
        && PROVIDERS.stream()
            .map(this::address)
            .allMatch(
                p ->
                    registry.trusts(
                            Trust.RESOURCE_PROVIDER_SUPPORTS_BASE_LAYER, p, image.baseLayer())
                        && registry.trusts(
                            Trust.RESOURCE_PROVIDER_TRUSTS_DIRECTORY, p, address(DIRECTORY))
                        && registry.trusts(
                            Trust.RESOURCE_PROVIDER_TRUSTS_MEDIATOR, p, address(MEDIATOR)));
  }

  // ---------------------------------------------------- the job creator's

  Program.Ended command(String... words) throws InterruptedException {
    return Program.run(folderOf(JOB_CREATOR), asJobCreator(words));
  }

  /** Runs a shell script as a job, in the background. */
  Program startJob(String script, String... options) {
    return Program.start(folderOf(JOB_CREATOR), asJobCreator(jobRun(script, options)));
  }

  Program.Ended runJob(String script, String... options) throws InterruptedException {
    return command(jobRun(script, options));
  }

  private String[] jobRun(String script, String... options) {
    return Stream.of(
            Stream.of("job", "run", "--image", image(), "--instructions", "50k"),
            Stream.of("--memory", "64MiB", "--storage", "16MiB", "--deadline", "10m"),
            Stream.of(options),
            Stream.of("--", "sh", "-c", script))
        .flatMap(words -> words)
        .toArray(String[]::new);
  }

  private static String[] asJobCreator(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    // What follows -- is the job's.
    all.addAll(
        all.indexOf("--") < 0 ? all.size() : all.indexOf("--"),
        List.of("--market", "market.yaml", "--keystore", "key.json", PASSWORD_FILE, "password"));
    return all.toArray(String[]::new);
  }

  // ------------------------------------------------------------------- end

  /** Whether all roles still run, with what they said if not. */
  void requireAllAlive() {
    roles.forEach((party, program) -> assertThat(program.isAlive()).as("%s", program).isTrue());
  }

  @Override
  public void close() {
    roles.values().forEach(Program::close);
    node.close();
    try (DockerEngine engine = DockerEngine.connect()) {
      engine.containersBelow(folder).forEach(engine::remove);
    }
  }
}
