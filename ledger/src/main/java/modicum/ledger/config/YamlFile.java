package modicum.ledger.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JacksonException.Reference;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
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
      return parse(file, Files.readString(file), type);
    } catch (NoSuchFileException e) {
      throw new BadConfiguration(file + " does not exist", e);
    } catch (IOException e) {
      throw new BadConfiguration(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static <T> T parse(Path file, String text, Class<T> type) {
    try {
      T value = YAML.readValue(text, type);
      if (value == null) {
        throw new BadConfiguration(file + " is empty");
      }
      return value;
    } catch (JacksonException e) {
      Optional<Place> place = placeOf(e, text);
      throw new BadConfiguration(file + where(e, place) + ": " + field(e, place) + what(e), e);
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

  /**
   * Where in the file something is wrong.
   *
   * @param ofScalar whether it is the value of a field that is wrong, and not what it contains
   */
  private record Place(TokenStreamLocation location, boolean ofScalar) {}

  private static String where(JacksonException e, Optional<Place> place) {
    return place
        .map(Place::location)
        .or(() -> Optional.ofNullable(e.getLocation()))
        .filter(location -> location.getLineNr() > 0)
        .map(l -> " (line " + l.getLineNr() + ", column " + l.getColumnNr() + ")")
        .orElse("");
  }

  /** What a value is of: "not a number" alone would make one count lines. */
  private static String field(JacksonException e, Optional<Place> place) {
    return place
        .filter(Place::ofScalar)
        .flatMap(p -> namesIn(e).reduce((first, second) -> second))
        .map(name -> name + ": ")
        .orElse("");
  }

  private static Stream<String> namesIn(JacksonException e) {
    return e.getPath().stream().map(Reference::getPropertyName).filter(Objects::nonNull);
  }

  /** Binding fails when a whole record has been read; the field itself stands further up. */
  private static Optional<Place> placeOf(JacksonException e, String text) {
    String wanted = e.getPath().stream().map(YamlFile::step).collect(Collectors.joining());
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    try (JsonParser parser = YAML.createParser(text)) {
      while (parser.nextToken() != null) {
        if (parser.streamReadContext().pathAsPointer().toString().equals(wanted)) {
          return Optional.of(placeOf(e, parser));
        }
      }
    } catch (JacksonException torn) {
      // Then the place of the tear is the better one.
    }
    return Optional.empty();
  }

  /** Of an unknown field its name is what is wrong, of a known one its value. */
  private static Place placeOf(JacksonException e, JsonParser parser) {
    TokenStreamLocation name = parser.currentTokenLocation();
    if (e instanceof UnrecognizedPropertyException) {
      return new Place(name, false);
    }
    if (parser.currentToken() != JsonToken.PROPERTY_NAME) {
      return new Place(name, parser.currentToken().isScalarValue());
    }
    return parser.nextToken().isScalarValue()
        ? new Place(parser.currentTokenLocation(), true)
        : new Place(name, false);
  }

  private static String step(Reference reference) {
    return "/"
        + (reference.getPropertyName() == null
            ? reference.getIndex()
            : reference.getPropertyName());
  }

  private static String what(JacksonException e) {
    return switch (e) {
      case UnrecognizedPropertyException unknown ->
          "there is no '%s' here; there may be %s"
              .formatted(
                  unknown.getPropertyName(),
                  unknown.getKnownPropertyIds().stream()
                      .map(String::valueOf)
                      .sorted()
                      .collect(Collectors.joining(", ")));
      // A checking constructor's own words say more than the binding error around them.
      case DatabindException binding
          when binding.getCause() instanceof IllegalArgumentException cause ->
          firstLine(cause.getMessage());
      case DatabindException binding -> firstLine(binding.getOriginalMessage());
      default -> withoutExcerpts(e.getOriginalMessage());
    };
  }

  private static String firstLine(String message) {
    return message == null ? "not understood" : message.lines().findFirst().orElse("");
  }

  /** The YAML parser says what it was doing and what is wrong, each above a piece of the file. */
  private static String withoutExcerpts(String message) {
    return message
        .lines()
        .filter(line -> !line.isEmpty() && !Character.isWhitespace(line.charAt(0)))
        .collect(Collectors.joining(", "));
  }
}
