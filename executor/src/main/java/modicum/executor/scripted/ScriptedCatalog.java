package modicum.executor.scripted;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import modicum.directory.image.ImageLayout;
import modicum.directory.image.ImageManifest;
import modicum.executor.ImageCatalog;
import modicum.executor.LocalImage;
import modicum.executor.UnknownImage;
import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;

/** The in-memory twin of an image catalog: images by name, each in a layout. */
public final class ScriptedCatalog implements ImageCatalog {
  private record Stored(LocalImage image, Digest manifest, ImageLayout layout) {}

  private final Map<String, Stored> images = new HashMap<>();

  /**
   * @param layout where the image is
   */
  public ScriptedCatalog add(LocalImage image, Digest manifest, ImageLayout layout) {
    images.put(image.name(), new Stored(image, manifest, layout));
    return this;
  }

  @Override
  public LocalImage find(String nameOrDigest) throws UnknownImage {
    Stored stored = images.get(nameOrDigest);
    if (stored == null) {
      throw new UnknownImage("no image " + nameOrDigest + "; add it to the catalog");
    }
    return stored.image();
  }

  @Override
  public Digest export(LocalImage image, ImageLayout layout, LongConsumer progress)
      throws IOException {
    Stored stored = images.get(image.name());
    ImageManifest manifest = stored.layout().manifest(stored.manifest()).orElseThrow();
    for (Digest blob : manifest.blobs()) {
      copy(stored.layout(), layout, blob.sha256());
    }
    copy(stored.layout(), layout, stored.manifest().sha256());
    progress.accept(manifest.size());
    return stored.manifest();
  }

  private static void copy(ImageLayout from, ImageLayout to, Bytes32 blob) throws IOException {
    Path scratch = to.scratch();
    try (InputStream in = Files.newInputStream(from.blob(blob))) {
      Files.copy(in, scratch, StandardCopyOption.REPLACE_EXISTING);
    }
    to.take(scratch, blob);
  }
}
