package modicum.executor.sandbox;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import modicum.protocol.job.CpuLevel;

/**
 * Variables that make well-behaved programs agree with themselves: seeds, time zone, numbers of
 * threads, and which instructions numeric libraries choose. An image or a job may set its own.
 */
public final class Pins {
  private Pins() {}

  public static SortedMap<String, String> of(int cpus, CpuLevel level, Conditions conditions) {
    SortedMap<String, String> pins = new TreeMap<>();
    Profile.text("environment")
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(
            line -> {
              if (!line.matches("v\\d .*")) {
                put(pins, line);
              } else if (line.startsWith(level.shortName() + " ")) {
                put(pins, line.substring(level.shortName().length() + 1));
              }
            });
    pins.replaceAll(
        (name, value) ->
            value
                .replace("${cpus}", Integer.toString(cpus))
                .replace("${start}", Long.toString(conditions.start())));
    if (conditions.hashSeed() != 0) {
      pins.put("PYTHONHASHSEED", Integer.toString(conditions.hashSeed()));
      pins.put("PERL_HASH_SEED", Integer.toString(conditions.hashSeed()));
    }
    return pins;
  }

  private static void put(Map<String, String> pins, String line) {
    int equals = line.indexOf('=');
    pins.put(line.substring(0, equals), line.substring(equals + 1));
  }
}
