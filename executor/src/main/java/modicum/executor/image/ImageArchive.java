package modicum.executor.image;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import modicum.executor.BadImage;
import modicum.protocol.job.ImageReference;

/**
 * A Docker archive from someone else, checked before an engine sees it.
 *
 * <p>Only the canonical form is taken: {@code manifest.json}, the configuration and the layers that
 * it names, each once, as plain files, and no tags. An engine that loads it can then neither be
 * made to take another image than was checked, nor to give an own image's tag away. That the layers
 * are what the configuration names them to be is checked here too: an engine looks at that only
 * when it has unpacked them.
 */
public final class ImageArchive {
  private static final int MAXIMUM_TEXT_SIZE = 1 << 22;
  private static final int MAXIMUM_ENTRIES = 1000;

  /** The index and the configuration. */
  private static final int MAXIMUM_TEXTS = 2;

  /** Of all layers together; large images have some hundred thousand files. */
  private static final long MAXIMUM_FILES = 2_000_000;

  private static final String REMEDY = "; pack the image with `modicum` itself";

  private final Path archive;

  public ImageArchive(Path archive) {
    this.archive = archive;
  }

  /**
   * Checks that the archive holds exactly the image that the reference names.
   *
   * @param maximumSize bytes, of the archive and of what it takes when it is unpacked
   */
  public void require(ImageReference image, long maximumSize) throws BadImage {
    try {
      requireSize(image, maximumSize);
      requireContent(image, maximumSize);
    } catch (IOException e) {
      throw new BadImage("the image archive cannot be read: " + e.getMessage(), e);
    }
  }

  private void requireSize(ImageReference image, long maximumSize) throws IOException, BadImage {
    long size = Files.size(archive);
    if (size != image.archive().size()) {
      throw new BadImage(
          "the image archive has %d bytes, the job says %d"
              .formatted(size, image.archive().size()));
    }
    if (size > maximumSize) {
      throw new BadImage("the image archive has %d bytes of %d".formatted(size, maximumSize));
    }
  }

  private void requireContent(ImageReference image, long maximumSize) throws IOException, BadImage {
    Contents contents = read(maximumSize);
    ArchiveIndex index = ArchiveIndex.parse(contents.text(ArchiveIndex.NAME));
    if (!index.tags().isEmpty()) {
      throw new BadImage("the image archive brings the tags " + index.tags() + REMEDY);
    }
    Set<String> expected = new HashSet<>(index.layers());
    expected.add(index.config());
    expected.add(ArchiveIndex.NAME);
    if (!contents.names.equals(expected)) {
      throw new BadImage("the image archive holds other files than its image's" + REMEDY);
    }
    ImageConfig config = ImageConfig.parse(contents.text(index.config()));
    if (!config.id().equals(image.id())) {
      throw new BadImage(
          "the archive holds image %s, the job names %s"
              .formatted(config.id().toHex(), image.id().toHex()));
    }
    if (!config.baseLayer().equals(image.baseLayer())) {
      throw new BadImage(
          "the image stands on base layer %s, the job names %s"
              .formatted(config.baseLayer().toHex(), image.baseLayer().toHex()));
    }
    if (config.diffIds().size() != index.layers().size()) {
      throw new BadImage("the image archive has other layers than its configuration names");
    }
    requireLayers(contents, index, config, maximumSize);
  }

  /** A layer that is named more than once is also unpacked more than once. */
  private static void requireLayers(
      Contents contents, ArchiveIndex index, ImageConfig config, long maximumSize) throws BadImage {
    long bytes = 0;
    long entries = 0;
    for (int i = 0; i < index.layers().size(); i++) {
      LayerCheck.Layer layer = contents.layers.get(index.layers().get(i));
      if (layer == null || !layer.digest().equals(config.diffIds().get(i))) {
        throw new BadImage(
            "layer %d of the image is not what its configuration names".formatted(i));
      }
      bytes += layer.bytes();
      entries += layer.entries();
      LayerCheck.requireWithin(bytes, maximumSize, entries, MAXIMUM_FILES);
    }
  }

  private Contents read(long maximumSize) throws IOException, BadImage {
    Contents contents = new Contents(maximumSize);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(archive), 1 << 16)) {
      TarReader tar = new TarReader(in, false);
      for (Optional<TarEntry> e = tar.next(); e.isPresent(); e = tar.next()) {
        contents.add(e.get(), tar);
      }
      requireZeros(in);
    }
    return contents;
  }

  /** An engine whose tar reader goes on after the end mark would see what we did not. */
  private static void requireZeros(InputStream in) throws IOException, BadImage {
    byte[] buffer = new byte[1 << 16];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      for (int i = 0; i < n; i++) {
        if (buffer[i] != 0) {
          throw new BadImage("the image archive goes on after its end" + REMEDY);
        }
      }
    }
  }

  private static final class Contents {
    private final Set<String> names = new HashSet<>();
    private final Map<String, byte[]> texts = new HashMap<>();
    private final Map<String, LayerCheck.Layer> layers = new HashMap<>();
    private final long maximumSize;

    Contents(long maximumSize) {
      this.maximumSize = maximumSize;
    }

    void add(TarEntry entry, TarReader tar) throws IOException, BadImage {
      if (!entry.isFile() || !entry.name().matches("[A-Za-z0-9_-][A-Za-z0-9._-]*")) {
        throw new BadImage("the image archive holds an odd entry, " + entry.name() + REMEDY);
      }
      if (!names.add(entry.name()) || names.size() > MAXIMUM_ENTRIES) {
        throw new BadImage("the image archive holds too many or doubled entries" + REMEDY);
      }
      if (entry.name().endsWith(".json") && entry.size() <= MAXIMUM_TEXT_SIZE) {
        if (texts.size() == MAXIMUM_TEXTS) {
          throw new BadImage("the image archive holds other files than its image's" + REMEDY);
        }
        texts.put(entry.name(), tar.content().readAllBytes());
        return;
      }
      layers.put(entry.name(), LayerCheck.check(tar.content(), maximumSize, MAXIMUM_FILES));
    }

    byte[] text(String name) throws BadImage {
      byte[] text = texts.get(name);
      if (text == null) {
        throw new BadImage("the image archive has no " + (name.isEmpty() ? "index" : name));
      }
      return text;
    }
  }
}
