package modicum.ledger.web3j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import modicum.ledger.config.BadConfiguration;
import modicum.protocol.identity.Address;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Wallet;
import org.web3j.crypto.WalletFile;
import org.web3j.crypto.exception.CipherException;
import org.web3j.utils.Numeric;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Files that hold one account's private key, encrypted with a password (Web3 keystore, version 3).
 */
public final class Keystore {
  private static final long MAXIMUM_SIZE = 64 * 1024;
  private static final int OWN_VERSION = 3;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** How much work it is to try a password. */
  public enum Strength {
    /** For keys that hold real money: about a second and 256 MiB for each try. */
    STANDARD,
    /** For local markets and tests: some milliseconds. */
    LIGHT
  }

  private Keystore() {}

  /**
   * Makes a new account and writes its keystore; only the file's owner may read it.
   *
   * @throws BadConfiguration when the file exists or cannot be written
   */
  public static Web3jSigner create(Path file, String password, Strength strength) {
    Web3jSigner signer = Web3jSigner.generate();
    save(file, signer, password, strength);
    return signer;
  }

  /**
   * Writes an account's keystore; only the file's owner may read it.
   *
   * @throws BadConfiguration when the file exists or cannot be written
   */
  public static void save(Path file, Web3jSigner signer, String password, Strength strength) {
    try {
      byte[] content = JSON.writeValueAsBytes(encrypt(signer, password, strength));
      Path directory = file.toAbsolutePath().getParent();
      Files.createDirectories(directory);
      // Complete before it has its name: a half-written keystore would be a lost key.
      Path next = Files.createTempFile(directory, ".keystore", ".next", ownerOnly(directory));
      Files.write(next, content, StandardOpenOption.SYNC);
      publish(next, file);
    } catch (IOException e) {
      throw new BadConfiguration(
          "the keystore " + file + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** A link never replaces a file that is there; a rename would. */
  private static void publish(Path next, Path file) throws IOException {
    try {
      Files.createLink(file, next);
    } catch (java.nio.file.FileAlreadyExistsException e) {
      throw new BadConfiguration(
          "the keystore " + file + " exists already; it is not overwritten", e);
    } finally {
      Files.deleteIfExists(next);
    }
  }

  /**
   * Opens a keystore.
   *
   * @throws WrongPassword when the password does not open it
   * @throws BadConfiguration when the file is missing or is no keystore
   */
  public static Web3jSigner load(Path file, String password) {
    WalletFile wallet = read(file);
    try {
      ECKeyPair key = Wallet.decrypt(password, wallet);
      return new Web3jSigner(Credentials.create(key));
    } catch (CipherException e) {
      throw new WrongPassword(file);
    } catch (RuntimeException e) {
      throw notAKeystore(file, e);
    }
  }

  /**
   * Whose keystore this is, for which no password is needed. The file says it and nothing proves
   * it, so it is good for looking only.
   *
   * @throws BadConfiguration when the file is missing, is no keystore, or does not say it
   */
  public static Address address(Path file) {
    String address = read(file).getAddress();
    if (address == null || address.isBlank()) {
      throw new BadConfiguration(
          "the keystore "
              + file
              + " does not say whose it is; add its \"address\", as most programs write it");
    }
    try {
      return Address.fromHex(Numeric.prependHexPrefix(address));
    } catch (IllegalArgumentException e) {
      throw notAKeystore(file, e);
    }
  }

  private static WalletFile read(Path file) {
    try {
      if (Files.size(file) > MAXIMUM_SIZE) {
        throw notAKeystore(file, null);
      }
      WalletFile wallet = JSON.readValue(Files.readAllBytes(file), WalletFile.class);
      if (wallet == null || wallet.getVersion() != OWN_VERSION || wallet.getCrypto() == null) {
        throw notAKeystore(file, null);
      }
      return wallet;
    } catch (NoSuchFileException e) {
      throw new BadConfiguration("the keystore " + file + " does not exist", e);
    } catch (IOException e) {
      throw new BadConfiguration("the keystore " + file + " cannot be read: " + e.getMessage(), e);
    } catch (JacksonException e) {
      throw notAKeystore(file, e);
    }
  }

  private static WalletFile encrypt(Web3jSigner signer, String password, Strength strength) {
    try {
      ECKeyPair key = signer.credentials().getEcKeyPair();
      return switch (strength) {
        case STANDARD -> Wallet.createStandard(password, key);
        case LIGHT -> Wallet.createLight(password, key);
      };
    } catch (CipherException e) {
      throw new IllegalStateException("this Java cannot encrypt a keystore", e);
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path directory) throws IOException {
    Set<String> views = directory.getFileSystem().supportedFileAttributeViews();
    return views.contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static BadConfiguration notAKeystore(Path file, Throwable cause) {
    return new BadConfiguration(file + " is not a keystore (Web3 keystore, version 3)", cause);
  }
}
