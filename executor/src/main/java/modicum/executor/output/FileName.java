package modicum.executor.output;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Names that a job gave, read from their bytes: what {@link Path#toString} answers depends on the
 * locale that Java was started in, and a result may not.
 */
final class FileName {
  private FileName() {}

  /**
   * The name as text.
   *
   * @throws OddOutput unless it is UTF-8 without control characters, which only serve to deceive
   *     whoever lists the folder
   */
  static String require(Path name, String prefix) throws OddOutput {
    return decode(bytes(name), "a name", prefix + shown(name));
  }

  /** The target of a symbolic link as text, under the same rule. */
  static String requireTarget(Path target, String linkPath) throws OddOutput {
    if (target.isAbsolute()) {
      throw new OddOutput("link " + linkPath + " leaves its folder: /" + shown(target));
    }
    return decode(bytes(target), "the target of a link", linkPath);
  }

  /** The name for people: whatever is not plain ASCII stays escaped as in a URI. */
  static String shown(Path name) {
    try {
      return decode(bytes(name), "", "");
    } catch (OddOutput odd) {
      return rawUri(name);
    }
  }

  private static String decode(byte[] bytes, String what, String where) throws OddOutput {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new OddOutput(what + " in the output is not UTF-8: " + where);
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new OddOutput(what + " in the output has control characters: " + where);
    }
    return text;
  }

  /** A file URI holds a path's bytes, escaped, whatever the locale. */
  private static String rawUri(Path relative) {
    String raw = Path.of("/").resolve(relative).toUri().getRawPath();
    String path = raw.startsWith("/") ? raw.substring(1) : raw;
    // Where a folder of that name happens to be at the top of this machine, a slash is added.
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private static byte[] bytes(Path relative) {
    String uri = rawUri(relative);
    ByteArrayOutputStream out = new ByteArrayOutputStream(uri.length());
    for (int i = 0; i < uri.length(); i++) {
      char c = uri.charAt(i);
      if (c == '%') {
        out.write(Integer.parseInt(uri, i + 1, i + 3, 16));
        i += 2;
      } else {
        out.write(c);
      }
    }
    return out.toByteArray();
  }
}
