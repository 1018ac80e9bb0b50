package modicum.ledger.web3j;

import java.nio.file.Path;

/** The password does not open the keystore. */
public final class WrongPassword extends RuntimeException {
  WrongPassword(Path keystore) {
    super("the password does not open the keystore " + keystore);
  }
}
