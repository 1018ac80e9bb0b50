package modicum.marketplace.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import modicum.ledger.web3j.Keystore;
import modicum.ledger.web3j.Web3jSigner;

/** The keys of a local market's parties: keystores under one generated password. */
final class LocalAccounts {
  private static final int PASSWORD_BYTES = 24;

  private final Path folder;

  LocalAccounts(Path folder) {
    this.folder = folder;
  }

  /** The party's key, made when first asked for. */
  Web3jSigner of(String party) {
    Path file = keystore(party);
    return Files.exists(file)
        ? Keystore.load(file, password())
        : Keystore.create(file, password(), Keystore.Strength.LIGHT);
  }

  Path keystore(String party) {
    return folder.resolve(party + ".json");
  }

  Path passwordFile() {
    return folder.resolve("password");
  }

  private String password() {
    Path file = passwordFile();
    try {
      if (!Files.exists(file)) {
        write(file);
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read or write " + file, e);
    }
  }

  private void write(Path file) throws IOException {
    Files.createDirectories(folder);
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, HexFormat.of().formatHex(random) + "\n");
  }
}
