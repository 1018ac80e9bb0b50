package modicum.ledger.web3j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import modicum.ledger.config.BadConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeystoreTest {
  @TempDir private Path folder;

  @Test
  void opensWithItsPasswordOnly() {
    Path file = folder.resolve("keys/alice.json");
    Web3jSigner created = Keystore.create(file, "correct horse", Keystore.Strength.LIGHT);
    assertThat(Keystore.load(file, "correct horse").address()).isEqualTo(created.address());
    assertThatThrownBy(() -> Keystore.load(file, "battery staple"))
        .isInstanceOf(WrongPassword.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void theStandardStrengthOpensToo() {
    Path file = folder.resolve("alice.json");
    Web3jSigner created = Keystore.create(file, "correct horse", Keystore.Strength.STANDARD);
    assertThat(Keystore.load(file, "correct horse").address()).isEqualTo(created.address());
    assertThat(file).content().contains("\"n\":262144");
  }

  @Test
  void onlyItsOwnerMayReadItAndNothingElseIsLeftBehind() throws IOException {
    Path file = folder.resolve("alice.json");
    Keystore.create(file, "p", Keystore.Strength.LIGHT);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void anExistingKeyIsNeverOverwritten() {
    Path file = folder.resolve("alice.json");
    Web3jSigner created = Keystore.create(file, "p", Keystore.Strength.LIGHT);
    assertThatThrownBy(() -> Keystore.create(file, "q", Keystore.Strength.LIGHT))
        .isInstanceOf(BadConfiguration.class)
        .hasMessageContaining("exists already");
    assertThat(Keystore.load(file, "p").address()).isEqualTo(created.address());
  }

  @Test
  void saysThatAFileIsMissingOrNoKeystore() throws IOException {
    assertThatThrownBy(() -> Keystore.load(folder.resolve("none.json"), "p"))
        .isInstanceOf(BadConfiguration.class)
        .hasMessageContaining("does not exist");
    for (String content : new String[] {"", "not json", "{}", "[1]", "{\"version\":3}", "null"}) {
      Path file = folder.resolve("bad.json");
      Files.writeString(file, content);
      assertThatThrownBy(() -> Keystore.load(file, "p"))
          .as(content)
          .isInstanceOf(BadConfiguration.class)
          .hasMessageContaining("is not a keystore");
    }
  }

  @Test
  void saysWhoseItIsWithoutItsPassword() throws IOException {
    Path file = folder.resolve("alice.json");
    Web3jSigner created = Keystore.create(file, "p", Keystore.Strength.LIGHT);
    assertThat(Keystore.address(file)).isEqualTo(created.address());

    String content = Files.readString(file);
    String address = created.address().toString().substring(2);
    assertThat(content).contains(address);
    Files.writeString(file, content.replace(address, ""));
    assertThatThrownBy(() -> Keystore.address(file))
        .isInstanceOf(BadConfiguration.class)
        .hasMessageContaining("does not say whose it is");
    Files.writeString(file, content.replace(address, "me"));
    assertThatThrownBy(() -> Keystore.address(file))
        .isInstanceOf(BadConfiguration.class)
        .hasMessageContaining("is not a keystore");
  }

  @Test
  void aKeystoreThatAnotherProgramWroteOpens() throws IOException {
    // The test vector of the format's own definition.
    Path file = folder.resolve("vector.json");
    Files.writeString(
        file,
        """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
        "kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256",
        "salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
        "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
        "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """);
    assertThat(Keystore.load(file, "testpassword").address())
        .hasToString("0x008aeeda4d805471df9b2a5b0f38a0c3bcba786b");
  }
}
