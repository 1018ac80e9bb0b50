package modicum.protocol.content;

import java.util.Optional;

/**
 * One file, directory or symbolic link of an input or output.
 *
 * @param path relative, {@code /} between names, no {@code .} or {@code ..}, not empty
 * @param mode permission bits, 0 to 0777
 * @param content for files only
 * @param target for symbolic links only; stays inside the folder
 */
public record ManifestEntry(
    String path, Type type, int mode, Optional<Digest> content, Optional<String> target) {
  /** Devices, sockets and pipes are no content. */
  public enum Type {
    FILE,
    DIRECTORY,
    LINK
  }

  public ManifestEntry {
    requirePath(path);
    if (mode < 0 || mode > 0777) {
      throw new IllegalArgumentException("a mode is 0 to 0777, got " + Integer.toOctalString(mode));
    }
    if (content.isPresent() != (type == Type.FILE) || target.isPresent() != (type == Type.LINK)) {
      throw new IllegalArgumentException("files have content, links have a target: " + path);
    }
    target.ifPresent(t -> requireInside(path, t));
  }

  public static ManifestEntry file(String path, int mode, Digest content) {
    return new ManifestEntry(path, Type.FILE, mode, Optional.of(content), Optional.empty());
  }

  public static ManifestEntry directory(String path, int mode) {
    return new ManifestEntry(path, Type.DIRECTORY, mode, Optional.empty(), Optional.empty());
  }

  public static ManifestEntry link(String path, String target) {
    return new ManifestEntry(path, Type.LINK, 0777, Optional.empty(), Optional.of(target));
  }

  private static void requirePath(String path) {
    if (path.isEmpty() || path.startsWith("/") || path.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("not a relative path: " + path);
    }
    for (String name : path.split("/", -1)) {
      if (name.isEmpty() || name.equals(".") || name.equals("..")) {
        throw new IllegalArgumentException("not a plain path: " + path);
      }
    }
  }

  private static void requireInside(String path, String target) {
    if (target.isEmpty() || target.startsWith("/") || target.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("link " + path + " leaves its folder: " + target);
    }
    int depth = path.split("/").length - 1;
    for (String name : target.split("/")) {
      if (name.equals("..")) {
        depth--;
      } else if (!name.isEmpty() && !name.equals(".")) {
        depth++;
      }
      if (depth < 0) {
        throw new IllegalArgumentException("link " + path + " leaves its folder: " + target);
      }
    }
  }
}
