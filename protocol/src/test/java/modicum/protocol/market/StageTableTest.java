package modicum.protocol.market;

import static modicum.protocol.fixtures.JobOfferBuilder.jobOffer;
import static modicum.protocol.fixtures.Parties.JOB_CREATOR;
import static modicum.protocol.fixtures.Parties.MEDIATOR;
import static modicum.protocol.fixtures.Parties.RESOURCE_PROVIDER;
import static modicum.protocol.fixtures.Parties.STRANGER;
import static modicum.protocol.fixtures.ResourceOfferBuilder.resourceOffer;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.fixtures.SmallMarket;
import modicum.protocol.identity.Address;
import modicum.protocol.market.Command.MatchCommand;
import modicum.protocol.market.Command.Step;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Stage;
import modicum.protocol.match.Verdict;
import modicum.protocol.result.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command about a match, in every stage, before, at and after the deadline. */
class StageTableTest {
  /**
   * What is accepted: {@code until} the deadline, which itself still counts, {@code after} it, or
   * {@code always}. What is refused, whatever the time: {@code stage} (NotInStage), {@code
   * cancelled}, {@code matched}. Written out once more, so that the table in the code is tested and
   * not used. For a job offer the deadline is its expiry.
   */
  private static final String TABLE =
      """
      .                     UNKNOWN POSTED CANCELLED AWAITING_RESULT AWAITING_REACTION IN_MEDIATION CLOSED
      PostMatch             until   until  cancelled matched         matched           matched      matched
      PostResult            stage   stage  stage     until           stage             stage        stage
      CloseResultOverdue    stage   stage  stage     after           stage             stage        stage
      AcceptResult          stage   stage  stage     stage           until             stage        stage
      RejectResult          stage   stage  stage     stage           until             stage        stage
      CloseBySilence        stage   stage  stage     stage           after             stage        stage
      PostVerdict           stage   stage  stage     stage           stage             until        stage
      CloseMediationOverdue stage   stage  stage     stage           stage             after        stage
      CloseWithAcceptance   stage   stage  stage     always          always            stage        stage
      """;

  private static final Map<String, Function<MatchId, Command>> COMMANDS =
      Map.of(
          "PostMatch",
          match -> SmallMarket.signedMatch(jobOffer().build(), resourceOffer().nonce(9).build()),
          "PostResult",
          match -> new Command.PostResult(RESOURCE_PROVIDER, match, SmallMarket.result(match)),
          "CloseResultOverdue",
          match -> new Command.CloseResultOverdue(STRANGER, match),
          "AcceptResult",
          match -> new Command.AcceptResult(JOB_CREATOR, match),
          "RejectResult",
          match -> new Command.RejectResult(JOB_CREATOR, match, RejectReason.TOO_MUCH_COST),
          "CloseBySilence",
          match -> new Command.CloseBySilence(STRANGER, match),
          "PostVerdict",
          match -> verdictBy(MEDIATOR, match),
          "CloseMediationOverdue",
          match -> new Command.CloseMediationOverdue(STRANGER, match),
          "CloseWithAcceptance",
          match -> acceptedBy(RESOURCE_PROVIDER, match));

  static Stream<Arguments> cells() {
    List<String[]> rows = TABLE.lines().map(line -> line.split(" +")).toList();
    List<Arguments> cells = new ArrayList<>();
    for (String[] row : rows.subList(1, rows.size())) {
      for (int column = 1; column < row.length; column++) {
        for (long offset = -1; offset <= 1; offset++) {
          cells.add(
              Arguments.of(row[0], Stage.valueOf(rows.getFirst()[column]), offset, row[column]));
        }
      }
    }
    return cells.stream();
  }

  @Test
  void theTableIsComplete() {
    assertThat(cells()).hasSize(Stage.values().length * COMMANDS.size() * 3);
    assertThat(COMMANDS.keySet())
        .containsAll(
            Stream.of(MatchCommand.class, Step.class)
                .flatMap(kind -> Arrays.stream(kind.getPermittedSubclasses()))
                .filter(Class::isRecord)
                .map(Class::getSimpleName)
                .toList());
  }

  @ParameterizedTest(name = "{0} in {1} at deadline {2}: {3}")
  @MethodSource("cells")
  void takesOrRefuses(String name, Stage stage, long offset, String expected) {
    SmallMarket market = SmallMarket.registered();
    MatchId match = market.advanceTo(stage);
    long deadline = stage.isOpenMatch() ? market.deadline(match) : jobOffer().build().expiry();
    market.at(deadline + offset);
    MarketSummary before = market.state().summary();

    Outcome outcome = market.apply(COMMANDS.get(name).apply(match));

    String told =
        switch (outcome) {
          case Outcome.Accepted accepted -> "accepted";
          case Outcome.Refused refused -> refused.rejection().condition().name();
        };
    assertThat(told).isEqualTo(answer(name, expected, offset));
    if (outcome instanceof Outcome.Refused) {
      assertThat(market.state().summary()).as("a refusal changes nothing").isEqualTo(before);
    }
  }

  private static String answer(String name, String cell, long offset) {
    boolean late = offset > 0;
    return switch (cell) {
      case "stage" -> "NOT_IN_STAGE";
      case "cancelled" -> "OFFER_IS_CANCELLED";
      case "matched" -> "OFFER_ALREADY_MATCHED";
      case "until" -> late ? tooLate(name) : "accepted";
      case "always" -> "accepted";
      case "after" -> late ? "accepted" : "DEADLINE_NOT_PASSED";
      default -> throw new AssertionError(cell);
    };
  }

  private static String tooLate(String name) {
    return name.equals("PostMatch") ? "OFFER_EXPIRED" : "DEADLINE_PASSED";
  }

  static Stream<Arguments> entitlements() {
    return Stream.of(
        entitlement(
            Stage.AWAITING_RESULT,
            RESOURCE_PROVIDER,
            (caller, match) -> new Command.PostResult(caller, match, SmallMarket.result(match))),
        entitlement(Stage.AWAITING_REACTION, JOB_CREATOR, Command.AcceptResult::new),
        entitlement(
            Stage.AWAITING_REACTION,
            JOB_CREATOR,
            (caller, match) ->
                new Command.RejectResult(caller, match, RejectReason.RESULT_NOT_FOUND)),
        entitlement(Stage.IN_MEDIATION, MEDIATOR, StageTableTest::verdictBy));
  }

  private interface CommandOf {
    Command by(Address caller, MatchId match);
  }

  private static Arguments entitlement(Stage stage, Address entitled, CommandOf command) {
    return Arguments.of(stage, entitled, command);
  }

  @ParameterizedTest(name = "in {0} only {1}")
  @MethodSource("entitlements")
  void nobodyActsForAnother(Stage stage, Address entitled, CommandOf command) {
    SmallMarket market = SmallMarket.registered();
    MatchId match = market.advanceTo(stage);
    for (Address caller : List.of(JOB_CREATOR, RESOURCE_PROVIDER, MEDIATOR, STRANGER)) {
      if (!caller.equals(entitled)) {
        assertThat(market.refuses(command.by(caller, match)))
            .isEqualTo(Rejection.of(Condition.NOT_ENTITLED, entitled, caller));
      }
    }
    market.accepts(command.by(entitled, match));
  }

  @ParameterizedTest(name = "in {0} only {1}")
  @MethodSource("entitlements")
  void aStrangerIsToldSoEvenWhenItIsTooLate(Stage stage, Address entitled, CommandOf command) {
    SmallMarket market = SmallMarket.registered();
    MatchId match = market.advanceTo(stage);
    long deadline = market.deadline(match);
    market.at(deadline + 1);
    assertThat(market.refuses(command.by(STRANGER, match)).condition())
        .isEqualTo(Condition.NOT_ENTITLED);
    assertThat(market.refuses(command.by(entitled, match)))
        .isEqualTo(Rejection.of(Condition.DEADLINE_PASSED, deadline, deadline + 1));
  }

  @ParameterizedTest(name = "in {0} only {1}")
  @MethodSource("entitlements")
  void aStrangerIsToldTheStageFirst(Stage stage, Address entitled, CommandOf command) {
    SmallMarket market = SmallMarket.registered();
    MatchId match = market.advanceTo(Stage.CLOSED);
    assertThat(market.refuses(command.by(STRANGER, match)))
        .isEqualTo(Rejection.of(Condition.NOT_IN_STAGE, match, stage, Stage.CLOSED));
  }

  @Test
  void windowsStartWithTheStepThatOpensThem() {
    SmallMarket market = SmallMarket.registered();
    MatchId match = market.match();
    assertThat(market.deadline(match)).isEqualTo(jobOffer().build().completionDeadline());
    market.at(SmallMarket.START + 77);
    market.postResult(match);
    assertThat(market.deadline(match)).isEqualTo(SmallMarket.START + 77 + 300);
    market.at(SmallMarket.START + 100);
    market.reject(match);
    assertThat(market.deadline(match)).isEqualTo(SmallMarket.START + 100 + 900);
  }

  private static Command acceptedBy(Address caller, MatchId match) {
    Result result = SmallMarket.result(match);
    return new Command.CloseWithAcceptance(
        caller, match, result, SmallMarket.acceptance(JOB_CREATOR, match, result));
  }

  private static Command verdictBy(Address caller, MatchId match) {
    return new Command.PostVerdict(
        caller, match, Verdict.WRONG_RESULTS, SmallMarket.MEDIATOR_USAGE, Bytes32.ZERO);
  }
}
