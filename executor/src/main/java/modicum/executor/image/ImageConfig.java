package modicum.executor.image;

import java.util.ArrayList;
import java.util.List;
import modicum.executor.BadImage;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The part of an image's configuration that matters here. Its SHA-256 is the image's id, and it
 * names every layer, so that whoever has checked it has checked the image.
 *
 * @param diffIds SHA-256 of each layer, uncompressed, the base layer first
 */
record ImageConfig(Bytes32 id, List<Bytes32> diffIds) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String SHA256 = "sha256:";

  static ImageConfig parse(byte[] config) throws BadImage {
    List<Bytes32> diffIds = new ArrayList<>();
    try {
      for (JsonNode diffId : JSON.readTree(config).path("rootfs").path("diff_ids")) {
        diffIds.add(bytes32(diffId.asString()));
      }
    } catch (JacksonException | IllegalArgumentException e) {
      throw new BadImage("the image's configuration cannot be read", e);
    }
    if (diffIds.isEmpty()) {
      throw new BadImage("the image has no layers");
    }
    return new ImageConfig(Sha256.of(config).sha256(), List.copyOf(diffIds));
  }

  Bytes32 baseLayer() {
    return diffIds.getFirst();
  }

  /** Reads {@code sha256:<hex>}, as engines write it. */
  static Bytes32 bytes32(String text) {
    if (!text.startsWith(SHA256)) {
      throw new IllegalArgumentException("needed sha256:<hex>, got " + text);
    }
    return Bytes32.fromHex(text.substring(SHA256.length()));
  }
}
