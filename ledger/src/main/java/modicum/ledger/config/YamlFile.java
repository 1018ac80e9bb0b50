package modicum.ledger.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads and writes configuration files, with errors that name file, line and column. */
public final class YamlFile {
  private static final long MAXIMUM_SIZE = 1 << 20;
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  private YamlFile() {}

  /**
   * @throws BadConfiguration when the file is missing, is no YAML, or does not fit the type
   */
  public static <T> T read(Path file, Class<T> type) {
    try {
      if (Files.size(file) > MAXIMUM_SIZE) {
        throw new BadConfiguration(file + " is larger than a configuration file can be (1 MiB)");
      }
      T value = YAML.readValue(Files.readString(file), type);
      if (value == null) {
        throw new BadConfiguration(file + " is empty");
      }
      return value;
    } catch (NoSuchFileException e) {
      throw new BadConfiguration(file + " does not exist", e);
    } catch (IOException e) {
      throw new BadConfiguration(file + " cannot be read: " + e.getMessage(), e);
    } catch (JacksonException e) {
      throw new BadConfiguration(file + where(e) + ": " + firstLine(what(e)), e);
    }
  }

  public static void write(Path file, Object value) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path next = file.resolveSibling(file.getFileName() + ".next");
      Files.writeString(next, YAML.writeValueAsString(value));
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new BadConfiguration(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static String where(JacksonException e) {
    TokenStreamLocation location = e.getLocation();
    return location == null || location.getLineNr() < 0
        ? ""
        : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }

  /** A checking constructor's own words say more than the binding error around them. */
  private static String what(JacksonException e) {
    if (e instanceof DatabindException && e.getCause() instanceof IllegalArgumentException cause) {
      return cause.getMessage();
    }
    return e.getOriginalMessage();
  }

  private static String firstLine(String message) {
    return message == null ? "not understood" : message.lines().findFirst().orElse("");
  }
}
