package modicum.jobcreator.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import modicum.directory.encryption.AgeKey;
import modicum.directory.encryption.PrivateFile;
import modicum.jobcreator.verification.Finding;
import modicum.ledger.config.BadConfiguration;
import modicum.protocol.content.Digest;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.RejectReason;
import modicum.protocol.money.Wei;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The jobs of one state folder, each in a folder of its own. Every file is written beside itself,
 * forced to disk and moved into place, so that a kill leaves the old or the new one.
 *
 * <p>Thread-safe as far as one process uses a job; two processes may follow the same job, since
 * what they would do twice the market refuses.
 */
public final class JobRecords {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path stateFolder;
  private final Path folder;

  /**
   * @param stateFolder is made where it is missing
   */
  public JobRecords(Path stateFolder) {
    this.stateFolder = stateFolder.toAbsolutePath().normalize();
    this.folder = this.stateFolder.resolve("jobs");
    attempt(() -> Files.createDirectories(folder));
  }

  /** Writes the record of a new job; must be done before its offer leaves. */
  public void add(JobRecord record) {
    add(record, Optional.empty());
  }

  /**
   * Writes the record of a new job; must be done before its offer leaves.
   *
   * @param key of an encrypted one; kept in a file for its owner alone
   */
  public void add(JobRecord record, Optional<AgeKey> key) {
    attempt(() -> Files.createDirectories(folderOf(record.id())));
    key.ifPresent(k -> keyOf(record.id()).write(k.secret()));
    write(record.id(), "record.json", JSON.writeValueAsString(StoredRecord.of(record)));
  }

  public Optional<JobRecord> find(MatchId id) {
    return read(id, "record.json").map(text -> parse(id, text, StoredRecord.class).toRecord());
  }

  /** The key of an encrypted job. */
  public Optional<AgeKey> key(MatchId id) {
    return keyOf(id).read().map(AgeKey::parse);
  }

  private PrivateFile keyOf(MatchId id) {
    return new PrivateFile(folderOf(id).resolve("key"));
  }

  /** All jobs, oldest first. */
  public List<JobRecord> all() {
    List<JobRecord> records = new ArrayList<>();
    try (Stream<Path> folders = Files.list(folder)) {
      folders
          .map(f -> f.getFileName().toString())
          .filter(name -> name.matches("[0-9a-f]{64}"))
          .forEach(name -> find(MatchId.fromHex(name)).ifPresent(records::add));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder, e);
    }
    records.sort(Comparator.comparingLong(JobRecord::submittedAt).thenComparing(JobRecord::id));
    return records;
  }

  /** The jobs whose id begins with these hexadecimal digits (0x or not). */
  public List<JobRecord> startingWith(String digits) {
    String prefix = digits.startsWith("0x") ? digits.substring(2) : digits;
    return all().stream().filter(r -> r.id().toHex().startsWith(prefix.toLowerCase())).toList();
  }

  /**
   * Keeps other processes from following a job until closed.
   *
   * @throws JobInUse another one does
   */
  public AutoCloseable lock(MatchId id) {
    try {
      FileChannel channel =
          FileChannel.open(
              folderOf(id).resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel)) {
        return channel;
      }
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock job " + id + " in " + folder, e);
    }
    throw new JobInUse(id);
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException inThisProcess) {
      return false;
    }
  }

  /** Where a job's fetched result is, complete and verified, once it is there. */
  public Path resultFolder(MatchId id) {
    return folderOf(id).resolve("result");
  }

  /** Where a job's own files for a verification are; nothing that must last. */
  public Path scratchFolder(MatchId id) {
    return folderOf(id).resolve("scratch");
  }

  /** What is brought here to run jobs again. */
  public Path workFolder() {
    return stateFolder.resolve("work");
  }

  /** What is remembered of inputs that were encrypted. */
  public Path encryptedFolder() {
    return stateFolder.resolve("encrypted");
  }

  /** Where a job's result is as it is stored, while it is fetched. */
  public Path storedResultFolder(MatchId id) {
    return folderOf(id).resolve("stored-result");
  }

  /** The image layout of the images that were exported. */
  public Path imageFolder() {
    return stateFolder.resolve("images");
  }

  /** Remembers which manifest the provider's commitment commits to. */
  public void writeManifest(MatchId id, Digest manifest) {
    write(id, "manifest", manifest.toString());
  }

  public Optional<Digest> manifest(MatchId id) {
    return read(id, "manifest").map(String::strip).map(Digest::parse);
  }

  public void writeFinding(MatchId id, Finding finding) {
    write(id, "finding.json", JSON.writeValueAsString(StoredFinding.of(finding)));
  }

  public Optional<Finding> finding(MatchId id) {
    return read(id, "finding.json").map(text -> parse(id, text, StoredFinding.class).toFinding());
  }

  public void writeEnd(MatchId id, JobEnd end) {
    write(id, "end", end.name());
  }

  public Optional<JobEnd> end(MatchId id) {
    return read(id, "end").map(String::strip).map(JobEnd::valueOf);
  }

  /** Adds what a transaction for this job cost, once for each transaction. */
  public synchronized void addFee(MatchId id, String transaction, Wei fee) {
    List<String> lines = read(id, "fees").map(t -> t.lines().toList()).orElseGet(List::of);
    if (lines.stream().anyMatch(line -> line.startsWith(transaction))) {
      return;
    }
    write(id, "fees", String.join("\n", lines) + "\n" + transaction + " " + fee);
  }

  /** What the transactions for this job cost, as far as they are known, wei. */
  public Wei fees(MatchId id) {
    return read(id, "fees").stream()
        .flatMap(String::lines)
        .filter(line -> !line.isBlank())
        .map(line -> Wei.parse(line.substring(line.indexOf(' ') + 1)))
        .reduce(Wei.ZERO, Wei::plus);
  }

  private record StoredFinding(String kind, String reason, String explanation) {
    static StoredFinding of(Finding finding) {
      return switch (finding) {
        case Finding.Right right -> new StoredFinding("right", null, right.explanation());
        case Finding.Wrong wrong ->
            new StoredFinding("wrong", wrong.reason().name(), wrong.explanation());
        case Finding.Unverified not -> new StoredFinding("unverified", null, not.explanation());
      };
    }

    Finding toFinding() {
      return switch (kind) {
        case "right" -> new Finding.Right(explanation);
        case "wrong" -> new Finding.Wrong(RejectReason.valueOf(reason), explanation);
        default -> new Finding.Unverified(explanation);
      };
    }
  }

  private Path folderOf(MatchId id) {
    return folder.resolve(id.toHex());
  }

  private <T> T parse(MatchId id, String text, Class<T> type) {
    try {
      return JSON.readValue(text, type);
    } catch (JacksonException e) {
      throw new BadConfiguration(
          "the record of job " + id + " in " + folder + " is damaged; move it away", e);
    }
  }

  private Optional<String> read(MatchId id, String name) {
    Path file = folderOf(id).resolve(name);
    try {
      return Optional.of(Files.readString(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private void write(MatchId id, String name, String content) {
    Path file = folderOf(id).resolve(name);
    Path next = folderOf(id).resolve("." + name + ".next");
    attempt(
        () -> {
          try (FileChannel channel =
              FileChannel.open(
                  next,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
            channel.force(true);
          }
          Files.move(
              next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        });
  }

  private interface FileAction {
    void run() throws IOException;
  }

  private void attempt(FileAction action) {
    try {
      action.run();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the state folder " + folder, e);
    }
  }
}
