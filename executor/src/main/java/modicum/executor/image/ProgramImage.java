package modicum.executor.image;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.TreeSet;
import modicum.directory.image.ImageLayout;
import modicum.directory.image.ImageManifest;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.ImageReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The smallest image there is: one statically linked program under {@code /bin}, under one or more
 * names, as busybox is meant to be installed. No registry, no build, and the same bytes each time.
 */
public final class ProgramImage {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int MODE = 0755;
  private static final String EPOCH = "1970-01-01T00:00:00Z";

  private ProgramImage() {}

  /**
   * Writes the image into a layout.
   *
   * @param program a statically linked program of this architecture
   * @param names further names of it, as links
   * @param command what an empty command of a job runs
   * @return what names the image in a job
   */
  public static ImageReference write(
      Path program,
      List<String> names,
      List<String> command,
      Architecture architecture,
      ImageLayout layout)
      throws IOException {
    Path scratch = layout.scratch();
    Bytes32 diffId = writeLayer(program, names, scratch);
    Digest layer = new Digest(diffId, Files.size(scratch));
    layout.take(scratch, diffId);
    Digest config = layout.write(config(command, architecture, diffId));
    Digest manifest = layout.write(new ImageManifest(config, List.of(layer)).canonical());
    layout.announce(manifest);
    return new ImageReference(manifest, config.sha256(), diffId);
  }

  private static Bytes32 writeLayer(Path program, List<String> names, Path layer)
      throws IOException {
    MessageDigest sha256 = Sha256.newDigest();
    String programName = program.getFileName().toString();
    try (OutputStream out =
        new BufferedOutputStream(
            new DigestOutputStream(Files.newOutputStream(layer), sha256), 1 << 16)) {
      TarWriter tar = new TarWriter(out);
      tar.folder("bin", MODE);
      tar.file("bin/" + programName, MODE, Files.readAllBytes(program));
      for (String name : new TreeSet<>(names)) {
        tar.link("bin/" + name, programName);
      }
      tar.finish();
    }
    return Bytes32.of(sha256.digest());
  }

  private static byte[] config(List<String> command, Architecture architecture, Bytes32 diffId) {
    var root = JSON.createObjectNode();
    root.put("architecture", architecture.toString());
    var config = root.putObject("config");
    config.putArray("Env").add("PATH=/bin");
    var commandNode = config.putArray("Cmd");
    command.forEach(commandNode::add);
    root.put("created", EPOCH);
    root.putArray("history").addObject().put("created", EPOCH);
    root.put("os", "linux");
    var rootfs = root.putObject("rootfs");
    rootfs.put("type", "layers");
    rootfs.putArray("diff_ids").add("sha256:" + diffId.toHex());
    return JSON.writeValueAsBytes(root);
  }
}
