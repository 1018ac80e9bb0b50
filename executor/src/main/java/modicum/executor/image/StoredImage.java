package modicum.executor.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import modicum.directory.image.ImageLayout;
import modicum.directory.image.ImageManifest;
import modicum.executor.BadImage;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.ImageReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * An image from someone else, whose blobs are on this disk, checked before an engine sees it. What
 * the engine is given is written anew from the blobs: it can't be made to take another image than
 * was checked, nor to give an own image's tag away.
 */
public final class StoredImage {
  private static final int FILE_MODE = 0644;

  /** Of all new layers together; large images have some hundred thousand files. */
  private static final long MAXIMUM_FILES = 2_000_000;

  private static final String REMEDY = "; pack the image with `modicum` itself";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final ImageLayout layout;
  private final ImageManifest manifest;
  private final long maximumSize;

  private StoredImage(ImageLayout layout, ImageManifest manifest, long maximumSize) {
    this.layout = layout;
    this.manifest = manifest;
    this.maximumSize = maximumSize;
  }

  /**
   * Opens the image that the reference names. Its layers need not be here; what is known of them is
   * what their hashes say.
   *
   * @param maximumSize bytes of configuration and layers, and of the disk that its new layers take
   */
  public static StoredImage open(ImageLayout layout, ImageReference image, long maximumSize)
      throws BadImage {
    ImageManifest manifest = manifestOf(layout, image);
    if (manifest.size() > maximumSize) {
      throw new BadImage("the image has %d bytes of %d".formatted(manifest.size(), maximumSize));
    }
    if (!manifest.config().sha256().equals(image.id())) {
      throw new BadImage(
          "the manifest holds image %s, the job names %s"
              .formatted(manifest.config().sha256().toHex(), image.id().toHex()));
    }
    if (!manifest.diffIds().getFirst().equals(image.baseLayer())) {
      throw new BadImage(
          "the image stands on base layer %s, the job names %s"
              .formatted(manifest.diffIds().getFirst().toHex(), image.baseLayer().toHex()));
    }
    StoredImage stored = new StoredImage(layout, manifest, maximumSize);
    if (!ImageConfig.parse(stored.config()).diffIds().equals(manifest.diffIds())) {
      throw new BadImage("the image's manifest has other layers than its configuration" + REMEDY);
    }
    return stored;
  }

  private static ImageManifest manifestOf(ImageLayout layout, ImageReference image)
      throws BadImage {
    try {
      return layout
          .manifest(image.manifest())
          .orElseThrow(() -> new BadImage("the image's manifest is not here" + REMEDY));
    } catch (IllegalArgumentException e) {
      throw new BadImage(e.getMessage(), e);
    }
  }

  /** The hashes of the layers, the base layer first. */
  public List<Bytes32> diffIds() {
    return manifest.diffIds();
  }

  /**
   * The image as a Docker archive without some of its layers, written while it is read.
   *
   * @param omitted layers that the engine has, below those that it is given
   * @throws BadImage a layer that is not omitted is not here, or not what an engine may be given
   */
  public InputStream archive(Set<Bytes32> omitted) throws BadImage {
    requireLayers(omitted);
    List<InputStream> parts = new ArrayList<>();
    byte[] config = config();
    String configName = manifest.config().sha256().toHex() + ".json";
    parts.add(entry("manifest.json", index(configName)));
    parts.add(entry(configName, config));
    Set<Bytes32> written = new HashSet<>(omitted);
    for (Digest layer : manifest.layers()) {
      if (!written.add(layer.sha256())) {
        continue;
      }
      parts.add(new ByteArrayInputStream(head(layerName(layer.sha256()), layer.size())));
      parts.add(new Lazy(layout.blob(layer.sha256())));
      parts.add(new ByteArrayInputStream(TarWriter.padding(layer.size())));
    }
    parts.add(new ByteArrayInputStream(TarWriter.end()));
    return new SequenceInputStream(Collections.enumeration(parts));
  }

  /** A layer that is named more than once is also unpacked more than once. */
  private void requireLayers(Set<Bytes32> omitted) throws BadImage {
    Map<Digest, LayerCheck.Layer> checked = new HashMap<>();
    long bytes = 0;
    long entries = 0;
    for (Digest layer : manifest.layers()) {
      if (omitted.contains(layer.sha256())) {
        continue;
      }
      if (!checked.containsKey(layer)) {
        checked.put(layer, check(layer));
      }
      bytes += checked.get(layer).bytes();
      entries += checked.get(layer).entries();
      LayerCheck.requireWithin(bytes, maximumSize, entries, MAXIMUM_FILES);
    }
  }

  private LayerCheck.Layer check(Digest layer) throws BadImage {
    String name = layer.sha256().toHex();
    if (!layout.has(layer)) {
      throw new BadImage("the image lacks its layer " + name);
    }
    try (InputStream in = Files.newInputStream(layout.blob(layer.sha256()))) {
      LayerCheck.Layer found = LayerCheck.check(in, maximumSize, MAXIMUM_FILES);
      if (!found.digest().equals(layer.sha256())) {
        throw new BadImage("layer %s of the image is damaged; fetch it again".formatted(name));
      }
      return found;
    } catch (IOException e) {
      throw new BadImage(
          "layer %s of the image is no plain tar: %s".formatted(name, e.getMessage()), e);
    }
  }

  private byte[] config() throws BadImage {
    if (!layout.has(manifest.config())) {
      throw new BadImage("the image's configuration is not here" + REMEDY);
    }
    try {
      byte[] config = Files.readAllBytes(layout.blob(manifest.config().sha256()));
      if (!Sha256.of(config).equals(manifest.config())) {
        throw new BadImage("the image's configuration is damaged; fetch it again");
      }
      return config;
    } catch (IOException e) {
      throw new BadImage("the image's configuration cannot be read: " + e.getMessage(), e);
    }
  }

  private byte[] index(String configName) {
    var image = JSON.createObjectNode();
    image.put("Config", configName);
    image.putNull("RepoTags");
    var layers = image.putArray("Layers");
    manifest.diffIds().forEach(diffId -> layers.add(layerName(diffId)));
    return JSON.writeValueAsBytes(JSON.createArrayNode().add(image));
  }

  private static String layerName(Bytes32 diffId) {
    return diffId.toHex() + ".tar";
  }

  private static InputStream entry(String name, byte[] content) {
    return new SequenceInputStream(
        Collections.enumeration(
            List.of(
                new ByteArrayInputStream(head(name, content.length)),
                new ByteArrayInputStream(content),
                new ByteArrayInputStream(TarWriter.padding(content.length)))));
  }

  private static byte[] head(String name, long size) {
    return TarWriter.head(name, FILE_MODE, size);
  }

  /** Opened when it is its turn, so that not all layers are open at once. */
  private static final class Lazy extends InputStream {
    private final Path file;
    private InputStream in;

    Lazy(Path file) {
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      return opened().read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      return opened().read(buffer, offset, length);
    }

    private InputStream opened() {
      if (in == null) {
        try {
          in = Files.newInputStream(file);
        } catch (IOException e) {
          throw new UncheckedIOException("cannot read " + file, e);
        }
      }
      return in;
    }

    @Override
    public void close() throws IOException {
      if (in != null) {
        in.close();
      }
    }
  }
}
