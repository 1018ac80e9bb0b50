package modicum.executor.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import modicum.directory.image.ImageLayout;
import modicum.directory.image.ImageManifest;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.ImageReference;

/** Makes images as a hostile job creator would: any entry, any layer, any configuration. */
public final class ImageForge {
  private static final int BLOCK = 512;

  /** A layer being written. */
  public static final class Layer {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public Layer file(String name, int mode, byte[] content) {
      return entry(name, '0', mode, content.length, "", 0, 0).raw(content).pad();
    }

    public Layer file(String name, int mode, Path program) throws IOException {
      return file(name, mode, Files.readAllBytes(program));
    }

    public Layer folder(String name) {
      return entry(name, '5', 0755, 0, "", 0, 0);
    }

    public Layer link(String name, String target) {
      return entry(name, '2', 0777, 0, target, 0, 0);
    }

    public Layer hardLink(String name, String target) {
      return entry(name, '1', 0777, 0, target, 0, 0);
    }

    public Layer pipe(String name) {
      return entry(name, '6', 0666, 0, "", 0, 0);
    }

    public Layer device(String name, char type, int major, int minor) {
      return entry(name, type, 0666, 0, "", major, minor);
    }

    /** An extended header for the entry that follows. */
    public Layer extended(String... records) {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      for (String record : records) {
        int length = record.length() + 3;
        while (("" + length).length() + 1 + record.length() + 1 != length) {
          length++;
        }
        text.writeBytes((length + " " + record + "\n").getBytes(UTF_8));
      }
      return entry("x", 'x', 0644, text.size(), "", 0, 0).raw(text.toByteArray()).pad();
    }

    public Layer entry(
        String name, char type, int mode, long size, String target, int major, int minor) {
      byte[] head = new byte[BLOCK];
      put(head, 0, name);
      put(head, 100, "%07o".formatted(mode));
      put(head, 108, "0000000");
      put(head, 116, "0000000");
      put(head, 124, "%011o".formatted(size));
      put(head, 136, "00000000000");
      put(head, 148, "        ");
      head[156] = (byte) type;
      put(head, 157, target);
      put(head, 257, "ustar");
      put(head, 263, "00");
      put(head, 329, "%07o".formatted(major));
      put(head, 337, "%07o".formatted(minor));
      int sum = 0;
      for (byte b : head) {
        sum += b & 0xff;
      }
      put(head, 148, "%06o\0 ".formatted(sum));
      return raw(head);
    }

    public Layer raw(byte[] bytes) {
      out.writeBytes(bytes);
      return this;
    }

    Layer pad() {
      return raw(new byte[(BLOCK - out.size() % BLOCK) % BLOCK]);
    }

    public byte[] tar() {
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      whole.writeBytes(out.toByteArray());
      whole.writeBytes(new byte[2 * BLOCK]);
      return whole.toByteArray();
    }

    private static void put(byte[] head, int at, String text) {
      byte[] bytes = text.getBytes(UTF_8);
      System.arraycopy(bytes, 0, head, at, bytes.length);
    }
  }

  /** An image and the folder of its layout. */
  public record Forged(ImageReference reference, Path layout) {}

  private final ImageLayout layout;
  private final List<byte[]> stored = new ArrayList<>();
  private final List<Bytes32> claimed = new ArrayList<>();
  private String config = "\"Env\":[\"PATH=/bin\"]";

  public ImageForge(Path folder) {
    this.layout = new ImageLayout(folder);
  }

  /** An honest layer. */
  public ImageForge layer(Layer layer) {
    return layer(layer.tar(), Sha256.of(layer.tar()).sha256());
  }

  /** A layer as it is stored, and what manifest and configuration say that it is. */
  public ImageForge layer(byte[] bytes, Bytes32 claim) {
    stored.add(bytes);
    claimed.add(claim);
    return this;
  }

  /** Members of the configuration's own {@code config}, as JSON. */
  public ImageForge config(String members) {
    config = members;
    return this;
  }

  public Forged forge() {
    Digest json = layout.write(configJson());
    List<Digest> layers = new ArrayList<>();
    for (int i = 0; i < stored.size(); i++) {
      layers.add(new Digest(claimed.get(i), stored.get(i).length));
      store(stored.get(i), claimed.get(i));
    }
    Digest manifest = layout.write(new ImageManifest(json, layers).canonical());
    return new Forged(
        new ImageReference(manifest, json.sha256(), claimed.getFirst()), layout.folder());
  }

  private void store(byte[] bytes, Bytes32 claim) {
    try {
      Path scratch = layout.scratch();
      Files.write(scratch, bytes);
      layout.take(scratch, claim);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] configJson() {
    String layers =
        String.join(",", claimed.stream().map(id -> "\"sha256:" + id.toHex() + "\"").toList());
    return ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{"
            + config
            + "},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
            + layers
            + "]}}")
        .getBytes(UTF_8);
  }
}
