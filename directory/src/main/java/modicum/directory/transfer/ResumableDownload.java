package modicum.directory.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Future;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.ObjectNotFound;
import modicum.directory.TransferProgress;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;

/**
 * Receives one large object into a file: several ranges come at the same time, and are hashed and
 * written in order. What has been written stays in a partial file beside the target, so that after
 * a kill, an outage or a full disk the next call goes on from there; the whole is verified before
 * the target appears.
 *
 * <p>Memory is constant: {@value Transfers#AT_ONCE} ranges of at most 4 MiB.
 */
public final class ResumableDownload {
  /**
   * The first range, bytes; each is as long as all before it, so that slow lines lose little and
   * long ones begin where a server's blocks do.
   */
  private static final int FIRST_RANGE = 256 << 10;

  private static final int LARGEST_RANGE = 4 << 20;
  private static final int HASHED_AT_ONCE = 8 << 10;
  private static final int WRITTEN_AT_ONCE = 128 << 10;

  private final ByteRanges source;
  private final Digest digest;
  private final Retry retry;
  private final TransferProgress progress;

  /**
   * @param retry of each range; an attempt that brought something does not count
   */
  public ResumableDownload(
      ByteRanges source, Digest digest, Retry retry, TransferProgress progress) {
    this.source = source;
    this.digest = digest;
    this.retry = retry;
    this.progress = progress;
  }

  /**
   * @throws ContentMismatch what came is not what the digest says; the target is untouched
   * @throws DirectoryUnavailable the sender failed; what came so far is kept
   * @throws UncheckedIOException the file cannot be written; what came so far is kept
   */
  public void into(Path target) throws ContentMismatch, ObjectNotFound {
    Path partial = partialOf(target);
    try {
      receive(partial, target);
    } catch (ContentMismatch mismatch) {
      throw mismatch;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + partial, e);
    }
  }

  /** The same name each time, so that it is found again. */
  private Path partialOf(Path target) {
    Path folder = target.toAbsolutePath().getParent();
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create a file beside " + target, e);
    }
    return folder.resolve(".incoming-" + digest.sha256().toHex() + ".partial");
  }

  private void receive(Path partial, Path target) throws IOException, ObjectNotFound {
    try (FileChannel file =
        FileChannel.open(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      requireAlone(file, partial);
      complete(file, partial);
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (ContentMismatch | ObjectNotFound useless) {
      Files.deleteIfExists(partial);
      throw useless;
    }
  }

  private static void requireAlone(FileChannel file, Path partial) throws IOException {
    try {
      FileLock lock = file.tryLock();
      if (lock != null) {
        return;
      }
    } catch (OverlappingFileLockException inThisProcess) {
      // Said below, as for another process.
    }
    throw new UncheckedIOException(
        new IOException(partial + " is being received already; wait for that to end"));
  }

  /** What an earlier attempt left may be spoilt: then everything is fetched once more. */
  private void complete(FileChannel file, Path partial) throws IOException, ObjectNotFound {
    long resumed = Math.min(file.size(), digest.size());
    try {
      receiveFrom(file, resumed);
    } catch (ContentMismatch mismatch) {
      if (resumed == 0) {
        throw mismatch;
      }
      receiveFrom(file, 0);
    }
  }

  private void receiveFrom(FileChannel file, long resumed) throws IOException, ObjectNotFound {
    file.truncate(resumed);
    MessageDigest sha256 = Sha256.newDigest();
    hash(file, resumed, sha256);
    progress.moved(resumed, digest.size());
    receiveRest(file, resumed, sha256);
    Bytes32 actual = Bytes32.of(sha256.digest());
    if (!actual.equals(digest.sha256())) {
      throw new ContentMismatch(digest + " has other bytes: sha256:" + actual.toHex());
    }
  }

  private static void hash(FileChannel file, long size, MessageDigest sha256) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    for (long at = 0; at < size; ) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), size - at));
      int n = file.read(buffer, at);
      if (n < 0) {
        throw new IOException("the partial file shrank");
      }
      sha256.update(buffer.flip());
      at += n;
    }
  }

  private void receiveRest(FileChannel file, long from, MessageDigest sha256)
      throws IOException, ObjectNotFound {
    Deque<Future<Piece>> coming = new ArrayDeque<>();
    Deque<byte[]> spare = new ArrayDeque<>();
    long asked = from;
    long written = from;
    try (Transfers transfers = new Transfers()) {
      while (written < digest.size()) {
        while (asked < digest.size() && coming.size() < Transfers.AT_ONCE) {
          long at = asked;
          int wanted = lengthOf(asked, asked - from);
          byte[] buffer = spare.isEmpty() ? new byte[LARGEST_RANGE] : spare.pop();
          coming.add(transfers.begin(() -> range(at, new Piece(buffer, wanted))));
          asked += wanted;
        }
        Piece next = result(coming.remove());
        Future<?> hashed = transfers.beside(() -> hash(next, sha256));
        write(file, next, written);
        result(hashed);
        written += next.length();
        spare.push(next.bytes());
        progress.moved(written, digest.size());
      }
    }
  }

  /**
   * In small steps: the processor's own instructions are used only where the step itself has been
   * compiled, and for that it must be taken often.
   */
  private static void hash(Piece piece, MessageDigest sha256) {
    for (int at = 0; at < piece.length(); at += HASHED_AT_ONCE) {
      sha256.update(piece.bytes(), at, Math.min(HASHED_AT_ONCE, piece.length() - at));
    }
  }

  private int lengthOf(long at, long before) {
    long grown = Math.clamp(before, FIRST_RANGE, LARGEST_RANGE);
    return (int) Math.min(grown, digest.size() - at);
  }

  /** The first bytes of a buffer, which is used again. */
  private record Piece(byte[] bytes, int length) {}

  private static <T> T result(Future<T> future) throws ObjectNotFound {
    try {
      return Transfers.resultOf(future);
    } catch (RuntimeException | ObjectNotFound e) {
      throw e;
    } catch (Exception impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** In small steps: a larger write is copied as a whole on its way, and leaves the cache. */
  private static void write(FileChannel file, Piece piece, long at) throws IOException {
    for (int from = 0; from < piece.length(); from += WRITTEN_AT_ONCE) {
      int length = Math.min(WRITTEN_AT_ONCE, piece.length() - from);
      ByteBuffer buffer = ByteBuffer.wrap(piece.bytes(), from, length);
      while (buffer.hasRemaining()) {
        at += file.write(buffer, at);
      }
    }
  }

  /** One range, gone on with after each break. */
  private Piece range(long from, Piece piece) throws ObjectNotFound {
    int[] filled = {0};
    while (filled[0] < piece.length()) {
      retry.<Void, ObjectNotFound, RuntimeException>callChecked(
          () -> {
            int before = filled[0];
            try {
              fill(piece, filled, from);
            } catch (IOException | DirectoryUnavailable e) {
              if (filled[0] == before || Thread.currentThread().isInterrupted()) {
                throw asUnavailable(e);
              }
            }
            return null;
          });
    }
    return piece;
  }

  private void fill(Piece piece, int[] filled, long from) throws IOException, ObjectNotFound {
    int wanted = piece.length() - filled[0];
    try (InputStream in = source.open(from + filled[0], wanted)) {
      while (filled[0] < piece.length()) {
        int n = in.read(piece.bytes(), filled[0], piece.length() - filled[0]);
        if (n < 0) {
          throw new IOException("the connection ended early");
        }
        filled[0] += n;
      }
    }
  }

  private DirectoryUnavailable asUnavailable(Exception e) {
    return e instanceof DirectoryUnavailable unavailable
        ? unavailable
        : new DirectoryUnavailable("getting " + digest + " broke off: " + e.getMessage(), e);
  }
}
