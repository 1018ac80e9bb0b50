package modicum.directory.transfer;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import modicum.directory.Directory.ContentSource;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.ObjectNotFound;
import modicum.directory.TransferProgress;
import modicum.protocol.content.Digest;

/**
 * Sends one large object in parts, several at the same time, and only those that are not there. The
 * object appears only when its source was read to the end and is what the digest says.
 *
 * <p>Memory is constant: one part more than {@value Transfers#AT_ONCE}, of 5 MiB for objects of up
 * to 48 GiB and of a ten thousandth of those that are larger.
 */
public final class ResumableUpload {
  /** An upload may be ended or given up under its sender; that this goes on and on is trouble. */
  private static final int ROUNDS = 3;

  private final UploadParts parts;
  private final Digest digest;
  private final PartSizes sizes;
  private final Retry retry;

  /**
   * @param retry of each part
   */
  public ResumableUpload(UploadParts parts, Digest digest, Retry retry) {
    this.parts = parts;
    this.digest = digest;
    this.sizes = new PartSizes(digest.size());
    this.retry = retry;
  }

  /**
   * @throws IllegalArgumentException the content is not what the digest says; nothing is stored
   * @throws java.io.UncheckedIOException the content cannot be read
   */
  public void send(ContentSource content, TransferProgress progress) {
    for (int round = 1; round <= ROUNDS; round++) {
      Optional<Map<Integer, StoredPart>> there = retry.call(parts::begin);
      if (there.isEmpty()) {
        progress.moved(digest.size(), digest.size());
        return;
      }
      if (sendMissing(there.get(), content, progress)) {
        return;
      }
    }
    throw new DirectoryUnavailable(
        "the storage does not keep the parts of " + digest + " together; try again");
  }

  private boolean sendMissing(
      Map<Integer, StoredPart> there, ContentSource content, TransferProgress progress) {
    try (VerifiedSource source = VerifiedSource.open(content, digest, TransferProgress.NONE)) {
      sendParts(source, there, progress);
      return retry.call(parts::complete);
    } catch (ObjectNotFound ended) {
      return false;
    }
  }

  private void sendParts(
      VerifiedSource source, Map<Integer, StoredPart> there, TransferProgress progress)
      throws ObjectNotFound {
    Counted counted = new Counted(progress, digest.size());
    try (Transfers transfers = new Transfers()) {
      for (int number = 1; number <= sizes.count(); number++) {
        transfers.throwIfOneFailed();
        byte[] part = read(source, number);
        int numbered = number;
        Optional<StoredPart> known = Optional.ofNullable(there.get(number));
        transfers.add(
            () -> {
              sendUnlessThere(numbered, part, known);
              counted.add(part.length);
              return null;
            });
      }
      transfers.finish();
    } catch (RuntimeException | ObjectNotFound e) {
      throw e;
    } catch (Exception impossible) {
      throw new AssertionError(impossible);
    }
  }

  private void sendUnlessThere(int number, byte[] part, Optional<StoredPart> known)
      throws ObjectNotFound {
    if (known.filter(there -> there.is(part)).isPresent()) {
      return;
    }
    retry.<Void, ObjectNotFound, RuntimeException>callChecked(
        () -> {
          parts.send(number, part);
          return null;
        });
  }

  /** A source that is not what it should be takes its parts with it. */
  private byte[] read(VerifiedSource source, int number) {
    byte[] part = new byte[Math.toIntExact(sizes.length(number))];
    try {
      source.readNBytes(part, 0, part.length);
      return part;
    } catch (IOException e) {
      abandon();
      source.throwIfItFailed();
      throw new AssertionError(e);
    }
  }

  private void abandon() {
    try {
      parts.abandon();
    } catch (DirectoryUnavailable leftOver) {
      // Parts that are never completed are no object, and go by themselves after a while.
    }
  }

  /** Parts end in any order. */
  private static final class Counted {
    private final TransferProgress progress;
    private final long total;
    private long moved;

    Counted(TransferProgress progress, long total) {
      this.progress = progress;
      this.total = total;
    }

    synchronized void add(long bytes) {
      moved += bytes;
      progress.moved(moved, total);
    }
  }
}
