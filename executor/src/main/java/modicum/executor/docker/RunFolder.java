package modicum.executor.docker;

import static modicum.protocol.encoding.Text.decode;
import static modicum.protocol.encoding.Text.encode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.output.FlatRemoval;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.Sha256;
import modicum.protocol.match.MatchId;
import modicum.protocol.result.ResultStatus;

/**
 * What is kept of one run on this machine's disk: its name, its output, why it was stopped, and at
 * the end its outcome. Each file is written whole or not at all.
 */
final class RunFolder {
  private static final String OUTPUT = "output";
  private static final String NAME = "name";
  private static final String STOPPED = "stopped";
  private static final String SAMPLE = "sample";
  private static final String MANIFEST = "manifest";
  private static final String OUTCOME = "outcome";

  private final Path folder;

  private RunFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * A job sees the paths of its mounts, so the folder's name must not tell it which of the parties
   * runs it: a hash, not the run's name.
   */
  static RunFolder of(Path runs, RunName name) {
    return new RunFolder(runs.resolve(Sha256.ofUtf8(name.containerName()).sha256().toHex()));
  }

  static RunFolder at(Path folder) {
    return new RunFolder(folder);
  }

  /** Makes the folder anew, with an empty output that the job's user may write. */
  void create(RunName name, JobUser user) {
    delete();
    try {
      Files.createDirectories(output());
      user.own(output());
      write(NAME, name.owner() + " " + name.match().toHex() + " " + name.attempt());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + folder, e);
    }
  }

  Path output() {
    return folder.resolve(OUTPUT);
  }

  /** The run that this folder is of; empty where an agent was killed while making it. */
  Optional<RunName> name() {
    return read(NAME)
        .map(text -> text.split(" "))
        .map(f -> new RunName(f[0], MatchId.fromHex(f[1]), Integer.parseInt(f[2])));
  }

  /** Notes why the run is about to be stopped, before it is: the kill alone would not tell. */
  void writeStopReason(StopReason reason) {
    write(STOPPED, reason.name());
  }

  Optional<StopReason> stopReason() {
    return read(STOPPED).map(StopReason::valueOf);
  }

  void writeSample(Measurement sample) {
    // Ten times a second, and a sample lost in a power cut is no loss: not forced to the disk.
    write(SAMPLE, sample.cpuTime() + " " + sample.peakMemory(), false);
  }

  Optional<Measurement> sample() {
    return read(SAMPLE)
        .map(text -> text.split(" "))
        .map(f -> new Measurement(Duration.parse(f[0]), Long.parseLong(f[1]), false));
  }

  /** The manifest first: a run has ended once its outcome is there. */
  void writeOutcome(RunOutcome outcome) {
    write(MANIFEST, new String(outcome.output().canonical(), StandardCharsets.UTF_8));
    Map<String, String> fields = new TreeMap<>();
    fields.put("status", outcome.status().name());
    fields.put("instructions", Long.toString(outcome.instructions()));
    fields.put("cpuTime", outcome.cpuTime().toString());
    fields.put("wallTime", outcome.wallTime().toString());
    fields.put("peakMemory", Long.toString(outcome.peakMemory()));
    fields.put("exitCode", Integer.toString(outcome.exitCode()));
    fields.put("log", outcome.log());
    fields.put("explanation", outcome.explanation());
    write(
        OUTCOME,
        fields.entrySet().stream()
            .map(f -> f.getKey() + " " + encode(f.getValue()) + "\n")
            .collect(Collectors.joining()));
  }

  Optional<RunOutcome> outcome() {
    return read(OUTCOME).map(this::parseOutcome);
  }

  private RunOutcome parseOutcome(String text) {
    Map<String, String> fields =
        text.lines()
            .map(line -> line.split(" ", 2))
            .collect(Collectors.toMap(f -> f[0], f -> decode(f[1])));
    byte[] manifest = read(MANIFEST).orElseThrow().getBytes(StandardCharsets.UTF_8);
    return new RunOutcome(
        ResultStatus.valueOf(fields.get("status")),
        Manifest.parse(manifest),
        output(),
        Long.parseLong(fields.get("instructions")),
        Duration.parse(fields.get("cpuTime")),
        Duration.parse(fields.get("wallTime")),
        Long.parseLong(fields.get("peakMemory")),
        Integer.parseInt(fields.get("exitCode")),
        fields.get("log"),
        fields.get("explanation"));
  }

  /** Removes the folder with whatever the job left in it. */
  void delete() {
    FlatRemoval.remove(folder);
  }

  private Optional<String> read(String name) {
    Path file = folder.resolve(name);
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private void write(String name, String text) {
    write(name, text, true);
  }

  private void write(String name, String text, boolean forced) {
    Path part = folder.resolve(name + ".part");
    try {
      try (FileChannel out =
          FileChannel.open(
              part,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        if (forced) {
          out.force(true);
        }
      }
      Files.move(part, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + folder.resolve(name), e);
    }
  }
}
