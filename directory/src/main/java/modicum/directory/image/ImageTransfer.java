package modicum.directory.image;

import java.nio.file.Files;
import modicum.directory.Directory;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.TransferProgress;
import modicum.protocol.content.Digest;
import modicum.protocol.identity.Address;

/** Moves images to and from a directory, blob by blob, and only those that are missing there. */
public record ImageTransfer(Directory directory) {
  /**
   * Puts an image. Blobs that the directory has of the caller's are not sent again.
   *
   * @return the bytes that were sent
   */
  public long put(ImageLayout layout, Digest manifest, TransferProgress progress) {
    ImageManifest image =
        layout
            .manifest(manifest)
            .orElseThrow(() -> new IllegalArgumentException("no image " + manifest + " here"));
    long total = image.size() + manifest.size();
    if (directory.has(manifest) && image.blobs().stream().allMatch(directory::has)) {
      return 0;
    }
    long sent = 0;
    long done = 0;
    for (Digest blob : image.blobs()) {
      long before = done;
      sent += putMissing(layout, blob, (moved, size) -> progress.moved(before + moved, total));
      done += blob.size();
    }
    // The manifest comes last, so that whoever finds it finds its blobs.
    sent += putMissing(layout, manifest, TransferProgress.NONE);
    progress.moved(total, total);
    return sent;
  }

  private long putMissing(ImageLayout layout, Digest blob, TransferProgress progress) {
    if (directory.has(blob)) {
      return 0;
    }
    directory.put(blob, () -> Files.newInputStream(layout.blob(blob.sha256())), progress);
    return blob.size();
  }

  /** Whether the caller's own name space has all of an image. */
  public boolean has(Address caller, Digest manifest) throws ObjectCorrupt {
    try {
      return directory.has(manifest)
          && readManifest(caller, manifest).blobs().stream().allMatch(directory::has);
    } catch (ObjectNotFound lostMeanwhile) {
      return false;
    }
  }

  /** Reads and checks a manifest, without its blobs. */
  public ImageManifest readManifest(Address owner, Digest manifest)
      throws ObjectNotFound, ObjectCorrupt {
    if (manifest.size() > ImageManifest.MAXIMUM_SIZE) {
      throw new ObjectCorrupt("image manifest " + manifest + " is larger than any may be");
    }
    byte[] canonical = directory.read(owner, manifest.sha256(), (int) manifest.size());
    if (canonical.length != manifest.size()) {
      throw new ObjectCorrupt("image manifest " + manifest + " has " + canonical.length + " bytes");
    }
    try {
      return ImageManifest.parse(canonical);
    } catch (IllegalArgumentException e) {
      throw new ObjectCorrupt("image manifest " + manifest + ": " + e.getMessage());
    }
  }

  /** Fetches one blob, verified, unless the layout has it. */
  public void fetch(Address owner, Digest blob, ImageLayout layout, TransferProgress progress)
      throws ObjectNotFound, ObjectCorrupt {
    if (!layout.has(blob)) {
      directory.fetch(owner, blob, layout.blob(blob.sha256()), progress);
    }
  }
}
