package modicum.protocol.content;

import static modicum.protocol.encoding.Text.decode;
import static modicum.protocol.encoding.Text.encode;
import static modicum.protocol.encoding.Text.shown;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import modicum.protocol.encoding.Bytes32;

/**
 * The canonical list of the files of a folder, an input or an output (section 6): entries sorted by
 * the bytes of their path, each with type, mode, size and hash; no times, owners or archive bytes.
 * Of an output, its SHA-256 is the result digest, so that two honest runs agree whatever packs or
 * moves the files.
 *
 * <p>Canonical form, UTF-8, one line an entry, each ended by a newline, fields parted by one space:
 * {@code file <mode, 4 octal digits> <size> <sha256 hex> <path>}, {@code directory <mode> <path>},
 * {@code link <path> <target>}. Path and target are URL-encoded (UTF-8), so that no name can forge
 * a line.
 */
public record Manifest(List<ManifestEntry> entries) {
  private static final Comparator<ManifestEntry> BY_PATH_BYTES =
      Comparator.comparing(e -> e.path().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  public Manifest {
    entries = entries.stream().sorted(BY_PATH_BYTES).toList();
    NavigableSet<String> paths = new TreeSet<>();
    for (ManifestEntry entry : entries) {
      if (!paths.add(entry.path())) {
        throw new IllegalArgumentException("twice in one manifest: " + shown(entry.path()));
      }
    }
    requireNothingInsideFilesAndLinks(entries, paths);
  }

  public static final Manifest EMPTY = new Manifest(List.of());

  public byte[] canonical() {
    StringBuilder out = new StringBuilder("modicum manifest 1\n");
    entries.forEach(e -> out.append(line(e)).append('\n'));
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The result digest. */
  public Digest digest() {
    return Sha256.of(canonical());
  }

  /** The files' contents, each once, in the order in which they are first named. */
  public Set<Digest> contents() {
    Set<Digest> distinct = new LinkedHashSet<>();
    entries.forEach(entry -> entry.content().ifPresent(distinct::add));
    return Collections.unmodifiableSet(distinct);
  }

  /** The bytes of all files; Long.MAX_VALUE where they are more. */
  public long totalSize() {
    return entries.stream()
        .flatMap(e -> e.content().stream())
        .mapToLong(Digest::size)
        .reduce(0, (total, size) -> size > Long.MAX_VALUE - total ? Long.MAX_VALUE : total + size);
  }

  /** Reads the canonical form; refuses anything that is not exactly that. */
  public static Manifest parse(byte[] canonical) {
    String[] lines = new String(canonical, StandardCharsets.UTF_8).split("\n", -1);
    if (!lines[0].equals("modicum manifest 1")) {
      throw new IllegalArgumentException("not a manifest");
    }
    List<ManifestEntry> entries = new ArrayList<>();
    for (int i = 1; i < lines.length - 1; i++) {
      entries.add(parseLine(lines[i]));
    }
    Manifest manifest = new Manifest(entries);
    if (!Arrays.equals(manifest.canonical(), canonical)) {
      throw new IllegalArgumentException("a manifest that is not in canonical form");
    }
    return manifest;
  }

  /** The first path at which two outputs differ, and how; empty where they are equal. */
  public Optional<String> firstDifference(Manifest other) {
    for (int i = 0; i < Math.max(entries.size(), other.entries.size()); i++) {
      if (i >= entries.size()) {
        return Optional.of(onlyIn("second", other.entries.get(i)));
      }
      if (i >= other.entries.size()) {
        return Optional.of(onlyIn("first", entries.get(i)));
      }
      ManifestEntry mine = entries.get(i);
      ManifestEntry theirs = other.entries.get(i);
      int order = BY_PATH_BYTES.compare(mine, theirs);
      if (order != 0) {
        return Optional.of(order < 0 ? onlyIn("first", mine) : onlyIn("second", theirs));
      }
      if (!mine.equals(theirs)) {
        return Optional.of(shown(mine.path()) + ": " + line(mine) + " / " + line(theirs));
      }
    }
    return Optional.empty();
  }

  private static String onlyIn(String which, ManifestEntry entry) {
    return shown(entry.path()) + ": only in the " + which;
  }

  /** A file "inside" a link would be written to wherever the link leads. */
  private static void requireNothingInsideFilesAndLinks(
      List<ManifestEntry> entries, NavigableSet<String> paths) {
    for (ManifestEntry entry : entries) {
      String inside = entry.path() + "/";
      String next = paths.ceiling(inside);
      if (entry.type() != ManifestEntry.Type.DIRECTORY && next != null && next.startsWith(inside)) {
        throw new IllegalArgumentException(
            shown(next) + " lies in " + shown(entry.path()) + ", which is no folder");
      }
    }
  }

  private static String line(ManifestEntry entry) {
    String path = encode(entry.path());
    return switch (entry.type()) {
      case FILE ->
          "file %04o %d %s %s"
              .formatted(
                  entry.mode(),
                  entry.content().orElseThrow().size(),
                  entry.content().orElseThrow().sha256().toHex(),
                  path);
      case DIRECTORY -> "directory %04o %s".formatted(entry.mode(), path);
      case LINK -> "link %s %s".formatted(path, encode(entry.target().orElseThrow()));
    };
  }

  private static ManifestEntry parseLine(String line) {
    String[] f = line.split(" ", -1);
    try {
      return switch (f[0]) {
        case "file" ->
            ManifestEntry.file(
                decode(f[4]),
                Integer.parseInt(f[1], 8),
                new Digest(Bytes32.fromHex(f[3]), Long.parseLong(f[2])));
        case "directory" -> ManifestEntry.directory(decode(f[2]), Integer.parseInt(f[1], 8));
        case "link" -> ManifestEntry.link(decode(f[1]), decode(f[2]));
        default -> throw new IllegalArgumentException("unknown entry in a manifest");
      };
    } catch (ArrayIndexOutOfBoundsException e) {
      throw new IllegalArgumentException("a short line in a manifest: " + shown(line), e);
    }
  }
}
