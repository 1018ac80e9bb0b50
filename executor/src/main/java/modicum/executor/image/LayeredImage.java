package modicum.executor.image;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import modicum.directory.image.ImageLayout;
import modicum.directory.image.ImageManifest;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.ImageReference;
import tools.jackson.databind.json.JsonMapper;

/** An image of one file a layer, made without an engine. */
public final class LayeredImage {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int MODE = 0755;

  private LayeredImage() {}

  /**
   * Writes the image into a layout.
   *
   * @param files one for each layer, the base layer's first; they stand in the image's root folder
   * @return what names the image in a job
   */
  public static ImageReference write(
      List<Path> files, Architecture architecture, ImageLayout layout) throws IOException {
    List<Digest> layers = new ArrayList<>();
    for (Path file : files) {
      layers.add(layer(file, layout));
    }
    return of(layers, architecture, layout);
  }

  /**
   * Makes an image of layers that the layout has: the same image each time.
   *
   * @param layers the base layer first
   * @return what names the image in a job
   */
  public static ImageReference of(
      List<Digest> layers, Architecture architecture, ImageLayout layout) {
    Digest config = layout.write(config(architecture, layers));
    Digest manifest = layout.write(new ImageManifest(config, layers).canonical());
    layout.announce(manifest);
    return new ImageReference(manifest, config.sha256(), layers.getFirst().sha256());
  }

  private static Digest layer(Path file, ImageLayout layout) throws IOException {
    Path scratch = layout.scratch();
    MessageDigest sha256 = Sha256.newDigest();
    try (OutputStream out =
            new BufferedOutputStream(
                new DigestOutputStream(Files.newOutputStream(scratch), sha256), 1 << 16);
        var in = Files.newInputStream(file)) {
      TarWriter tar = new TarWriter(out);
      tar.file(file.getFileName().toString(), MODE, Files.size(file), in);
      tar.finish();
    }
    Digest layer = new Digest(Bytes32.of(sha256.digest()), Files.size(scratch));
    layout.take(scratch, layer.sha256());
    return layer;
  }

  private static byte[] config(Architecture architecture, List<Digest> layers) {
    var root = JSON.createObjectNode();
    root.put("architecture", architecture.toString());
    root.putObject("config");
    root.put("os", "linux");
    var rootfs = root.putObject("rootfs");
    rootfs.put("type", "layers");
    var diffIds = rootfs.putArray("diff_ids");
    layers.forEach(layer -> diffIds.add("sha256:" + layer.sha256().toHex()));
    return JSON.writeValueAsBytes(root);
  }
}
