package modicum.executor.image;

import java.util.ArrayList;
import java.util.List;
import modicum.executor.BadImage;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The {@value #NAME} of a Docker archive: which of its files are what.
 *
 * @param config path of the configuration
 * @param layers path of each layer, the base layer first
 * @param tags names that loading the archive would give to the image
 */
record ArchiveIndex(String config, List<String> layers, List<String> tags) {
  static final String NAME = "manifest.json";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  static ArchiveIndex parse(byte[] json) throws BadImage {
    try {
      JsonNode images = JSON.readTree(json);
      if (!images.isArray() || images.size() != 1) {
        throw new BadImage("an image archive holds one image, this one " + images.size());
      }
      JsonNode image = images.get(0);
      return new ArchiveIndex(
          image.path("Config").asString(),
          texts(image.path("Layers")),
          texts(image.path("RepoTags")));
    } catch (JacksonException e) {
      throw new BadImage(NAME + " of the image archive cannot be read", e);
    }
  }

  byte[] toJson() {
    var image = JSON.createObjectNode();
    image.put("Config", config);
    image.putNull("RepoTags");
    var layersNode = image.putArray("Layers");
    layers.forEach(layersNode::add);
    return JSON.writeValueAsBytes(JSON.createArrayNode().add(image));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.asString()));
    return List.copyOf(texts);
  }
}
