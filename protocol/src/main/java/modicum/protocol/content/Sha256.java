package modicum.protocol.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import modicum.protocol.encoding.Bytes32;

/** The hash that names content in a directory. */
public final class Sha256 {
  private static final int BUFFER_SIZE = 1 << 16;

  private Sha256() {}

  public static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java has SHA-256", impossible);
    }
  }

  public static Digest of(byte[] content) {
    return new Digest(Bytes32.of(newDigest().digest(content)), content.length);
  }

  public static Digest ofUtf8(String content) {
    return of(content.getBytes(StandardCharsets.UTF_8));
  }

  public static Digest of(Path file) {
    MessageDigest sha256 = newDigest();
    long size = 0;
    byte[] buffer = new byte[BUFFER_SIZE];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sha256.update(buffer, 0, n);
        size += n;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    return new Digest(Bytes32.of(sha256.digest()), size);
  }
}
