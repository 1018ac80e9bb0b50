package modicum.acceptance;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of the project, with its examples and npm packages. */
public final class ProjectHome {
  private ProjectHome() {}

  public static Path folder() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("examples"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("the tests run inside a checkout of the project");
      }
    }
    return folder;
  }

  public static Path nodeModules() {
    return folder().resolve("contracts").resolve("node_modules");
  }
}
