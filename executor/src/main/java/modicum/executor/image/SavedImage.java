package modicum.executor.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import modicum.directory.image.ImageLayout;
import modicum.directory.image.ImageManifest;
import modicum.executor.BadImage;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;

/**
 * Takes apart what an engine saves into the blobs of a layout: what engines save carries times,
 * tags and an order of their own; the manifest follows from the image's id alone.
 */
public final class SavedImage {
  private final InputStream saved;
  private final ImageLayout layout;
  private final LongConsumer progress;
  private final Map<Bytes32, Digest> blobs = new HashMap<>();
  private long taken;

  private SavedImage(InputStream saved, ImageLayout layout, LongConsumer progress) {
    this.saved = saved;
    this.layout = layout;
    this.progress = progress;
  }

  /**
   * @param saved the stream of the engine, not closed here
   * @param progress told the number of bytes taken so far
   * @return the digest of the manifest
   * @throws BadImage when what the engine saved is not the image of that id
   */
  public static Digest unpack(
      InputStream saved, Bytes32 id, ImageLayout layout, LongConsumer progress)
      throws IOException, BadImage {
    return new SavedImage(saved, layout, progress).unpack(id);
  }

  private Digest unpack(Bytes32 id) throws IOException, BadImage {
    TarReader tar = new TarReader(saved, true);
    for (Optional<TarEntry> e = tar.next(); e.isPresent(); e = tar.next()) {
      if (e.get().isFile() && isBlob(e.get())) {
        take(tar.content());
      }
    }
    Digest config = blobs.get(id);
    if (config == null || config.size() > ImageManifest.MAXIMUM_CONFIG_SIZE) {
      throw new BadImage("the engine saved another image than " + id.toHex());
    }
    List<Digest> layers = new ArrayList<>();
    for (Bytes32 diffId : ImageConfig.parse(Files.readAllBytes(layout.blob(id))).diffIds()) {
      if (!blobs.containsKey(diffId)) {
        throw new BadImage("the engine did not save layer " + diffId.toHex());
      }
      layers.add(blobs.get(diffId));
    }
    return finish(new ImageManifest(config, layers));
  }

  private Digest finish(ImageManifest image) {
    Digest manifest = layout.write(image.canonical());
    layout.announce(manifest);
    return manifest;
  }

  /** What names and describes is small, and not the image's: indexes, versions, old forms. */
  private static boolean isBlob(TarEntry entry) {
    String name = entry.name().substring(entry.name().lastIndexOf('/') + 1);
    return switch (name) {
      case "manifest.json", "index.json", "oci-layout", "repositories", "VERSION", "json" -> false;
      default -> true;
    };
  }

  private void take(InputStream content) throws IOException {
    Path scratch = layout.scratch();
    try {
      MessageDigest sha256 = Sha256.newDigest();
      try (OutputStream out = new DigestOutputStream(Files.newOutputStream(scratch), sha256)) {
        content.transferTo(out);
      }
      Digest blob = new Digest(Bytes32.of(sha256.digest()), Files.size(scratch));
      layout.take(scratch, blob.sha256());
      blobs.put(blob.sha256(), blob);
      taken += blob.size();
      progress.accept(taken);
    } finally {
      Files.deleteIfExists(scratch);
    }
  }
}
