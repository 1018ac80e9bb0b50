package modicum.marketplace.cli;

import java.nio.file.Path;
import modicum.ledger.config.BadConfiguration;
import modicum.ledger.config.MarketFile;
import modicum.ledger.config.PasswordFile;
import modicum.ledger.config.YamlFile;
import modicum.marketplace.role.DirectorySettings;
import modicum.marketplace.role.MarketConnection;
import modicum.mediator.MediatorConfig;
import modicum.provider.ProviderConfig;
import modicum.solver.app.SolverConfig;

/**
 * The configuration file of a role: where the market is, whose account it is, and the role's own
 * part. Paths are relative to the file.
 *
 * @param market market file
 * @param keystore the account's keystore file
 * @param passwordFile its first line opens the keystore
 */
record RoleFile(
    String market,
    String keystore,
    String passwordFile,
    ProviderConfig provider,
    MediatorConfig mediator,
    SolverConfig solver,
    DirectorySettings directory) {
  RoleFile {
    require(market, "market");
    require(keystore, "keystore");
    require(passwordFile, "passwordFile");
  }

  static RoleFile read(Path file) {
    return YamlFile.read(file, RoleFile.class);
  }

  /** The part of the role that the command is for. */
  static <T> T part(T part, String name, Path file) {
    if (part == null) {
      throw new BadConfiguration(file + " has no part '" + name + "'; see the command's --help");
    }
    return part;
  }

  MarketConnection connect(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    return MarketConnection.open(
        MarketFile.read(folder.resolve(market)),
        folder.resolve(keystore),
        PasswordFile.read(folder.resolve(passwordFile)));
  }

  private static void require(String value, String name) {
    if (value == null) {
      throw new IllegalArgumentException("'" + name + "' is missing");
    }
  }
}
