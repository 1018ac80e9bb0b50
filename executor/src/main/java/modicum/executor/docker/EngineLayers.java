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

  private static int inCommon(InspectImageResponse image, List<String> wanted) {
    if (image.getRootFS() == null || image.getRootFS().getLayers() == null) {
      return 0;
    }
    List<String> layers = image.getRootFS().getLayers();
    int n = 0;
    while (n < layers.size() && n < wanted.size() && layers.get(n).equals(wanted.get(n))) {
      n++;
    }
    return n;
  }
}
