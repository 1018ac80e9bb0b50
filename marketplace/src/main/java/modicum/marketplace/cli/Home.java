package modicum.marketplace.cli;

import java.nio.file.Path;
import java.util.Optional;

/** Where the project is: the launcher says so. */
final class Home {
  private Home() {}

  static Path folder() {
    return Path.of(Optional.ofNullable(System.getenv("MODICUM_HOME")).orElse(".")).toAbsolutePath();
  }
}
