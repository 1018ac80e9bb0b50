package modicum.directory.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.function.Predicate;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;

/**
 * Images on this machine's disk, as an OCI image layout: every blob a file named by its hash, which
 * images share. It may hold some blobs of an image only.
 */
public record ImageLayout(Path folder) {
  /** Where the blob of that hash is, or would be. */
  public Path blob(Bytes32 sha256) {
    return blobs().resolve(sha256.toHex());
  }

  /** Whether it is here, by its size. */
  public boolean has(Digest blob) {
    try {
      return Files.isRegularFile(blob(blob.sha256()))
          && Files.size(blob(blob.sha256())) == blob.size();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look at " + blob(blob.sha256()), e);
    }
  }

  /** Writes a small blob. */
  public Digest write(byte[] blob) {
    Digest digest = Sha256.of(blob);
    try {
      Path next = scratch();
      Files.write(next, blob);
      take(next, digest.sha256());
      return digest;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + folder, e);
    }
  }

  /** A new file on the same disk, for a blob whose hash is not known yet. */
  public Path scratch() throws IOException {
    Files.createDirectories(blobs());
    return Files.createTempFile(folder, "blob-", ".next");
  }

  /** Gives a scratch file its place. */
  public void take(Path scratch, Bytes32 sha256) throws IOException {
    Files.move(
        scratch, blob(sha256), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * A manifest that is here.
   *
   * @throws IllegalArgumentException it is none
   */
  public Optional<ImageManifest> manifest(Digest manifest) {
    if (manifest.size() > ImageManifest.MAXIMUM_SIZE || !has(manifest)) {
      return Optional.empty();
    }
    try {
      return Optional.of(ImageManifest.parse(Files.readAllBytes(blob(manifest.sha256()))));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + blob(manifest.sha256()), e);
    }
  }

  /** Whether every blob of an image is here, save those that are not wanted. */
  public boolean isComplete(ImageManifest image, Predicate<Digest> wanted) {
    return image.blobs().stream().filter(wanted).allMatch(this::has);
  }

  /** Writes what makes the folder an image layout to other tools; the image is its newest. */
  public void announce(Digest manifest) {
    try {
      Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
      Files.write(folder.resolve("index.json"), ImageManifest.index(java.util.List.of(manifest)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + folder, e);
    }
  }

  private Path blobs() {
    return folder.resolve("blobs").resolve("sha256");
  }
}
