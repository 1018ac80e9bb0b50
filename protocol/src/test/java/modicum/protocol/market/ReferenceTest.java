package modicum.protocol.market;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.Stage;
import modicum.protocol.match.Transition;
import org.junit.jupiter.api.Test;

/**
 * The pages of {@code docs/reference} that are written from the code. A page that is not what the
 * code gives fails here; with {@code -Dmodicum.reference.write=true} it is written anew.
 */
class ReferenceTest {
  private static final Path FOLDER = Path.of("../docs/reference");
  private static final String WRITE = "modicum.reference.write";
  private static final Path CONTRACT = Path.of("../contracts/src/interfaces/IModicum.sol");
  private static final String BY_BOTH = "resource provider, with the job creator's signature";
  private static final String AT_ANY_TIME = "at any time";
  private static final String ORIGIN =
      "<!-- Written from the code by ReferenceTest in the protocol module; do not edit. -->\n\n";

  @Test
  void matchStatesAreDrawnFromTheTableOfTransitions() throws IOException {
    requirePage("match-states.md", matchStates());
  }

  @Test
  void refusalsAreListedFromTheConditions() throws IOException {
    requirePage("refusals.md", refusals());
  }

  private static void requirePage(String name, String expected) throws IOException {
    Path page = FOLDER.resolve(name);
    if (Boolean.getBoolean(WRITE)) {
      Files.createDirectories(FOLDER);
      Files.writeString(page, expected);
    }
    String actual = Files.exists(page) ? Files.readString(page) : "";
    assertThat(actual)
        .as(
            "docs/reference/%s is not what the code gives. Write it anew with:"
                + " mvn -pl protocol test -Dtest=ReferenceTest -D%s=true",
            name, WRITE)
        .isEqualTo(expected);
  }

  private static String matchStates() {
    StringBuilder page = new StringBuilder("# The states of a match\n\n").append(ORIGIN);
    page.append(
        """
        A match starts when a solver's `postMatch` is accepted, and ends as Closed, which is final. A deadline is the last
        block time, in seconds, at which the step it ends is still taken; "overdue" starts one second later.

        ```mermaid
        stateDiagram-v2
            [*] --> AwaitingResult: postMatch (anyone, until both offers expire)
        """);
    for (Transition t : Transition.values()) {
      page.append("    %s --> %s: %s\n".formatted(camel(t.from()), target(t), label(t)));
    }
    for (Stage from : Command.CloseWithAcceptance.STAGES) {
      page.append(
          "    %s --> Closed_Accepted: closeWithAcceptance (%s, %s)\n"
              .formatted(camel(from), BY_BOTH, AT_ANY_TIME));
    }
    for (ClosingReason reason : ClosingReason.values()) {
      page.append("    Closed_%s: Closed (%s)\n".formatted(camel(reason), words(reason)));
      page.append("    Closed_%s --> [*]\n".formatted(camel(reason)));
    }
    page.append("```\n\n| from | step | who | when | to |\n|---|---|---|---|---|\n");
    for (Transition t : Transition.values()) {
      page.append(
          "| %s | `%s` | %s | %s the %s | %s |\n"
              .formatted(
                  camel(t.from()),
                  function(t),
                  words(t.actor()),
                  until(t),
                  deadlineOf(t.from()),
                  t.closingReason().map(r -> "Closed: " + words(r)).orElse(camel(t.to()))));
    }
    for (Stage from : Command.CloseWithAcceptance.STAGES) {
      page.append(
          "| %s | `closeWithAcceptance` | %s | %s | Closed: accepted |\n"
              .formatted(camel(from), BY_BOTH, AT_ANY_TIME));
    }
    page.append(
        """

        `closeWithAcceptance` is `postResult` and `acceptResult` in one transaction, or the latter alone where the result was
        posted. What both parties agree on needs no deadline, so it is taken until the match is in mediation or closed.
        """);
    return page.toString();
  }

  private static String target(Transition t) {
    return t.closingReason().map(r -> "Closed_" + camel(r)).orElse(camel(t.to()));
  }

  private static String label(Transition t) {
    return "%s (%s, %s the %s)"
        .formatted(function(t), words(t.actor()), until(t), deadlineOf(t.from()));
  }

  private static String until(Transition t) {
    return switch (t.timing()) {
      case UNTIL_DEADLINE -> "until";
      case AFTER_DEADLINE -> "after";
    };
  }

  private static String deadlineOf(Stage stage) {
    return switch (stage) {
      case AWAITING_RESULT -> "completion deadline";
      case AWAITING_REACTION -> "reaction deadline";
      case IN_MEDIATION -> "mediation deadline";
      case UNKNOWN, POSTED, CANCELLED, CLOSED ->
          throw new AssertionError("no deadline runs in " + stage);
    };
  }

  private static String refusals() throws IOException {
    String contract = Files.readString(CONTRACT);
    StringBuilder page = new StringBuilder("# Why the market refuses\n\n").append(ORIGIN);
    page.append(
        """
        A refusal changes nothing. It names the first condition that failed, with its data; the name is that of the contract's
        error. The conditions of a match come in the order in which they are checked.

        | refusal | in words |
        |---|---|
        """);
    for (Condition condition : Condition.values()) {
      page.append(
          "| `%s` | %s |\n".formatted(condition.errorName(), sentence(condition, contract)));
    }
    return page.toString();
  }

  /** The sentence with the names of the contract's data in place of the data. */
  private static String sentence(Condition condition, String contract) {
    List<String> names = new ArrayList<>();
    var error =
        Pattern.compile("error " + condition.errorName() + "\\(([^)]*)\\)").matcher(contract);
    assertThat(error.find()).as(condition.errorName()).isTrue();
    for (String parameter : error.group(1).split(",")) {
      if (!parameter.isBlank()) {
        names.add("*" + parameter.strip().split(" ")[1] + "*");
      }
    }
    long places = condition.sentence().split("%s", -1).length - 1L;
    // A sentence may leave its last data out, but never asks for more than the error carries.
    assertThat(places).as(condition.errorName()).isLessThanOrEqualTo(names.size());
    return condition.sentence().formatted(names.toArray());
  }

  /** POST_RESULT is postResult. */
  private static String function(Transition transition) {
    String name = camel(transition);
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
  }

  private static String camel(Enum<?> value) {
    return Arrays.stream(value.name().split("_"))
        .map(w -> w.charAt(0) + w.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }

  private static String words(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
