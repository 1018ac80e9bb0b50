package modicum.directory.encryption;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import modicum.directory.Directory;
import modicum.directory.TransferProgress;
import modicum.directory.transfer.VerifiedSource;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contents that were encrypted here, so that each is encrypted once, and put once into a
 * directory: its age file and key stand in a private file called by the content's hash. The age
 * file itself stays only until it is put.
 *
 * @param folder nobody else's
 */
record EncryptedContents(Path folder) {
  private static final Logger LOG = LoggerFactory.getLogger(EncryptedContents.class);
  private static final String SEALING = ".sealing-";

  /** An age file, and the key that opens it. */
  record Sealed(Digest file, AgeKey key) {}

  /** Encrypts a content unless that was done before, and puts it into a directory. */
  Sealed put(
      Digest content,
      Directory.ContentSource source,
      Directory directory,
      TransferProgress progress) {
    Optional<Sealed> known = known(content);
    if (known.isPresent() && directory.has(known.get().file())) {
      progress.moved(content.size(), content.size());
      return known.get();
    }
    Sealed sealed =
        known.filter(k -> Files.exists(pathOf(k.file()))).orElseGet(() -> seal(content, source));
    Path file = pathOf(sealed.file());
    directory.put(sealed.file(), () -> Files.newInputStream(file), progress);
    delete(file);
    return sealed;
  }

  private Sealed seal(Digest content, Directory.ContentSource source) {
    AgeKey key = AgeKey.fresh();
    try {
      PrivateFile.createFolder(folder);
      Path next = Files.createTempFile(folder, SEALING, ".next");
      try {
        Digest file = encrypt(content, source, key, next);
        // A file without its key would stay for ever; a key without its file is made anew.
        recordOf(content).write(file + " " + key.secret());
        Files.move(
            next,
            pathOf(file),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
        return new Sealed(file, key);
      } finally {
        Files.deleteIfExists(next);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + folder, e);
    }
  }

  private static Digest encrypt(
      Digest content, Directory.ContentSource source, AgeKey key, Path file) throws IOException {
    try (VerifiedSource plain = VerifiedSource.open(source, content, TransferProgress.NONE);
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      try {
        AgeFile.encrypt(plain, out, key.recipient());
      } catch (IOException e) {
        plain.throwIfItFailed();
        throw e;
      }
    }
    return Sha256.of(file);
  }

  /** What a killed process was about to write; another one may be writing its own just now. */
  void removeAbandoned() {
    if (!Files.isDirectory(folder)) {
      return;
    }
    Instant longAgo = Instant.now().minus(Duration.ofDays(1));
    try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(folder, SEALING + "*")) {
      for (Path file : unfinished) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(longAgo)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.warn("Cannot clear up in {}: {}", folder, e.getMessage());
    }
  }

  private Optional<Sealed> known(Digest content) {
    return recordOf(content)
        .read()
        .map(
            text -> {
              String[] f = text.split(" ");
              return new Sealed(Digest.parse(f[0]), AgeKey.parse(f[1]));
            });
  }

  private PrivateFile recordOf(Digest content) {
    return new PrivateFile(folder.resolve(content.sha256().toHex() + ".key"));
  }

  private Path pathOf(Digest file) {
    return folder.resolve(file.sha256().toHex() + ".age");
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + file, e);
    }
  }
}
