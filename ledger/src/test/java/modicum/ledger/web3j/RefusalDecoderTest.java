package modicum.ledger.web3j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import modicum.contracts.Modicum;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Role;
import modicum.protocol.market.Condition;
import modicum.protocol.market.Rejection;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.Stage;
import org.junit.jupiter.api.Test;
import org.web3j.abi.datatypes.CustomError;

class RefusalDecoderTest {
  private static final String NOT_REGISTERED_MEDIATOR =
      "%064x%064x".formatted(Role.MEDIATOR.ordinal(), 0xbeef);

  @Test
  void readsTheDataHoweverANodeWrapsThem() {
    String data = selector("NotRegistered(uint8,address)") + NOT_REGISTERED_MEDIATOR;
    Rejection expected =
        Rejection.of(
            Condition.NOT_REGISTERED,
            Role.MEDIATOR,
            Address.fromHex("0x" + "0".repeat(36) + "beef"));
    assertThat(RefusalDecoder.decode("0x" + data)).contains(expected);
    assertThat(RefusalDecoder.decode("\"0x" + data + "\"")).contains(expected);
    assertThat(RefusalDecoder.decode("{\"message\":\"revert\",\"data\":\"0x" + data + "\"}"))
        .contains(expected);
    assertThat(RefusalDecoder.decode("Reverted 0x" + data.toUpperCase(java.util.Locale.ROOT)))
        .contains(expected);
  }

  @Test
  void whatIsNoErrorOfTheContractIsNone() {
    for (String data : new String[] {null, "", "0x", "null", "0x08c379a0", "0x1234"}) {
      assertThat(RefusalDecoder.decode(data)).as(data).isEmpty();
    }
  }

  @Test
  void dataThatAreCutShortOrHoldNoSuchCodeAreNonsense() {
    String selector = selector("NotRegistered(uint8,address)");
    assertThatThrownBy(() -> RefusalDecoder.decode("0x" + selector + "00"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> RefusalDecoder.decode("0x" + selector + "%064x%064x".formatted(9, 0xbeef)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Role");
  }

  @Test
  void knowsEveryErrorOfTheContract() {
    Set<String> declared =
        Arrays.stream(Modicum.class.getFields())
            .filter(field -> field.getType() == CustomError.class)
            .map(RefusalDecoderTest::name)
            .collect(Collectors.toSet());
    // Only at deployment.
    declared.remove("InvalidParameters");
    assertThat(Arrays.stream(Condition.values()).map(Condition::errorName))
        .containsExactlyInAnyOrderElementsOf(declared);
  }

  private static String name(java.lang.reflect.Field field) {
    try {
      return ((CustomError) field.get(null)).getName();
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private static String selector(String signature) {
    return modicum.protocol.encoding.Keccak256.hashUtf8(signature).toHex().substring(0, 8);
  }

  @Test
  void readsARefusalThatANodePutsIntoItsMessageOnly() {
    String match = "a2f3417ee8a36c66a2be0a4947a9c7de5d0a56286d4c1b82e67b7586942a0553";
    String message =
        "execution reverted: custom error 0xf2a848a8: "
            + match
            + "0".repeat(63)
            + "5"
            + "0".repeat(63)
            + "6";
    assertThat(RefusalDecoder.decodeMessage(message))
        .contains(
            Rejection.of(
                Condition.NOT_IN_STAGE, MatchId.fromHex(match), Stage.IN_MEDIATION, Stage.CLOSED));
    assertThat(RefusalDecoder.decodeMessage("execution reverted")).isEmpty();
    assertThat(RefusalDecoder.decodeMessage(null)).isEmpty();
  }
}
