package modicum.executor.image;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import modicum.executor.BadImage;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;

/**
 * Packs an image so that the archive's bytes follow from the image's id: what engines save carries
 * times, tags and an order of their own.
 *
 * <p>The form: {@code manifest.json}, {@code <id>.json}, then each layer as {@code <diff id>.tar},
 * base layer first, each once.
 */
public final class CanonicalArchive {
  private static final int FILE_MODE = 0644;
  private static final int MAXIMUM_TEXT_SIZE = 1 << 22;

  private CanonicalArchive() {}

  /** A layer as a file. */
  record Layer(Bytes32 diffId, Path file) {}

  /**
   * Rewrites what an engine saved.
   *
   * @param saved the stream of the engine, not closed here
   * @param scratch an empty folder for the layers meanwhile
   * @return the digest of the archive
   * @throws BadImage when what the engine saved is not the image of that id
   */
  public static Digest rewrite(
      InputStream saved, Bytes32 id, Path scratch, Path archive, LongConsumer progress)
      throws IOException, BadImage {
    Map<Bytes32, Path> layers = new HashMap<>();
    byte[] config = unpack(saved, id, scratch, layers, progress);
    List<Layer> ordered = new ArrayList<>();
    for (Bytes32 diffId : ImageConfig.parse(config).diffIds()) {
      if (!layers.containsKey(diffId)) {
        throw new BadImage("the engine did not save layer " + diffId.toHex());
      }
      ordered.add(new Layer(diffId, layers.get(diffId)));
    }
    return write(config, ordered, archive, progress);
  }

  static Digest write(byte[] config, List<Layer> layers, Path archive, LongConsumer progress)
      throws IOException {
    MessageDigest sha256 = Sha256.newDigest();
    try (OutputStream out =
        new BufferedOutputStream(
            new DigestOutputStream(Files.newOutputStream(archive), sha256), 1 << 16)) {
      TarWriter tar = new TarWriter(out);
      String configName = Sha256.of(config).sha256().toHex() + ".json";
      List<String> names = layers.stream().map(l -> l.diffId().toHex() + ".tar").toList();
      tar.file(
          ArchiveIndex.NAME, FILE_MODE, new ArchiveIndex(configName, names, List.of()).toJson());
      tar.file(configName, FILE_MODE, config);
      Set<Bytes32> written = new HashSet<>();
      for (Layer layer : layers) {
        if (!written.add(layer.diffId())) {
          continue;
        }
        long size = Files.size(layer.file());
        try (InputStream in = Files.newInputStream(layer.file())) {
          tar.file(layer.diffId().toHex() + ".tar", FILE_MODE, size, in);
        }
        progress.accept(Files.size(archive));
      }
      tar.finish();
    }
    return new Digest(Bytes32.of(sha256.digest()), Files.size(archive));
  }

  /** Sorts the saved files by what they are: the configuration by its hash, layers by theirs. */
  private static byte[] unpack(
      InputStream saved, Bytes32 id, Path scratch, Map<Bytes32, Path> layers, LongConsumer progress)
      throws IOException, BadImage {
    TarReader tar = new TarReader(saved, true);
    byte[] config = null;
    for (Optional<TarEntry> e = tar.next(); e.isPresent(); e = tar.next()) {
      if (!e.get().isFile()) {
        continue;
      }
      Path file = scratch.resolve("entry-" + layers.size());
      Bytes32 sha256 = copy(tar.content(), file);
      if (sha256.equals(id) && e.get().size() <= MAXIMUM_TEXT_SIZE) {
        config = Files.readAllBytes(file);
      } else if (layers.putIfAbsent(sha256, file) == null) {
        progress.accept(0);
      }
    }
    if (config == null) {
      throw new BadImage("the engine saved another image than " + id.toHex());
    }
    return config;
  }

  private static Bytes32 copy(InputStream content, Path file) throws IOException {
    MessageDigest sha256 = Sha256.newDigest();
    try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), sha256)) {
      content.transferTo(out);
    }
    return Bytes32.of(sha256.digest());
  }
}
