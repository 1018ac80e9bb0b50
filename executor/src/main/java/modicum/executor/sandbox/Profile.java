package modicum.executor.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import modicum.protocol.content.Sha256;
import modicum.protocol.job.SandboxProfile;

/**
 * The sandbox profile of this version: the only one that this program can run.
 *
 * <p>Its digest covers the files below, byte for byte. The version counts up besides when the code
 * that puts a container together changes what a job can see.
 */
public final class Profile {
  static final List<String> SETTINGS =
      List.of("environment", "face", "seccomp.json", "settings.properties");
  static final List<String> SOURCES =
      List.of(
          "calls.c",
          "clock.c",
          "clockless.c",
          "files.c",
          "filter.c",
          "listing.c",
          "main.c",
          "memory.c",
          "random.c",
          "sandbox.h",
          "scribe.c",
          "shelf.c",
          "tasks.c",
          "tracer.c");

  private static final String LIMIT = "limit.";
  private static final String PROGRAM = "program-amd64";
  private static final Properties PROPERTIES = readSettings();
  private static final SandboxProfile CURRENT =
      new SandboxProfile(
          Integer.parseInt(PROPERTIES.getProperty("version")), Sha256.ofUtf8(listing()).sha256());

  private Profile() {}

  public static SandboxProfile current() {
    return CURRENT;
  }

  /** Seconds since 1970 that the wall clock shows when a job starts. */
  public static long start() {
    return Long.parseLong(PROPERTIES.getProperty("start"));
  }

  public static long seed() {
    return Long.parseLong(PROPERTIES.getProperty("seed"));
  }

  public static String hostName() {
    return PROPERTIES.getProperty("host");
  }

  /** Bounds that programs can ask for, by the names that the engine has for them; -1 for none. */
  public static Map<String, Long> limits() {
    Map<String, Long> limits = new TreeMap<>();
    for (String name : PROPERTIES.stringPropertyNames()) {
      if (name.startsWith(LIMIT)) {
        limits.put(name.substring(LIMIT.length()), Long.parseLong(PROPERTIES.getProperty(name)));
      }
    }
    return limits;
  }

  /** The system calls that the engine is to allow, in its own form. */
  public static String systemCalls() {
    return text("seccomp.json");
  }

  /** The program that is a container's first process; empty where this build has none. */
  public static Optional<byte[]> program() {
    try (InputStream in = Profile.class.getResourceAsStream(PROGRAM)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(String name) {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String name) {
    try (InputStream in = Profile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the program was built without the sandbox's " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String listing() {
    StringBuilder listing = new StringBuilder();
    SETTINGS.forEach(name -> listing.append(line(name)));
    SOURCES.forEach(name -> listing.append(line("source/" + name)));
    return listing.toString();
  }

  private static String line(String name) {
    return name + " " + Sha256.of(bytes(name)).sha256().toHex() + "\n";
  }

  private static Properties readSettings() {
    Properties settings = new Properties();
    try {
      settings.load(new StringReader(text("settings.properties")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return settings;
  }
}
