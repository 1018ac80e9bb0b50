package modicum.acceptance.memory;

import java.io.IOException;
import java.util.function.LongConsumer;
import modicum.directory.image.ImageLayout;
import modicum.executor.ImageCatalog;
import modicum.executor.LocalImage;
import modicum.executor.UnknownImage;
import modicum.protocol.content.Digest;

/** An image catalog whose user may die of writing an image. */
final class TrappedCatalog implements ImageCatalog {
  private final ImageCatalog real;
  private final Trap trap;

  TrappedCatalog(ImageCatalog real, Trap trap) {
    this.real = real;
    this.trap = trap;
  }

  @Override
  public LocalImage find(String nameOrDigest) throws UnknownImage {
    return real.find(nameOrDigest);
  }

  @Override
  public Digest export(LocalImage image, ImageLayout layout, LongConsumer progress)
      throws IOException {
    int effect = trap.happens("export");
    try {
      return real.export(image, layout, progress);
    } finally {
      trap.happened(effect);
    }
  }
}
