package modicum.ledger.web3j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Signature;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Sign;

class Web3jSignaturesTest {
  private static final Bytes32 HASH = Keccak256.hashUtf8("an offer");

  private final Web3jSignatures signatures = new Web3jSignatures();
  private final Web3jSigner alice = Web3jSigner.fromPrivateKey(Keccak256.hashUtf8("alice"));

  @Test
  void tellsWhoSigned() {
    for (int i = 0; i < 50; i++) {
      Bytes32 hash = Keccak256.hashUtf8("offer " + i);
      assertThat(signatures.recover(hash, alice.sign(hash))).contains(alice.address());
    }
  }

  @Test
  void anotherHashHasAnotherSigner() {
    assertThat(signatures.recover(Bytes32.ZERO, alice.sign(HASH)))
        .isNotEqualTo(java.util.Optional.of(alice.address()));
  }

  @Test
  void theOtherFormOfASignatureIsNone() {
    byte[] bytes = alice.sign(HASH).toArray();
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(bytes, 32, 64));
    byte[] high = Sign.CURVE_PARAMS.getN().subtract(s).toByteArray();
    System.arraycopy(high, high.length - 32, bytes, 32, 32);
    bytes[64] = (byte) (bytes[64] == 27 ? 28 : 27);
    assertThat(signatures.recover(HASH, Signature.of(bytes))).isEmpty();
  }

  @Test
  void whateverElseIsNoSignatureHasNoSigner() {
    assertThat(signatures.recover(HASH, Signature.NONE)).isEmpty();
    assertThat(signatures.recover(HASH, Signature.of(new byte[65]))).isEmpty();
    byte[] wrongV = alice.sign(HASH).toArray();
    wrongV[64] = 29;
    assertThat(signatures.recover(HASH, Signature.of(wrongV))).isEmpty();
    byte[] ones = new byte[65];
    Arrays.fill(ones, (byte) 0xff);
    ones[64] = 27;
    assertThat(signatures.recover(HASH, Signature.of(ones))).isEmpty();
  }

  @Test
  void noBytesMakeItThrow() {
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    for (int i = 0; i < 500; i++) {
      byte[] bytes = new byte[65];
      random.nextBytes(bytes);
      bytes[32] &= 0x7f;
      bytes[64] = (byte) (27 + i % 2);
      assertThat(signatures.recover(HASH, Signature.of(bytes)))
          .isNotEqualTo(java.util.Optional.of(alice.address()));
    }
  }

  @Test
  void aKeyOutsideTheCurvesRangeIsRefused() {
    assertThatThrownBy(() -> Web3jSigner.fromPrivateKey(Bytes32.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(alice.toString()).isEqualTo("signer " + alice.address());
  }
}
