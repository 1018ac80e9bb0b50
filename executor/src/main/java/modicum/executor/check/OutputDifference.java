package modicum.executor.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import modicum.executor.RunOutcome;
import modicum.protocol.content.ManifestEntry;

/** Finds the first difference between the outputs of two runs. */
final class OutputDifference {
  /** More of a file than this is not looked at for the cause, bytes. */
  private static final int LOOKED_AT = 1 << 22;

  private static final int BEFORE = 24;
  private static final int EXCERPT = 64;

  private final Optional<Factor> factor;
  private final boolean threads;

  OutputDifference(Optional<Factor> factor, boolean threads) {
    this.factor = factor;
    this.threads = threads;
  }

  /** Empty where the two are the same. */
  Optional<Difference> between(RunOutcome first, RunOutcome second) {
    if (first.status() != second.status() || first.exitCode() != second.exitCode()) {
      return Optional.of(
          whole(
              "(no file)", "the runs end differently", first.explanation(), second.explanation()));
    }
    if (first.output().digest().equals(second.output().digest())) {
      return Optional.empty();
    }
    SortedMap<String, ManifestEntry> one = entries(first);
    SortedMap<String, ManifestEntry> other = entries(second);
    SortedSet<String> paths = new TreeSet<>(one.keySet());
    paths.addAll(other.keySet());
    for (String path : paths) {
      Optional<Difference> difference = difference(path, one, other, first, second);
      if (difference.isPresent()) {
        return difference;
      }
    }
    return Optional.empty();
  }

  private Optional<Difference> difference(
      String path,
      Map<String, ManifestEntry> one,
      Map<String, ManifestEntry> other,
      RunOutcome first,
      RunOutcome second) {
    ManifestEntry a = one.get(path);
    ManifestEntry b = other.get(path);
    if (a == null || b == null) {
      String there = "is there";
      return Optional.of(
          whole(path, "only one has it", a == null ? "-" : there, b == null ? "-" : there));
    }
    if (a.equals(b)) {
      return Optional.empty();
    }
    if (a.content().isEmpty() || b.content().isEmpty() || a.content().equals(b.content())) {
      return Optional.of(whole(path, "kind, mode or target", a.toString(), b.toString()));
    }
    return Optional.of(
        content(path, first.outputFolder().resolve(path), second.outputFolder().resolve(path)));
  }

  private Difference content(String path, Path first, Path second) {
    try {
      long offset = Files.mismatch(first, second);
      Diagnosis diagnosis =
          new Diagnosis(
              factor, threads, read(first, 0, LOOKED_AT), read(second, 0, LOOKED_AT), offset);
      return new Difference(
          path,
          offset,
          "content",
          excerpt(first, offset),
          excerpt(second, offset),
          diagnosis.cause());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot compare " + path, e);
    }
  }

  private Difference whole(String path, String what, String first, String second) {
    byte[] none = {};
    LikelyCause cause =
        factor.isEmpty() && !threads
            ? LikelyCause.UNKNOWN
            : new Diagnosis(factor, threads, new byte[] {1}, none, 0).cause();
    return new Difference(path, 0, what, first, second, cause);
  }

  /** Text as it is, anything else as hexadecimal digits. */
  private static String excerpt(Path file, long offset) throws IOException {
    byte[] bytes = read(file, Math.max(0, offset - BEFORE), EXCERPT);
    int readable = 0;
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      boolean plain = b >= ' ' && b < 0x7f;
      readable += plain || b == '\n' || b == '\t' ? 1 : 0;
      text.append(plain ? (char) b : b == '\n' ? '|' : '.');
    }
    return readable * 5 >= bytes.length * 4
        ? text.toString()
        : HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(bytes.length, 2 * BEFORE));
  }

  private static byte[] read(Path file, long from, int size) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(Math.min(from, Files.size(file)));
      return in.readNBytes(size);
    }
  }

  private static SortedMap<String, ManifestEntry> entries(RunOutcome outcome) {
    SortedMap<String, ManifestEntry> entries = new TreeMap<>();
    outcome.output().entries().forEach(e -> entries.put(e.path(), e));
    return entries;
  }
}
