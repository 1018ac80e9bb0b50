package modicum.directory.encryption;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import modicum.directory.Directory;
import modicum.directory.ForwardingDirectory;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.ObjectUnopenable;
import modicum.directory.TransferProgress;
import modicum.directory.transfer.ContentMismatch;
import modicum.directory.transfer.VerifiedFile;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;

/** A directory in which an encrypted folder stands as the plain one that it holds. */
final class OpenedDirectory extends ForwardingDirectory {
  private final Manifest plain;
  private final Map<Digest, EncryptedFolder.Content> contents;
  private final Path through;

  OpenedDirectory(
      Directory directory,
      Manifest plain,
      Map<Digest, EncryptedFolder.Content> contents,
      Path through) {
    super(directory);
    this.plain = plain;
    this.contents = contents;
    this.through = through;
  }

  @Override
  public void fetch(Address owner, Digest digest, Path target, TransferProgress progress)
      throws ObjectNotFound, ObjectCorrupt {
    EncryptedFolder.Content content = contents.get(digest);
    Path stored = EncryptedFolder.storedAt(through, content.file());
    if (!VerifiedFile.isThere(stored, content.file())) {
      super.fetch(owner, content.file(), stored, progress);
    }
    try (InputStream file = new BufferedInputStream(new OwnFile(stored));
        InputStream opened = AgeFile.open(file, content.key())) {
      VerifiedFile.receive(opened, digest, target, TransferProgress.NONE);
    } catch (BadAgeFile | ContentMismatch e) {
      throw new ObjectUnopenable(
          "file %s does not hold what the index says: %s"
              .formatted(content.file(), e.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + stored, e);
    }
  }

  @Override
  public byte[] read(Address owner, Bytes32 sha256, int maximumSize)
      throws ObjectNotFound, ObjectCorrupt {
    return sha256.equals(plain.digest().sha256())
        ? plain.canonical()
        : super.read(owner, sha256, maximumSize);
  }

  /** That our own disk cannot be read says nothing of what the file holds. */
  private static final class OwnFile extends FilterInputStream {
    private final Path path;

    OwnFile(Path path) throws IOException {
      super(Files.newInputStream(path));
      this.path = path;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      try {
        return super.read(buffer, offset, length);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + path, e);
      }
    }
  }
}
