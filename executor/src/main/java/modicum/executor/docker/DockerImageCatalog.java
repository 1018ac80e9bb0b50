package modicum.executor.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.PullResponseItem;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import modicum.directory.image.ImageLayout;
import modicum.executor.BadImage;
import modicum.executor.EngineUnavailable;
import modicum.executor.ImageCatalog;
import modicum.executor.LocalImage;
import modicum.executor.UnknownImage;
import modicum.executor.image.SavedImage;
import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Architecture;

/** The images of a Docker engine. */
public final class DockerImageCatalog implements ImageCatalog, AutoCloseable {
  private static final String SHA256 = "sha256:";

  private final Engine engine;
  private final Duration pullTimeout;

  /**
   * @param engineHost as {@code unix:///var/run/docker.sock}; empty for the usual environment
   * @param pullTimeout how long to try a registry for an image that is not here
   */
  public DockerImageCatalog(Optional<String> engineHost, Duration pullTimeout) {
    this.engine = Engine.at(engineHost);
    this.pullTimeout = pullTimeout;
  }

  @Override
  public LocalImage find(String nameOrDigest) throws UnknownImage {
    Optional<InspectImageResponse> here = inspect(nameOrDigest);
    if (here.isEmpty()) {
      pull(nameOrDigest);
      here = inspect(nameOrDigest);
    }
    return describe(
        nameOrDigest,
        here.orElseThrow(
            () ->
                new UnknownImage(
                    "no image %s, and it cannot be pulled; build it (docker build -t %s .) or see"
                            .formatted(nameOrDigest, nameOrDigest)
                        + " `docker images` for the names there are")));
  }

  @Override
  public Digest export(LocalImage image, ImageLayout layout, LongConsumer progress)
      throws IOException {
    try (InputStream saved = engine.ask(c -> c.saveImageCmd(SHA256 + image.id().toHex()).exec())) {
      return SavedImage.unpack(saved, image.id(), layout, progress);
    } catch (BadImage e) {
      throw new IOException("image " + image.name() + " cannot be packed: " + e.getMessage(), e);
    } catch (DockerException e) {
      throw engine.refused(e);
    }
  }

  /** Takes an image out of the engine; that there is none, or that it is in use, is well. */
  public void remove(Bytes32 imageId) {
    try {
      engine.ask(c -> c.removeImageCmd(SHA256 + imageId.toHex()).exec());
    } catch (DockerException goneOrInUse) {
      // Nothing depends on its being gone.
    }
  }

  @Override
  public void close() throws IOException {
    engine.close();
  }

  private Optional<InspectImageResponse> inspect(String nameOrDigest) throws UnknownImage {
    if (!nameOrDigest.matches("[A-Za-z0-9][A-Za-z0-9._:/@-]{0,254}")) {
      throw new UnknownImage("not a name of an image: " + nameOrDigest);
    }
    return engine.inspectImage(nameOrDigest);
  }

  /** Tries; whether it worked is seen by looking again. */
  private void pull(String nameOrDigest) {
    try (Pulling callback = new Pulling()) {
      engine
          .ask(c -> c.pullImageCmd(withTag(nameOrDigest)).exec(callback))
          .awaitCompletion(pullTimeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | DockerException | EngineUnavailable notPulled) {
      // The engine itself is asked next, and says so if it is down.
    }
  }

  /** Without a tag an engine would pull every tag there is. */
  private static String withTag(String name) {
    boolean hasTag = name.indexOf(':', name.lastIndexOf('/') + 1) >= 0 || name.contains("@");
    return hasTag ? name : name + ":latest";
  }

  private static LocalImage describe(String name, InspectImageResponse image) throws UnknownImage {
    List<String> layers = image.getRootFS() == null ? null : image.getRootFS().getLayers();
    if (layers == null || layers.isEmpty()) {
      throw new UnknownImage("image " + name + " has no layers; build it from a base layer");
    }
    return new LocalImage(
        name,
        bytes32(image.getId()),
        bytes32(layers.getFirst()),
        Architecture.fromName(image.getArch()),
        image.getSize() == null ? 0 : image.getSize());
  }

  private static Bytes32 bytes32(String id) {
    return Bytes32.fromHex(id.substring(SHA256.length()));
  }

  private static final class Pulling extends ResultCallback.Adapter<PullResponseItem> {
    @Override
    public void onError(Throwable notPulled) {
      // The inherited method would write a stack trace to the log for every machine off-line.
      onComplete();
    }
  }
}
