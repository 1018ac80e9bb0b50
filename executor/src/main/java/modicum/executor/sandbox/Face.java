package modicum.executor.sandbox;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import modicum.protocol.job.CpuLevel;

/**
 * What a job sees of the machine: files of {@code /proc} and {@code /sys}, made from what its spec
 * and its limits say and nothing else.
 *
 * @param memory bytes
 */
public record Face(int cpus, CpuLevel level, long memory, Conditions conditions) {
  private static final String V1 =
      "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse"
          + " sse2 ht syscall nx lm constant_tsc nopl";
  private static final String V2 = " pni ssse3 cx16 sse4_1 sse4_2 popcnt lahf_lm";
  private static final String V3 = " fma movbe xsave avx f16c bmi1 avx2 bmi2 abm";
  private static final String V4 = " avx512f avx512dq avx512cd avx512bw avx512vl";
  private static final Map<CpuLevel, String> FLAGS =
      Map.of(
          CpuLevel.X86_64_V1, V1,
          CpuLevel.X86_64_V2, V1 + V2,
          CpuLevel.X86_64_V3, V1 + V2 + V3,
          CpuLevel.X86_64_V4, V1 + V2 + V3 + V4);

  /**
   * The flags by which the kernel shows that a CPU has a level. (Those of the lowest level are
   * everywhere; kernels leave some of them out, or name them otherwise.)
   */
  static Set<String> needed(CpuLevel level) {
    String above = FLAGS.get(level).substring(V1.length()).strip();
    return above.isEmpty() ? Set.of() : Set.of(above.split(" "));
  }

  /** Texts by path, relative to the root. */
  public SortedMap<String, String> files() {
    SortedMap<String, String> files = new TreeMap<>();
    Map<String, String> facts = facts();
    String path = "";
    boolean each = false;
    StringBuilder text = new StringBuilder();
    for (String line : (Profile.text("face") + "== \n").lines().toList()) {
      if (line.startsWith("==")) {
        add(files, path, each, text.toString(), facts);
        path = line.substring(line.indexOf(' ') + 1);
        each = line.startsWith("==cpu ");
        text.setLength(0);
      } else if (!path.isEmpty()) {
        text.append(line).append('\n');
      }
    }
    return files;
  }

  private void add(
      Map<String, String> files,
      String path,
      boolean each,
      String text,
      Map<String, String> facts) {
    if (path.isEmpty()) {
      return;
    }
    for (int cpu = 0; cpu < (each ? cpus : 1); cpu++) {
      Map<String, String> known = new TreeMap<>(facts);
      known.put("cpu", Integer.toString(cpu));
      files.merge(filled(path, known), filled(text, known), String::concat);
    }
  }

  private Map<String, String> facts() {
    long kib = memory / 1024;
    Map<String, String> facts = new TreeMap<>();
    facts.put("cpus", Integer.toString(cpus));
    facts.put("cpuRange", cpus == 1 ? "0" : "0-" + (cpus - 1));
    facts.put("level", level.toString());
    facts.put("flags", FLAGS.get(level));
    facts.put("memoryKib", Long.toString(kib));
    facts.put("freeKib", Long.toString(kib / 2));
    facts.put("host", conditions.hostName());
    facts.put("start", Long.toString(conditions.start() - 1000));
    return facts;
  }

  private static String filled(String text, Map<String, String> facts) {
    String filled = text;
    for (Map.Entry<String, String> fact : facts.entrySet()) {
      filled = filled.replace("${" + fact.getKey() + "}", fact.getValue());
    }
    return filled;
  }
}
