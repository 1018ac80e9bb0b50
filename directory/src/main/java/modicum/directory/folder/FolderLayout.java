package modicum.directory.folder;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import modicum.protocol.content.Manifest;

/**
 * Whether a manifest of somebody else can be laid out as a folder. That its paths stay inside, and
 * that nothing lies inside a file or a link, is what a {@link Manifest} itself stands for.
 */
final class FolderLayout {
  /** What common file systems take, bytes. */
  private static final int LONGEST_NAME = 255;

  private static final int LONGEST_PATH = 3000;

  private FolderLayout() {}

  /** What is wrong with it; empty where nothing is. */
  static Optional<String> fault(Manifest manifest) {
    return manifest.entries().stream().flatMap(e -> faultOf(e.path()).stream()).findFirst();
  }

  private static Optional<String> faultOf(String path) {
    if (length(path) > LONGEST_PATH) {
      return Optional.of("a path of more than " + LONGEST_PATH + " bytes");
    }
    for (String name : path.split("/")) {
      if (length(name) > LONGEST_NAME) {
        return Optional.of("a name of more than " + LONGEST_NAME + " bytes");
      }
    }
    return Optional.empty();
  }

  private static int length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
