package modicum.protocol.content;

import static modicum.protocol.encoding.Text.shown;

import java.util.Optional;
import modicum.protocol.encoding.Text;

/**
 * One file, directory or symbolic link of an input or output.
 *
 * @param path relative, {@code /} between names, no {@code .} or {@code ..}, not empty
 * @param mode permission bits, 0 to 0777
 * @param content for files only
 * @param target for symbolic links only; stays inside the folder whatever other links it passes,
 *     which is why {@code ..} stands only at its start
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
      throw new IllegalArgumentException("files have content, links have a target: " + shown(path));
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
    if (path.isEmpty() || path.startsWith("/") || isNoText(path)) {
      throw new IllegalArgumentException("not a relative path: " + shown(path));
    }
    for (String name : path.split("/", -1)) {
      if (name.isEmpty() || name.equals(".") || name.equals("..")) {
        throw new IllegalArgumentException("not a plain path: " + shown(path));
      }
    }
  }

  private static void requireInside(String path, String target) {
    if (target.isEmpty() || target.startsWith("/") || isNoText(target)) {
      throw leaves(path, target);
    }
    int depth = path.split("/").length - 1;
    boolean down = false;
    for (String name : target.split("/")) {
      if (name.equals("..")) {
        depth--;
        // Up again from where another link may have led is anywhere.
        if (depth < 0 || down) {
          throw leaves(path, target);
        }
      } else if (!name.isEmpty() && !name.equals(".")) {
        down = true;
      }
    }
  }

  private static IllegalArgumentException leaves(String path, String target) {
    return new IllegalArgumentException(
        "link " + shown(path) + " may leave its folder: " + shown(target));
  }

  private static boolean isNoText(String text) {
    return text.indexOf('\0') >= 0 || !Text.isEncodable(text);
  }
}
