package modicum.executor.scripted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import modicum.executor.ImageCatalog;
import modicum.executor.LocalImage;
import modicum.executor.UnknownImage;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;

/** The in-memory twin of an image catalog: images and their archives' bytes, by name. */
public final class ScriptedCatalog implements ImageCatalog {
  private record Stored(LocalImage image, byte[] archive) {}

  private final Map<String, Stored> images = new HashMap<>();

  public ScriptedCatalog add(LocalImage image, byte[] archive) {
    images.put(image.name(), new Stored(image, archive.clone()));
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
  public Digest export(LocalImage image, Path archive, LongConsumer progress) throws IOException {
    byte[] bytes = images.get(image.name()).archive();
    Files.write(archive, bytes);
    progress.accept(bytes.length);
    return Sha256.of(bytes);
  }
}
