package modicum.protocol.job;

import static modicum.protocol.encoding.Text.decode;
import static modicum.protocol.encoding.Text.encode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Text;
import modicum.protocol.identity.AgeRecipient;

/**
 * What is to be run: everything that the output may depend on, and nothing else (section 3). The
 * SHA-256 of its canonical form is the job digest of a job offer.
 *
 * <p>Canonical form: UTF-8 lines, fields parted by one space, texts URL-encoded, in the order
 * written by {@link #canonical()}; {@link #parse} refuses any other spelling, so that one job has
 * one digest.
 *
 * @param command program and arguments; empty means the image's own entry point and command
 * @param environment the whole environment: nothing is inherited from the machine
 * @param input manifest of the files mounted read-only at {@value #INPUT_FOLDER}
 * @param output the absolute folder in the container that is collected as the output
 * @param cpus how many CPUs the job sees, 1 to 1024
 * @param cpuLevel what CPUs it sees
 * @param sandbox the only one that it may be run in
 * @param recipient present: the input is an encrypted folder, whose index is encrypted to this key,
 *     and so is the output to be; empty: both are plain
 */
public record JobSpec(
    ImageReference image,
    List<String> command,
    SortedMap<String, String> environment,
    Optional<Digest> input,
    String output,
    int cpus,
    CpuLevel cpuLevel,
    Equality equality,
    SandboxProfile sandbox,
    Optional<AgeRecipient> recipient) {
  public static final String INPUT_FOLDER = "/in";
  public static final String DEFAULT_OUTPUT_FOLDER = "/out";

  /** No honest job spec is longer, bytes. */
  public static final int MAXIMUM_SIZE = 1 << 20;

  private static final String HEADER = "modicum job 3";

  public JobSpec {
    command = List.copyOf(command);
    // Not the caller's order, whatever its comparator: one environment has one spelling.
    SortedMap<String, String> sorted = new TreeMap<>();
    sorted.putAll(environment);
    environment = Collections.unmodifiableSortedMap(sorted);
    if (cpus < 1 || cpus > 1024) {
      throw new IllegalArgumentException("cpus is 1 to 1024, got " + cpus);
    }
    requireOutput(output);
    for (String name : environment.keySet()) {
      if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
        throw new IllegalArgumentException(
            "not a name of an environment variable: " + Text.shown(name));
      }
    }
    Stream.of(command.stream(), environment.keySet().stream(), environment.values().stream())
        .flatMap(texts -> texts)
        .forEach(JobSpec::requireText);
  }

  /** A job whose input and output are plain. */
  public JobSpec(
      ImageReference image,
      List<String> command,
      SortedMap<String, String> environment,
      Optional<Digest> input,
      String output,
      int cpus,
      CpuLevel cpuLevel,
      Equality equality,
      SandboxProfile sandbox) {
    this(
        image,
        command,
        environment,
        input,
        output,
        cpus,
        cpuLevel,
        equality,
        sandbox,
        Optional.empty());
  }

  /** The same job, with input and output encrypted to a key. */
  public JobSpec encryptedTo(AgeRecipient key) {
    return new JobSpec(
        image,
        command,
        environment,
        input,
        output,
        cpus,
        cpuLevel,
        equality,
        sandbox,
        Optional.of(key));
  }

  private static void requireText(String text) {
    if (text.indexOf('\0') >= 0 || !Text.isEncodable(text)) {
      throw new IllegalArgumentException(
          "arguments and environment are Unicode without NUL characters, got: " + Text.shown(text));
    }
  }

  private static void requireOutput(String output) {
    List<String> names = List.of(output.split("/", -1));
    boolean absolute = names.size() > 1 && names.get(0).isEmpty();
    boolean plain =
        names.stream().skip(1).noneMatch(n -> n.isEmpty() || n.equals(".") || n.equals(".."));
    if (!absolute || !plain || output.indexOf('\0') >= 0 || !Text.isEncodable(output)) {
      throw new IllegalArgumentException(
          "output is an absolute folder without . and .., got: " + Text.shown(output));
    }
    if (output.equals(INPUT_FOLDER) || output.startsWith(INPUT_FOLDER + "/")) {
      throw new IllegalArgumentException(
          "the input folder " + INPUT_FOLDER + " is read-only; choose another output folder");
    }
  }

  public byte[] canonical() {
    List<String> lines = new ArrayList<>();
    lines.add(HEADER);
    lines.add(imageLine("image", image));
    command.forEach(a -> lines.add("argument " + encode(a)));
    environment.forEach((k, v) -> lines.add("environment " + encode(k) + " " + encode(v)));
    input.ifPresent(i -> lines.add("input " + i));
    lines.add("output " + encode(output));
    lines.add("cpus " + cpus);
    lines.add("level " + cpuLevel);
    lines.add(
        switch (equality) {
          case Equality.Exact exact -> "equality exact";
          case Equality.Comparator comparator -> imageLine("comparator", comparator.image());
        });
    lines.add("sandbox " + sandbox.version() + " " + sandbox.digest().toHex());
    recipient.ifPresent(r -> lines.add("recipient " + r));
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** The job digest. */
  public Digest digest() {
    return Sha256.of(canonical());
  }

  /** Reads the canonical form; refuses anything that is not exactly that. */
  public static JobSpec parse(byte[] canonical) {
    if (canonical.length > MAXIMUM_SIZE) {
      throw new IllegalArgumentException(
          "a job spec has at most " + MAXIMUM_SIZE + " bytes, got " + canonical.length);
    }
    JobSpec spec = new Parser().parse(new String(canonical, StandardCharsets.UTF_8));
    if (!Arrays.equals(spec.canonical(), canonical)) {
      throw new IllegalArgumentException("a job spec that is not in canonical form");
    }
    return spec;
  }

  private static String imageLine(String name, ImageReference image) {
    return name
        + " "
        + image.manifest()
        + " "
        + image.id().toHex()
        + " "
        + image.baseLayer().toHex();
  }

  private static final class Parser {
    private Optional<ImageReference> image = Optional.empty();
    private final List<String> command = new ArrayList<>();
    private final Map<String, String> environment = new TreeMap<>();
    private Optional<Digest> input = Optional.empty();
    private String output = DEFAULT_OUTPUT_FOLDER;
    private int cpus = 1;
    private CpuLevel cpuLevel = CpuLevel.DEFAULT;
    private Equality equality = Equality.EXACT;
    private Optional<SandboxProfile> sandbox = Optional.empty();
    private Optional<AgeRecipient> recipient = Optional.empty();

    JobSpec parse(String text) {
      String[] lines = text.split("\n", -1);
      if (!lines[0].equals(HEADER)) {
        throw new IllegalArgumentException("not a job spec");
      }
      for (int i = 1; i < lines.length - 1; i++) {
        parseLine(lines[i]);
      }
      return new JobSpec(
          image.orElseThrow(() -> new IllegalArgumentException("a job spec without an image")),
          command,
          new TreeMap<>(environment),
          input,
          output,
          cpus,
          cpuLevel,
          equality,
          sandbox.orElseThrow(
              () -> new IllegalArgumentException("a job spec without a sandbox profile")),
          recipient);
    }

    private void parseLine(String line) {
      String[] f = line.split(" ", -1);
      try {
        switch (f[0]) {
          case "image" -> image = Optional.of(parseImage(f));
          case "argument" -> command.add(decode(f[1]));
          case "environment" -> environment.put(decode(f[1]), decode(f[2]));
          case "input" -> input = Optional.of(Digest.parse(f[1]));
          case "output" -> output = decode(f[1]);
          case "cpus" -> cpus = Integer.parseInt(f[1]);
          case "level" -> cpuLevel = CpuLevel.fromName(f[1]);
          case "equality" -> equality = Equality.EXACT;
          case "comparator" -> equality = new Equality.Comparator(parseImage(f));
          case "sandbox" ->
              sandbox =
                  Optional.of(new SandboxProfile(Integer.parseInt(f[1]), Bytes32.fromHex(f[2])));
          case "recipient" -> recipient = Optional.of(new AgeRecipient(f[1]));
          default ->
              throw new IllegalArgumentException("unknown line in a job spec: " + Text.shown(line));
        }
      } catch (ArrayIndexOutOfBoundsException e) {
        throw new IllegalArgumentException("a short line in a job spec: " + Text.shown(line), e);
      }
    }

    private static ImageReference parseImage(String[] f) {
      return new ImageReference(Digest.parse(f[1]), Bytes32.fromHex(f[2]), Bytes32.fromHex(f[3]));
    }
  }
}
