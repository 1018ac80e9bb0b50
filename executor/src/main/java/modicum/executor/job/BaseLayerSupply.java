package modicum.executor.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import modicum.directory.Directory;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.TransferProgress;
import modicum.directory.image.ImageLayout;
import modicum.directory.image.ImageManifest;
import modicum.executor.BadImage;
import modicum.executor.BaseLayers;
import modicum.executor.EngineUnavailable;
import modicum.executor.image.LayeredImage;
import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.ImageReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that an engine has the base layers that its owner supports, before a job needs them:
 * those that it lacks are fetched from the shelves of the trusted directories. Nobody is billed for
 * them. Killed at any moment, it goes on from there at the next start.
 */
public final class BaseLayerSupply implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("modicum.baselayers");
  private static final Duration PAUSE = Duration.ofSeconds(20);
  private static final long TELLING_NANOS = Duration.ofSeconds(5).toNanos();

  private final Wanted wanted;
  private final BaseLayers engine;
  private final ImageLayout layout;
  private final Function<Address, Directory> directories;
  private Optional<Thread> thread = Optional.empty();

  /**
   * What an owner says of base layers.
   *
   * @param layers those that it supports
   * @param directories those that it trusts, in the order in which they are asked
   */
  public record Wanted(
      List<Bytes32> layers, List<Address> directories, Architecture architecture) {}

  /**
   * @param folder for what is on its way
   * @param directories opens a directory by its account
   */
  public BaseLayerSupply(
      Wanted wanted, BaseLayers engine, Path folder, Function<Address, Directory> directories) {
    this.wanted = wanted;
    this.engine = engine;
    this.layout = new ImageLayout(folder);
    this.directories = directories;
  }

  /** Where a layer is. */
  public sealed interface Place {
    record Here() implements Place {}

    record OnShelf(Directory directory, Digest layer) implements Place {}

    /**
     * @param unasked directories that do not answer, or not yet to us, and why
     */
    record Nowhere(List<String> unasked) implements Place {}
  }

  /** Begins to bring what lacks, and tries again what does not answer; the caller goes on. */
  public synchronized void start() {
    thread = Optional.of(Thread.ofPlatform().daemon().name("base-layers").start(this::run));
  }

  private void run() {
    try {
      while (!bring()) {
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException closed) {
      // Whatever is on its way stays where it is until the next start.
    }
  }

  /**
   * Drops what is not supported any more, and brings what lacks.
   *
   * @return whether nothing is left to try again later
   */
  public boolean bring() {
    try {
      for (Bytes32 layer : engine.kept()) {
        if (!wanted.layers().contains(layer)) {
          engine.drop(layer);
          LOG.info("Base layer {} is no longer supported and no longer kept.", layer.toHex());
        }
      }
      boolean settled = true;
      for (Bytes32 layer : wanted.layers()) {
        settled &= bring(layer);
      }
      return settled;
    } catch (EngineUnavailable | UncheckedIOException trouble) {
      LOG.warn("Base layers cannot be brought here now: {}", trouble.getMessage());
      return false;
    }
  }

  private boolean bring(Bytes32 layer) {
    return switch (find(layer)) {
      case Place.Here here -> true;
      case Place.OnShelf shelf -> fetch(shelf);
      case Place.Nowhere nowhere when nowhere.unasked().isEmpty() -> {
        LOG.warn(
            "Base layer {} is not on this engine, and on no shelf of the directories that we"
                + " trust: load an image that stands on it, or ask the operator of a directory to"
                + " 'modicum directory shelve' it. Until then each first job on it brings it.",
            layer.toHex());
        yield true;
      }
      case Place.Nowhere nowhere -> {
        LOG.info(
            "Base layer {} is not found yet; asked again in a while: {}",
            layer.toHex(),
            String.join("; ", nowhere.unasked()));
        yield false;
      }
    };
  }

  /** Looks where a layer is; fetches nothing. */
  public Place find(Bytes32 layer) {
    if (engine.has(layer)) {
      return new Place.Here();
    }
    List<String> unasked = new ArrayList<>();
    for (Address account : wanted.directories()) {
      try {
        Directory directory = directories.apply(account);
        Optional<Digest> found = directory.findOnShelf(layer);
        if (found.isPresent() && found.get().size() <= ImageManifest.LARGEST_IMAGE) {
          return new Place.OnShelf(directory, found.get());
        }
      } catch (DirectoryUnavailable e) {
        unasked.add(e.getMessage().replaceAll("\\p{Cntrl}", " "));
      }
    }
    return new Place.Nowhere(unasked);
  }

  private boolean fetch(Place.OnShelf shelf) {
    Digest layer = shelf.layer();
    String name = layer.sha256().toHex();
    Address from = shelf.directory().address();
    LOG.info("Base layer {}: fetching {} bytes from directory {}.", name, layer.size(), from);
    try {
      if (!layout.has(layer)) {
        shelf
            .directory()
            .fetch(from, layer, layout.blob(layer.sha256()), new Told(name, System.nanoTime()));
      }
      LOG.info("Base layer {}: giving it to the engine.", name);
      load(layer);
      LOG.info("Base layer {}: here; jobs on it bring only their own layers.", name);
      return true;
    } catch (DirectoryUnavailable e) {
      LOG.info("Base layer {}: broke off, goes on in a while: {}", name, e.getMessage());
      return false;
    } catch (ObjectNotFound | ObjectCorrupt | BadImage e) {
      LOG.warn(
          "Base layer {}: what is on the shelf of directory {} is of no use, tell its operator: {}",
          name,
          from,
          e.getMessage());
      return true;
    }
  }

  private void load(Digest layer) throws BadImage {
    ImageReference image =
        LayeredImage.of(List.of(layer), wanted.architecture().instructionSet(), layout);
    engine.keep(image, layout.folder());
    for (Bytes32 blob : List.of(layer.sha256(), image.id(), image.manifest().sha256())) {
      try {
        Files.deleteIfExists(layout.blob(blob));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot delete " + layout.blob(blob), e);
      }
    }
  }

  /** Says how far it is, now and then. */
  private static final class Told implements TransferProgress {
    private final String name;
    private long last;

    Told(String name, long now) {
      this.name = name;
      this.last = now;
    }

    @Override
    public void moved(long bytes, long total) {
      if (System.nanoTime() - last > TELLING_NANOS) {
        last = System.nanoTime();
        LOG.info("Base layer {}: {} of {} bytes fetched.", name, bytes, total);
      }
    }
  }

  /** Stops what is going on. */
  @Override
  public synchronized void close() {
    thread.ifPresent(Thread::interrupt);
  }
}
