package modicum.directory.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an image consists of: an OCI image manifest, in the one spelling that {@link #canonical}
 * writes, so that everyone who packs an image packs the same manifest.
 *
 * <p>Layers are not compressed: a layer's hash is its diff id then, an engine's own layers can be
 * compared with it, and what is fetched can't unpack to more than was announced.
 *
 * @param config the configuration; its hash is the image's id
 * @param layers the base layer first
 */
public record ImageManifest(Digest config, List<Digest> layers) {
  /** No manifest is longer, bytes. */
  public static final int MAXIMUM_SIZE = 1 << 16;

  /** No configuration is longer, bytes. */
  public static final int MAXIMUM_CONFIG_SIZE = 4 << 20;

  /** What engines can stack, too. */
  public static final int MAXIMUM_LAYERS = 127;

  /** Of all blobs together, bytes. */
  public static final long LARGEST_IMAGE = 16L << 30;

  private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
  private static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";
  private static final String SHA256 = "sha256:";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  public ImageManifest {
    layers = List.copyOf(layers);
    if (layers.isEmpty() || layers.size() > MAXIMUM_LAYERS) {
      throw new IllegalArgumentException(
          "an image has 1 to " + MAXIMUM_LAYERS + " layers, got " + layers.size());
    }
    if (config.size() > MAXIMUM_CONFIG_SIZE) {
      throw new IllegalArgumentException(
          "an image's configuration has at most %d bytes, got %d"
              .formatted(MAXIMUM_CONFIG_SIZE, config.size()));
    }
    long total = config.size();
    for (Digest layer : layers) {
      if (layer.size() > LARGEST_IMAGE - total) {
        throw new IllegalArgumentException("an image has at most " + LARGEST_IMAGE + " bytes");
      }
      total += layer.size();
    }
  }

  /** Configuration and layers, each once. */
  public List<Digest> blobs() {
    return Stream.concat(Stream.of(config), layers.stream()).distinct().toList();
  }

  /** The bytes of all blobs, each counted once. */
  public long size() {
    return blobs().stream().mapToLong(Digest::size).sum();
  }

  /** The hashes of the layers, the base layer first. */
  public List<Bytes32> diffIds() {
    return layers.stream().map(Digest::sha256).toList();
  }

  public byte[] canonical() {
    ObjectNode root = JSON.createObjectNode();
    root.put("schemaVersion", 2);
    root.put("mediaType", MANIFEST_TYPE);
    describe(root.putObject("config"), CONFIG_TYPE, config);
    var array = root.putArray("layers");
    layers.forEach(layer -> describe(array.addObject(), LAYER_TYPE, layer));
    return JSON.writeValueAsBytes(root);
  }

  /** What a job names the image by. */
  public Digest digest() {
    return Sha256.of(canonical());
  }

  /** As {@code index.json} of an image layout has it. */
  static byte[] index(List<Digest> manifests) {
    ObjectNode root = JSON.createObjectNode();
    root.put("schemaVersion", 2);
    var array = root.putArray("manifests");
    manifests.forEach(manifest -> describe(array.addObject(), MANIFEST_TYPE, manifest));
    return JSON.writeValueAsBytes(root);
  }

  private static void describe(ObjectNode node, String type, Digest blob) {
    node.put("mediaType", type);
    node.put("digest", SHA256 + blob.sha256().toHex());
    node.put("size", blob.size());
  }

  /**
   * Reads the canonical form; refuses anything that is not exactly that: other kinds of layers, and
   * fields that two readers might understand differently.
   *
   * @throws IllegalArgumentException it is none; one line that says what to do
   */
  public static ImageManifest parse(byte[] canonical) {
    if (canonical.length > MAXIMUM_SIZE) {
      throw new IllegalArgumentException("an image's manifest has at most 64 KiB");
    }
    ImageManifest manifest;
    try {
      JsonNode root = JSON.readTree(canonical);
      List<Digest> layers = new ArrayList<>();
      root.path("layers").forEach(layer -> layers.add(blob(layer)));
      manifest = new ImageManifest(blob(root.path("config")), layers);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("not an image's manifest", e);
    }
    if (!Arrays.equals(manifest.canonical(), canonical)) {
      throw new IllegalArgumentException(
          "an image's manifest of another form; pack the image with `modicum` itself");
    }
    return manifest;
  }

  private static Digest blob(JsonNode node) {
    String digest = node.path("digest").asString();
    if (!digest.startsWith(SHA256)) {
      throw new IllegalArgumentException("not an image's manifest: it names no sha256");
    }
    return new Digest(
        Bytes32.fromHex(digest.substring(SHA256.length())), node.path("size").asLong());
  }
}
