package modicum.protocol.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.HexFormat;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;
import modicum.protocol.result.ResultCommitment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncodingTest {
  @Test
  void hashesAsEthereumDoesNotAsSha3Does() {
    // The published hashes of the empty string, of "abc", and of ERC-20's Transfer event.
    assertThat(Keccak256.hashUtf8(""))
        .hasToString("0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    assertThat(Keccak256.hashUtf8("abc"))
        .hasToString("0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
    assertThat(Keccak256.hashUtf8("Transfer(address,address,uint256)"))
        .hasToString("0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
  }

  @Test
  void hashesPartsAsTheirConcatenation() {
    assertThat(Keccak256.hash(new byte[] {'a'}, new byte[0], new byte[] {'b', 'c'}))
        .isEqualTo(Keccak256.hashUtf8("abc"));
  }

  @Test
  void padsEveryValueToAWord() {
    byte[] words =
        new Words()
            .add(1)
            .add(BigInteger.valueOf(0xff80))
            .add(Address.fromHex("0x00000000000000000000000000000000000000ab"))
            .add(Bytes32.fromHex("cd".repeat(32)))
            .add(BigInteger.TWO.pow(256).subtract(BigInteger.ONE))
            .add(BigInteger.ZERO)
            .toArray();
    assertThat(HexFormat.of().formatHex(words))
        .isEqualTo(
            "0".repeat(63)
                + "1"
                + "0".repeat(60)
                + "ff80"
                + "0".repeat(62)
                + "ab"
                + "cd".repeat(32)
                + "ff".repeat(32)
                + "0".repeat(64));
  }

  @Test
  void hashesWordsAsSolidityDoes() {
    // cast keccak $(cast abi-encode 'f(uint256)' 1)
    assertThat(new Words().add(1).hash())
        .hasToString("0xb10e2d527612073b26eecdfd717e6a320cf44b4afac2b0732d9fcbe2b7fa0cf6");
  }

  @Test
  void refusesWhatIsNoUnsignedWord() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Words().add(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Words().add(BigInteger.TWO.pow(256)));
  }

  @Test
  void commitsToMatchProviderAndOutput() {
    MatchId match = MatchId.fromHex("11".repeat(32));
    Address provider = Address.fromHex("22".repeat(20));
    Bytes32 digest = Bytes32.fromHex("33".repeat(32));
    // cast keccak 0x<match><provider><digest>, which is abi.encodePacked
    assertThat(ResultCommitment.of(match, provider, digest))
        .isEqualTo(
            Keccak256.hash(
                HexFormat.of().parseHex("11".repeat(32) + "22".repeat(20) + "33".repeat(32))))
        .hasToString("0x478c047f1f2d93b75ef814921369667d5635827bab46dab9ad6eddb079e935cf");
  }

  @Test
  void readsAWordWithAndWithoutPrefix() {
    Bytes32 word = Bytes32.fromHex("0x" + "Ab".repeat(32));
    assertThat(word).isEqualTo(Bytes32.fromHex("ab".repeat(32)));
    assertThat(word.toHex()).isEqualTo("ab".repeat(32));
    assertThat(word).hasToString("0x" + "ab".repeat(32));
    assertThat(word).isGreaterThan(Bytes32.ZERO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0x", "ab", "0x0x", "zz"})
  void refusesWhatIsNoWord(String start) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bytes32.fromHex(start))
        .withMessageContaining("64 hexadecimal digits");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bytes32.fromHex("zz".repeat(32)))
        .withMessageContaining("64 hexadecimal digits");
  }

  @Test
  void aWordIsNotChangedFromOutside() {
    byte[] bytes = new byte[Bytes32.SIZE];
    Bytes32 word = Bytes32.of(bytes);
    bytes[0] = 1;
    word.toArray()[1] = 1;
    assertThat(word).isEqualTo(Bytes32.ZERO);
    assertThatIllegalArgumentException().isThrownBy(() -> Bytes32.of(new byte[31]));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\nb", "%41", "+", "\0", "größe", "\ud83d\ude00", "a/b"})
  void anyTextIsOneFieldAndComesBack(String text) {
    assertThat(Text.encode(text)).doesNotContain(" ", "\n");
    assertThat(Text.decode(Text.encode(text))).isEqualTo(text);
    assertThat(Text.isEncodable(text)).isTrue();
  }

  @Test
  void halfACharacterIsNoText() {
    assertThat(Text.isEncodable("\ud83d")).isFalse();
  }

  @Test
  void aTextOfAnotherPartyIsShownOnOneShortLine() {
    assertThat(Text.shown("a\nb\u0085c\u2028d")).isEqualTo("a?b?c?d");
    assertThat(Text.shown("x".repeat(1000))).hasSize(203);
  }
}
