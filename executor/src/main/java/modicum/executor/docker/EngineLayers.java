package modicum.executor.docker;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.Image;
import java.util.List;
import java.util.Optional;
import modicum.protocol.encoding.Bytes32;

/** Which layers an engine has: those of its images, each only above the same layers. */
record EngineLayers(Engine engine) {
  private static final String SHA256 = "sha256:";

  List<Bytes32> missing(List<Bytes32> diffIds) {
    List<String> wanted = diffIds.stream().map(d -> SHA256 + d.toHex()).toList();
    int most = 0;
    for (Image image : engine.ask(c -> c.listImagesCmd().withShowAll(true).exec())) {
      Optional<InspectImageResponse> known = engine.inspectImage(image.getId());
      most = Math.max(most, known.map(k -> inCommon(k, wanted)).orElse(0));
    }
    return diffIds.subList(most, diffIds.size());
  }

  /** Those of one image, the base layer first. */
  static List<Bytes32> of(InspectImageResponse image) {
    return named(image).stream().map(l -> Bytes32.fromHex(l.substring(SHA256.length()))).toList();
  }

  private static List<String> named(InspectImageResponse image) {
    return image.getRootFS() == null || image.getRootFS().getLayers() == null
        ? List.of()
        : image.getRootFS().getLayers();
  }

  private static int inCommon(InspectImageResponse image, List<String> wanted) {
    List<String> layers = named(image);
    int n = 0;
    while (n < layers.size() && n < wanted.size() && layers.get(n).equals(wanted.get(n))) {
      n++;
    }
    return n;
  }
}
