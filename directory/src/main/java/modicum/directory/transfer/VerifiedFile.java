package modicum.directory.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import modicum.directory.TransferProgress;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;

/** Receives content into a file: into a temporary one beside it, moved over when verified. */
public final class VerifiedFile {
  private static final int BUFFER_SIZE = 1 << 16;

  private VerifiedFile() {}

  /**
   * @throws ContentMismatch what came is not what the digest says; the target is untouched
   * @throws IOException the sender failed
   * @throws UncheckedIOException the file cannot be written
   */
  public static void receive(
      InputStream content, Digest digest, Path target, TransferProgress progress)
      throws IOException {
    Path partial = createPartial(target);
    try {
      copy(new VerifyingInputStream(content, digest, progress), partial);
      move(partial, target);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /**
   * Whether an earlier call brought it; read again, since a machine that lost its power may have
   * lost bytes.
   */
  public static boolean isThere(Path file, Digest digest) {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Sha256.of(file).equals(digest);
  }

  private static Path createPartial(Path target) {
    try {
      Path folder = target.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      return Files.createTempFile(folder, ".incoming-", ".partial");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create a file beside " + target, e);
    }
  }

  private static void copy(InputStream content, Path file) throws IOException {
    byte[] buffer = new byte[BUFFER_SIZE];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
        write(out, buffer, n, file);
      }
    }
  }

  /** A full disk is not the sender's fault, so it must not look like a failed transfer. */
  private static void write(OutputStream out, byte[] buffer, int length, Path file) {
    try {
      out.write(buffer, 0, length);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private static void move(Path partial, Path target) {
    try {
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot move a complete download to " + target, e);
    }
  }
}
