package modicum.protocol.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.CpuLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
  private static final String MIXED_CASE = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

  @Test
  void readsAnAddressInAnyCase() {
    Address address = Address.fromHex(MIXED_CASE);
    assertThat(address).hasToString(MIXED_CASE.toLowerCase(java.util.Locale.ROOT));
    assertThat(address).isEqualTo(Address.fromHex(MIXED_CASE.substring(2)));
    assertThat(address).isEqualTo(Address.of(address.toArray()));
    assertThat(address).isGreaterThan(Address.ZERO);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0x",
        "0x12",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed00",
        "modicum.eth"
      })
  void refusesWhatIsNoAddress(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Address.fromHex(text))
        .withMessageContaining("0x and 40 hexadecimal digits");
  }

  @Test
  void anAddressIsAWordFilledUpOnTheLeft() {
    assertThat(Address.fromHex(MIXED_CASE).toWord().toHex())
        .isEqualTo("0".repeat(24) + MIXED_CASE.substring(2).toLowerCase(java.util.Locale.ROOT));
  }

  @Test
  void anAddressIsNotChangedFromOutside() {
    byte[] bytes = new byte[Address.SIZE];
    Address address = Address.of(bytes);
    bytes[0] = 1;
    address.toArray()[1] = 1;
    assertThat(address).isEqualTo(Address.ZERO);
  }

  @Test
  void aSignatureIsOfAKeyOrOfAContractOrNone() {
    String hex = "0x" + "1c".repeat(Signature.KEY_SIGNATURE_SIZE);
    assertThat(Signature.fromHex(hex)).hasToString(hex);
    assertThat(Signature.fromHex(hex).isNone()).isFalse();
    assertThat(Signature.fromHex(hex).isOfAKey()).isTrue();
    assertThat(Signature.of(new byte[Signature.MAXIMUM_SIZE]).isOfAKey()).isFalse();
    assertThat(Signature.of(new byte[0])).isEqualTo(Signature.NONE);
    assertThat(Signature.NONE.isNone()).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Signature.of(new byte[Signature.MAXIMUM_SIZE + 1]));
    assertThatIllegalArgumentException().isThrownBy(() -> Signature.fromHex("0xzz"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"amd64", "amd64-v1", "amd64-v3", "amd64-v4", "armv7", "arm64"})
  void readsArchitecturesAsItWritesThem(String name) {
    assertThat(Architecture.fromName(name)).hasToString(name);
  }

  @Test
  void knowsTheNamesOfJavaAndDocker() {
    assertThat(Architecture.fromName("x86_64")).isEqualTo(Architecture.AMD64);
    assertThat(Architecture.fromName("aarch64")).isEqualTo(Architecture.ARM64);
    assertThat(Architecture.fromName("armv7l")).isEqualTo(Architecture.ARMV7);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Architecture.fromName("z80"))
        .withMessageContaining("known: amd64, amd64-v1, amd64-v3, amd64-v4, armv7, arm64");
  }

  @Test
  void anArchitectureSaysWhichLevelOfItIsMeant() {
    assertThat(Architecture.AMD64.cpuLevel()).contains(CpuLevel.X86_64_V2);
    assertThat(Architecture.fromName("x86-64-v2")).isEqualTo(Architecture.AMD64);
    for (CpuLevel level : CpuLevel.values()) {
      Architecture architecture = Architecture.AMD64.at(level);
      assertThat(architecture.cpuLevel()).contains(level);
      assertThat(architecture.instructionSet()).isEqualTo(Architecture.AMD64);
      assertThat(Architecture.fromName(architecture.toString())).isEqualTo(architecture);
    }
    assertThat(Architecture.AMD64.at(CpuLevel.X86_64_V3))
        .isEqualTo(new Architecture(0x30))
        .isNotEqualTo(Architecture.AMD64);
  }

  @Test
  void whatIsNoLevelOfAmd64HasNone() {
    assertThat(Architecture.ARM64.cpuLevel()).isEmpty();
    // A second spelling of the default level, and one that there is not.
    assertThat(new Architecture(0x20).cpuLevel()).isEmpty();
    assertThat(new Architecture(0xf0).cpuLevel()).isEmpty();
    assertThat(Architecture.ARM64.at(CpuLevel.DEFAULT)).isEqualTo(Architecture.ARM64);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Architecture.ARM64.at(CpuLevel.X86_64_V3))
        .withMessageContaining("leave the level out");
  }

  @Test
  void everyListBelongsToTheRoleThatItsNameStartsWith() {
    for (Trust trust : Trust.values()) {
      assertThat(trust.name()).startsWith(trust.holder().name());
    }
  }

  @Test
  void trustIsSaidInWords() {
    Address mediator = Address.fromHex("0x2e04538c757f291b726e23578dfa1dc84aecf694");
    assertThat(Trust.RESOURCE_PROVIDER_TRUSTS_MEDIATOR.sentence(mediator.toWord()))
        .isEqualTo("trusts mediator " + mediator);
    assertThat(Trust.MEDIATOR_SUPPORTS_BASE_LAYER.sentence(Bytes32.ZERO))
        .isEqualTo("supports base layer sha256:" + "0".repeat(64));
  }
}
