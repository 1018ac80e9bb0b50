package modicum.marketplace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import modicum.ledger.config.BadConfiguration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The figures that are agreed on: a report that is kept with the sources. Whoever changes what
 * something costs changes this file as well, for everyone to see.
 */
public final class GasSnapshot {
  /** What to do about a difference. */
  public static final String HOW_TO_UPDATE =
      "if that is meant, run './modicum bench gas --update' and commit what it changes";

  private final Path file;

  private GasSnapshot(Path file) {
    this.file = file;
  }

  /**
   * @param home folder of the project
   */
  public static GasSnapshot in(Path home) {
    return new GasSnapshot(home.resolve("contracts").resolve("gas-snapshot.json"));
  }

  public void write(GasReport report) {
    try {
      Files.writeString(file, report.json());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /**
   * What rose, fell, came or went since the snapshot was taken: a sentence for each.
   *
   * @throws BadConfiguration when there is no snapshot, or it cannot be read
   */
  public List<String> differences(GasReport report) {
    Map<String, Long> before = figures(read(), "", new TreeMap<>());
    SequencedMap<String, Long> now = report.figures();
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      if (!now.containsKey(name)) {
        differences.add(name + " is not measured any more");
      } else if (!before.containsKey(name)) {
        differences.add("%s is new: %,d gas".formatted(name, now.get(name)));
      } else if (!now.get(name).equals(before.get(name))) {
        differences.add(difference(name, before.get(name), now.get(name)));
      }
    }
    return differences;
  }

  private static String difference(String name, long before, long now) {
    return "%s %s by %,d gas, from %,d to %,d"
        .formatted(name, now > before ? "rose" : "fell", Math.abs(now - before), before, now);
  }

  private JsonNode read() {
    try {
      return JsonMapper.shared().readTree(Files.readString(file));
    } catch (IOException | JacksonException e) {
      throw new BadConfiguration(
          "there is no gas snapshot to be read at " + file + "; " + HOW_TO_UPDATE, e);
    }
  }

  private static Map<String, Long> figures(JsonNode node, String path, Map<String, Long> into) {
    node.propertyStream()
        .forEach(
            entry -> {
              String name = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
              if (entry.getValue().isObject()) {
                figures(entry.getValue(), name, into);
              } else {
                into.put(name, entry.getValue().asLong());
              }
            });
    return into;
  }
}
