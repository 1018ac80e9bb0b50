package modicum.marketplace.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import modicum.directory.client.HostedDirectory;
import modicum.directory.uptime.Equivocation;
import modicum.directory.uptime.UptimeChain;
import modicum.directory.uptime.UptimeHead;
import modicum.directory.uptime.UptimeRecord;
import modicum.directory.uptime.UptimeUnproven;
import modicum.directory.wire.Messages.Head;
import modicum.directory.wire.UptimeMessages;
import modicum.ledger.config.BadConfiguration;
import modicum.ledger.config.MarketFile;
import modicum.ledger.web3j.Web3jSignatures;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.Signer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a directory says of its availability, and whether it can be believed. */
@Command(
    name = "uptime",
    description = {
      "Asks a directory for its signed record of its own availability, verifies the chain of its"
          + " beats, and prints when it was up. Needs no account.",
      "Keep what --json prints: with --against, a later record is compared with it, and a directory"
          + " that has written its past anew is found out.",
      "Ends with 0 where the record is verified, 1 where it proves nothing or contradicts the kept"
          + " one, 3 where the directory does not answer."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  modicum directory uptime --market market.yaml --from 2026-11-20T00:00:00Z",
      "  modicum directory uptime --url http://127.0.0.1:8480 --directory 0x11... --json > kept.json",
      "  modicum directory uptime --market market.yaml --against kept.json"
    })
final class DirectoryUptime implements Callable<Integer> {
  private static final int PROVES_NOTHING = 1;
  private static final long HOUR = 3600;

  @Option(
      names = "--market",
      paramLabel = "FILE",
      defaultValue = "${env:MODICUM_MARKET}",
      description =
          "Market file that says where the directory is. Default: the environment's"
              + " MODICUM_MARKET.")
  private Path market;

  @Option(
      names = "--directory",
      paramLabel = "ADDRESS",
      description = "The directory's account. Default: the first one of the market file.")
  private String account;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Where the directory is. Default: what the market file says.")
  private URI url;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "Start: seconds since 1970, or like 2026-11-20T08:00:00Z. Default: an hour before the"
              + " end.")
  private String from;

  @Option(names = "--to", paramLabel = "TIME", description = "End, included. Default: now.")
  private String to;

  @Option(
      names = "--against",
      paramLabel = "FILE",
      description = "An earlier answer of this command, kept with --json, to compare with.")
  private Path against;

  @Option(names = "--json", description = "Print one JSON object instead of text.")
  private boolean json;

  @Option(names = "--verbose", description = "Print stack traces of errors.")
  private boolean verbose;

  @Spec private CommandSpec spec;

  /** What came of it. */
  private record Finding(Optional<UptimeRecord> record, Optional<String> trouble) {}

  @Override
  public Integer call() {
    long end = to == null ? Instant.now().getEpochSecond() : time(to, "--to");
    long start = from == null ? Math.max(0, end - HOUR) : time(from, "--from");
    if (start > end) {
      throw new IllegalArgumentException("--from is after --to");
    }
    Optional<UptimeHead> kept = Optional.ofNullable(against).map(DirectoryUptime::headOf);
    Finding finding;
    try (HostedDirectory directory = connect()) {
      finding = look(directory, start, end, kept);
    }
    print(finding, start, end);
    spec.commandLine().getOut().flush();
    return finding.trouble().isEmpty() ? 0 : PROVES_NOTHING;
  }

  private static Finding look(
      HostedDirectory directory, long start, long end, Optional<UptimeHead> kept) {
    try {
      UptimeRecord record = directory.uptime(start, end);
      return new Finding(
          Optional.of(record),
          kept.isPresent() ? contradiction(directory, kept.get()) : Optional.empty());
    } catch (UptimeUnproven e) {
      return new Finding(Optional.empty(), Optional.of(e.getMessage()));
    }
  }

  /** Asks for the time of the kept head, where it has to be in the record. */
  private static Optional<String> contradiction(HostedDirectory directory, UptimeHead kept)
      throws UptimeUnproven {
    if (!kept.directory().equals(directory.address())) {
      throw new IllegalArgumentException("the kept record is of directory " + kept.directory());
    }
    if (!kept.isSigned(new Web3jSignatures())) {
      throw new IllegalArgumentException("the kept record is not signed by the directory");
    }
    long time = kept.beat().time();
    UptimeRecord then = directory.uptime(time, time);
    if (then.firstMissing(List.of(kept)).isEmpty()) {
      return Optional.empty();
    }
    boolean proven = new Equivocation(kept, then).isProven(new Web3jSignatures());
    return Optional.of(
        "beat %d, which the directory signed before, is not in its record any more: %s"
            .formatted(
                kept.beat().number(),
                proven
                    ? "it has signed two pasts"
                    : "it has begun another chain, or left its past out"));
  }

  private HostedDirectory connect() {
    if (url != null && account != null) {
      return open(url, Address.fromHex(account));
    }
    if (market == null) {
      throw new IllegalArgumentException(
          "name the directory: --market FILE, or --url and --directory");
    }
    MarketFile.DirectoryEntry entry =
        MarketFile.read(market).directories().stream()
            .filter(d -> account == null || d.account().equals(Address.fromHex(account)))
            .findFirst()
            .orElseThrow(
                () ->
                    new BadConfiguration(
                        "the market file does not say where "
                            + (account == null ? "a directory" : "directory " + account)
                            + " is; name it with --url and --directory"));
    return open(url == null ? URI.create(entry.endpoint()) : url, entry.account());
  }

  private static HostedDirectory open(URI endpoint, Address directory) {
    return new HostedDirectory(
        new HostedDirectory.Connection(endpoint, directory, new Nobody(), new Web3jSignatures()));
  }

  /** What is open to everybody needs no key. */
  private record Nobody() implements Signer {
    @Override
    public Address address() {
      throw new IllegalStateException("nobody asks");
    }

    @Override
    public Signature sign(Bytes32 hash) {
      throw new IllegalStateException("nobody signs");
    }
  }

  private static long time(String text, String option) {
    if (text.matches("[0-9]{1,12}")) {
      return Long.parseLong(text);
    }
    try {
      return Math.max(0, Instant.parse(text).getEpochSecond());
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          option + " is seconds since 1970 or like 2026-11-20T08:00:00Z, got " + text, e);
    }
  }

  private static UptimeHead headOf(Path file) {
    try {
      JsonNode kept = JsonMapper.shared().readTree(Files.readAllBytes(file));
      return UptimeMessages.read(JsonMapper.shared().treeToValue(kept.path("head"), Head.class));
    } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
      throw new IllegalArgumentException(
          file + " is no answer of 'modicum directory uptime --json'", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  // ------------------------------------------------------------------- text

  private void print(Finding finding, long start, long end) {
    if (json) {
      printJson(finding, start, end);
      return;
    }
    PrintWriter out = spec.commandLine().getOut();
    finding.record().ifPresent(record -> printRecord(out, record, start, end));
    finding.trouble().ifPresent(why -> out.println("NOT VERIFIED: " + why));
  }

  private static void printRecord(PrintWriter out, UptimeRecord record, long start, long end) {
    UptimeHead head = record.head();
    out.printf("directory %s, a beat every %d s%n", head.directory(), head.chain().period());
    SortedMap<Long, String> lines = new TreeMap<>();
    record.up().forEach(i -> lines.put(i.from(), line("up", i)));
    gaps(record, start, end).forEach(i -> lines.put(i.from(), line("down", i)));
    lines.values().forEach(out::println);
    out.printf(
        "verified: beats %d to %d, the last at %s, signed%n",
        record.beats().getFirst().number(), head.beat().number(), shown(head.beat().time()));
    head.chain().after().ifPresent(broken -> out.println(brokenLine(head.chain(), broken)));
  }

  private static String line(String word, UptimeRecord.Interval interval) {
    return "%-5s %s to %s".formatted(word, shown(interval.from()), shown(interval.to()));
  }

  private static String brokenLine(UptimeChain chain, UptimeChain.Break broken) {
    return "the chain began at %s, after beat %d of one that broke; nothing before is vouched for"
        .formatted(shown(chain.began()), broken.number());
  }

  private static List<UptimeRecord.Interval> gaps(UptimeRecord record, long start, long end) {
    List<UptimeRecord.Interval> gaps = new ArrayList<>();
    long next = start;
    for (UptimeRecord.Interval up : record.up()) {
      if (up.from() > next) {
        gaps.add(new UptimeRecord.Interval(next, up.from() - 1));
      }
      next = up.to() + 1;
    }
    if (next <= end) {
      gaps.add(new UptimeRecord.Interval(next, end));
    }
    return gaps;
  }

  private static String shown(long seconds) {
    return Instant.ofEpochSecond(seconds).toString();
  }

  private void printJson(Finding finding, long start, long end) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("verified", finding.trouble().isEmpty());
    finding.trouble().ifPresent(why -> fields.put("trouble", why));
    fields.put("from", start);
    fields.put("to", end);
    finding
        .record()
        .ifPresent(
            record -> {
              fields.put("directory", record.directory().toString());
              fields.put("up", record.up());
              fields.put("down", gaps(record, start, end));
              fields.put("head", UptimeMessages.of(record.head()));
              fields.put("headHash", record.head().hash().toHex());
            });
    spec.commandLine().getOut().println(JsonMapper.shared().writeValueAsString(fields));
  }
}
