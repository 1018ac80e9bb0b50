package modicum.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import modicum.directory.MatchAccess;
import modicum.directory.MatchRegister;
import modicum.directory.app.DirectoryService;
import modicum.directory.app.DirectoryServiceConfig;
import modicum.directory.s3.EmbeddedS3Server;
import modicum.directory.uptime.UptimeLog;
import modicum.ledger.config.MarketFile;
import modicum.ledger.config.YamlFile;
import modicum.ledger.web3j.Web3jSignatures;
import modicum.ledger.web3j.Web3jSigner;
import modicum.marketplace.cli.ModicumCommand;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Address;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a directory's record comes to on the command line, from a running service. */
class UptimeCommandTest {
  private static final Web3jSigner DIRECTORY =
      Web3jSigner.fromPrivateKey(Keccak256.hashUtf8("a directory"));
  private static final Duration PERIOD = DirectoryServiceConfig.Limits.DEFAULT.heartbeat();

  @TempDir Path folder;
  private final AtomicLong now = new AtomicLong(10_000);
  private EmbeddedS3Server s3;
  private DirectoryService service;

  /** What a command ended with and printed. */
  private record Ended(int exitCode, String out, String err) {}

  private static Ended run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = ModicumCommand.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    int exitCode = line.execute(arguments);
    return new Ended(exitCode, out.toString(), err.toString());
  }

  private Ended uptime(String... options) {
    return run(
        Stream.concat(
                Stream.of("directory", "uptime", "--market", folder.resolve("m.yaml").toString()),
                Stream.of(options))
            .toArray(String[]::new));
  }

  @BeforeEach
  void aDirectoryWithAPast() throws IOException {
    s3 = EmbeddedS3Server.start(folder.resolve("storage"));
    beat(10_000, 10_010, 10_020, 10_100, 10_110);
    start();
  }

  private void beat(long... times) {
    try (UptimeLog log =
        UptimeLog.open(folder.resolve("state/uptime"), DIRECTORY, PERIOD, 10_000)) {
      for (long time : times) {
        log.beat(time, Optional.empty());
      }
    }
  }

  private void start() {
    service =
        DirectoryService.start(
            new DirectoryServiceConfig(
                "127.0.0.1",
                0,
                DIRECTORY,
                new Web3jSignatures(),
                new Nobody(),
                s3.settings(),
                folder.resolve("state"),
                now::get,
                DirectoryServiceConfig.Limits.DEFAULT));
    YamlFile.write(
        folder.resolve("m.yaml"),
        new MarketFile(
            "http://127.0.0.1:1",
            DIRECTORY.address().toString(),
            0,
            List.of(
                new MarketFile.DirectoryEntry(
                    DIRECTORY.address().toString(), service.endpoint().toString())),
            List.of(),
            List.of()));
  }

  @AfterEach
  void stop() {
    service.close();
    s3.close();
  }

  private record Nobody() implements MatchRegister {
    @Override
    public Standing standingOf(Address account) {
      return Standing.UNREGISTERED;
    }

    @Override
    public List<MatchAccess> matchesOf(Address party) {
      return List.of();
    }

    @Override
    public List<MatchAccess> matches() {
      return List.of();
    }

    @Override
    public long blockTime() {
      return 0;
    }
  }

  @Test
  void saysWhenTheDirectoryWasUpAndThatItIsVerified() {
    Ended ended = uptime("--from", "10000", "--to", "1970-01-01T02:48:35Z");

    assertThat(ended.exitCode()).as(ended.toString()).isZero();
    assertThat(ended.out())
        .contains("directory " + DIRECTORY.address())
        .contains("up    1970-01-01T02:46:40Z to 1970-01-01T02:47:10Z")
        .contains("down  1970-01-01T02:47:11Z to 1970-01-01T02:48:19Z")
        .contains("up    1970-01-01T02:48:20Z to 1970-01-01T02:48:35Z")
        .contains("verified: beats 1 to 5");
  }

  @Test
  void saysItInJsonAndComparesWithWhatWasKept() throws IOException {
    Ended first = uptime("--from", "10000", "--to", "10115", "--json");
    Path kept = Files.writeString(folder.resolve("kept.json"), first.out());
    JsonNode shown = JsonMapper.shared().readTree(first.out());
    assertThat(shown.path("verified").asBoolean()).isTrue();
    assertThat(shown.path("up").size()).isEqualTo(2);
    assertThat(shown.path("down").get(0).path("from").asLong()).isEqualTo(10_031);
    Ended same = uptime("--from", "10000", "--to", "10115", "--against", kept.toString());
    assertThat(same.exitCode()).as(same.toString()).isZero();

    service.close();
    writeThePastAnew();
    start();
    Ended later = uptime("--from", "10000", "--to", "10115", "--against", kept.toString());

    assertThat(later.exitCode()).as(later.toString()).isOne();
    assertThat(later.out()).contains("NOT VERIFIED", "beat 5", "it has signed two pasts");
  }

  private void writeThePastAnew() throws IOException {
    Path file;
    try (Stream<Path> all = Files.list(folder.resolve("state/uptime"))) {
      file = all.filter(p -> p.toString().endsWith(".log")).findFirst().orElseThrow();
    }
    Files.write(file, Files.readAllLines(file).subList(0, 4));
    beat(10_030, 10_040, 10_050, 10_060, 10_070, 10_080, 10_090, 10_100, 10_110);
  }

  @Test
  void aDirectoryThatIsAnotherOneProvesNothing() {
    String other = Web3jSigner.fromPrivateKey(Keccak256.hashUtf8("x")).address().toString();
    Ended ended =
        run(
            "directory",
            "uptime",
            "--url",
            service.endpoint().toString(),
            "--directory",
            other,
            "--json");

    assertThat(ended.exitCode()).as(ended.toString()).isOne();
    assertThat(JsonMapper.shared().readTree(ended.out()).path("verified").asBoolean(true))
        .isFalse();
    assertThat(ended.out()).contains("not signed by");
  }

  @Test
  void badInputIsSaidInOneLine() throws IOException {
    Path nonsense = Files.writeString(folder.resolve("nonsense.json"), "{}");

    assertThat(uptime("--from", "yesterday").err()).contains("--from is seconds since 1970");
    assertThat(uptime("--from", "20", "--to", "10").err()).contains("--from is after --to");
    assertThat(uptime("--against", nonsense.toString()).err()).contains("is no answer of");
    assertThat(uptime("--directory", "0x" + "11".repeat(20)).err()).contains("does not say where");
    assertThat(uptime("--from", "yesterday").exitCode()).isEqualTo(2);
  }
}
