package modicum.protocol.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import modicum.protocol.identity.Role;
import modicum.protocol.identity.Trust;
import modicum.protocol.market.Condition;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The same words in the same order as the contract: an ordinal here is a code there. */
class ContractVocabularyTest {
  private static final Path CONTRACT = Path.of("../contracts/src/interfaces/IModicum.sol");

  static Stream<Arguments> enums() {
    return Stream.of(
        Arguments.of("Role", Role.values()),
        Arguments.of("Trust", Trust.values()),
        Arguments.of("Stage", Stage.values()),
        Arguments.of("ResultStatus", ResultStatus.values()),
        Arguments.of("RejectReason", RejectReason.values()),
        Arguments.of("Verdict", Verdict.values()),
        Arguments.of("Party", FaultyParty.values()),
        Arguments.of("ClosingReason", ClosingReason.values()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("enums")
  void hasTheContractsValuesInItsOrder(String name, Enum<?>[] values) throws IOException {
    assertThat(Arrays.stream(values).map(ContractVocabularyTest::solidityName))
        .containsExactlyElementsOf(solidityEnum(name));
  }

  @Test
  void hasOneConditionForEachErrorOfACall() throws IOException {
    List<String> errors =
        Pattern.compile("^ *error (\\w+)\\(", Pattern.MULTILINE)
            .matcher(contract())
            .results()
            .map(r -> r.group(1))
            .filter(name -> !name.equals("InvalidParameters")) // at deployment
            .toList();
    assertThat(Arrays.stream(Condition.values()).map(Condition::errorName))
        .containsExactlyInAnyOrderElementsOf(errors);
  }

  private static List<String> solidityEnum(String name) throws IOException {
    Matcher found = Pattern.compile("enum " + name + " \\{([^}]*)}").matcher(contract());
    assertThat(found.find()).as("enum " + name).isTrue();
    return Arrays.stream(found.group(1).split(",")).map(String::strip).toList();
  }

  private static String contract() throws IOException {
    return Files.readString(CONTRACT);
  }

  /** AWAITING_RESULT is AwaitingResult there. */
  private static String solidityName(Enum<?> value) {
    StringBuilder name = new StringBuilder();
    for (String word : value.name().split("_")) {
      name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }
}
