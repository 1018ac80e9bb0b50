package modicum.jobcreator.packaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;
import modicum.directory.image.ImageLayout;
import modicum.executor.ImageCatalog;
import modicum.executor.LocalImage;
import modicum.jobcreator.record.JobRecords;
import modicum.protocol.content.Digest;

/**
 * Images that were exported before, by image id: an image of that id never changes. They share one
 * layout, and so their layers. The digest of the manifest stands in a file of its own and is
 * written last.
 */
final class ExportedImages {
  private final ImageLayout layout;
  private final ImageCatalog catalog;

  ExportedImages(JobRecords records, ImageCatalog catalog) {
    this.layout = new ImageLayout(records.imageFolder());
    this.catalog = catalog;
  }

  ImageLayout layout() {
    return layout;
  }

  /** The digest of the image's manifest, which is in the layout then with all that it names. */
  Digest export(LocalImage image, LongConsumer progress) {
    Path noted = layout.folder().resolve(image.id().toHex() + ".manifest");
    try {
      Files.createDirectories(layout.folder());
      Optional<Digest> known = known(noted);
      if (known.isPresent()) {
        return known.get();
      }
      Digest manifest = catalog.export(image, layout, progress);
      Files.writeString(noted, manifest.toString());
      return manifest;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the image to " + layout.folder(), e);
    }
  }

  /** A half-written note is none. The directory verifies every blob as it takes it. */
  private Optional<Digest> known(Path noted) throws IOException {
    try {
      Digest manifest = Digest.parse(Files.readString(noted).strip());
      return layout
          .manifest(manifest)
          .filter(image -> layout.isComplete(image, blob -> true))
          .map(image -> manifest);
    } catch (NoSuchFileException | IllegalArgumentException none) {
      return Optional.empty();
    }
  }
}
