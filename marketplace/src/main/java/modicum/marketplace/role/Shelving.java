package modicum.marketplace.role;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import modicum.directory.Directory;
import modicum.directory.TransferProgress;
import modicum.directory.client.HostedDirectory;
import modicum.directory.image.ImageLayout;
import modicum.directory.image.ImageManifest;
import modicum.executor.ImageCatalog;
import modicum.executor.LocalImage;
import modicum.executor.UnknownImage;
import modicum.jobcreator.result.FileTree;
import modicum.ledger.config.BadConfiguration;
import modicum.ledger.config.MarketFile;
import modicum.ledger.web3j.Web3jSignatures;
import modicum.protocol.content.Digest;
import modicum.protocol.identity.Address;

/**
 * Puts base layers on a directory's shelf, in the directory's own name.
 *
 * @param directory its operator's view of it
 * @param scratch folder in which images are unpacked
 */
public record Shelving(Directory directory, Path scratch) {
  /**
   * Finds the running directory of an operator: where the market file says that it is, else where
   * its own configuration does.
   */
  public static HostedDirectory running(MarketConnection connection, DirectorySettings settings) {
    Address account = connection.ledger().account();
    if (connection.market().directories().stream()
        .map(MarketFile.DirectoryEntry::account)
        .anyMatch(account::equals)) {
      return connection.directory(account);
    }
    if (settings.endpoint() == null && settings.port() == 0) {
      throw new BadConfiguration(
          "it is not known where the directory serves; give it a port, or name it in the market"
              + " file");
    }
    String endpoint =
        settings.endpoint() == null
            ? "http://" + settings.host() + ":" + settings.port()
            : settings.endpoint();
    return new HostedDirectory(
        new HostedDirectory.Connection(
            URI.create(endpoint), account, connection.ledger().signer(), new Web3jSignatures()));
  }

  /**
   * Puts the lowest layer of an image there, unless it is.
   *
   * @return the layer: what base layers are named by
   * @throws UnknownImage there is no such image on this machine
   */
  public Digest put(ImageCatalog images, String name, TransferProgress progress)
      throws UnknownImage, IOException {
    LocalImage image = images.find(name);
    Path folder = Files.createTempDirectory(Files.createDirectories(scratch), "shelve-");
    try {
      ImageLayout layout = new ImageLayout(folder);
      ImageManifest manifest =
          layout.manifest(images.export(image, layout, taken -> {})).orElseThrow();
      Digest layer = manifest.layers().getFirst();
      directory.put(layer, () -> Files.newInputStream(layout.blob(layer.sha256())), progress);
      return layer;
    } finally {
      FileTree.delete(folder);
    }
  }
}
