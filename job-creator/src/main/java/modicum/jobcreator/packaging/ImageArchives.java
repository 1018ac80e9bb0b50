package modicum.jobcreator.packaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.function.LongConsumer;
import modicum.executor.ImageCatalog;
import modicum.executor.LocalImage;
import modicum.jobcreator.record.JobRecords;
import modicum.protocol.content.Digest;

/**
 * Archives of images that were exported before, by image id: an image of that id never changes. The
 * digest stands in a file beside the archive and is written last.
 */
final class ImageArchives {
  private final JobRecords records;
  private final Path folder;
  private final ImageCatalog catalog;

  ImageArchives(JobRecords records, ImageCatalog catalog) {
    this.records = records;
    this.folder = records.imageFolder();
    this.catalog = catalog;
  }

  record Archive(Path file, Digest digest) {}

  Archive export(LocalImage image, LongConsumer progress) {
    Path file = records.imageArchive(image.id());
    Path digestFile = folder.resolve(image.id().toHex() + ".digest");
    try {
      Files.createDirectories(folder);
      Optional<Digest> known = known(file, digestFile);
      if (known.isPresent()) {
        return new Archive(file, known.get());
      }
      Path next = Files.createTempFile(folder, "export-", ".next");
      try {
        Digest digest = catalog.export(image, next, progress);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(digestFile, digest.toString());
        return new Archive(file, digest);
      } finally {
        Files.deleteIfExists(next);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the image's archive to " + folder, e);
    }
  }

  /** A half-written digest file is none. The directory verifies the archive as it takes it. */
  private static Optional<Digest> known(Path file, Path digestFile) throws IOException {
    if (!Files.exists(file) || !Files.exists(digestFile)) {
      return Optional.empty();
    }
    try {
      Digest digest = Digest.parse(Files.readString(digestFile).strip());
      return Optional.of(digest).filter(d -> d.size() == file.toFile().length());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
