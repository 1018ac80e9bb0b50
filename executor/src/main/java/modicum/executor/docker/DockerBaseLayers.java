package modicum.executor.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Image;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import modicum.executor.BadImage;
import modicum.executor.BaseLayers;
import modicum.executor.Executor;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.ImageReference;

/**
 * Base layers as images of one layer, each with a tag of ours: what is tagged is not pruned, and
 * its name tells a person what it is for.
 *
 * @param owner a few hexadecimal digits; agents that share an engine have different ones
 */
record DockerBaseLayers(Engine engine, Executor executor, String owner) implements BaseLayers {
  static final String REPOSITORY = "modicum/base-layer";
  private static final String SHA256 = "sha256:";

  @Override
  public boolean has(Bytes32 layer) {
    return new EngineLayers(engine).missing(List.of(layer)).isEmpty();
  }

  @Override
  public void keep(ImageReference image, Path layout) throws BadImage {
    executor.loadImage(image, layout);
    String id = SHA256 + image.id().toHex();
    try {
      engine.ask(c -> c.tagImageCmd(id, REPOSITORY, tag(image.baseLayer())).exec());
    } catch (DockerException e) {
      throw engine.refused(e);
    }
  }

  @Override
  public Set<Bytes32> kept() {
    Pattern ours = Pattern.compile(REPOSITORY + ":([0-9a-f]{64})-" + owner);
    Set<Bytes32> kept = new HashSet<>();
    for (Image image : engine.ask(c -> c.listImagesCmd().exec())) {
      for (String name : image.getRepoTags() == null ? new String[0] : image.getRepoTags()) {
        Matcher layer = ours.matcher(name);
        if (layer.matches()) {
          kept.add(Bytes32.fromHex(layer.group(1)));
        }
      }
    }
    return Set.copyOf(kept);
  }

  @Override
  public void drop(Bytes32 layer) {
    try {
      engine.ask(c -> c.removeImageCmd(REPOSITORY + ":" + tag(layer)).exec());
    } catch (DockerException goneOrInUse) {
      // What is in use goes the next time.
    }
  }

  private String tag(Bytes32 layer) {
    return layer.toHex() + "-" + owner;
  }
}
