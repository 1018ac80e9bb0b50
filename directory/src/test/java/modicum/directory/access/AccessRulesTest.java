package modicum.directory.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import modicum.directory.MatchAccess;
import modicum.directory.MatchAccess.Stage;
import modicum.directory.TestKeys;
import modicum.directory.access.AccessRequest.AnnounceResult;
import modicum.directory.access.AccessRequest.FindResult;
import modicum.directory.access.AccessRequest.Read;
import modicum.directory.access.AccessRequest.Write;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessRulesTest {
  private static final Bytes32 JOB = Sha256.ofUtf8("job").sha256();
  private static final Bytes32 RESULT = Sha256.ofUtf8("result").sha256();
  private static final Bytes32 EVIDENCE = Sha256.ofUtf8("evidence").sha256();
  private static final Bytes32 OTHER = Sha256.ofUtf8("other").sha256();
  private static final MatchId MATCH = new MatchId(Sha256.ofUtf8("match").sha256());
  private static final long CLOSED_AT = 1_000;
  private static final AccessRules RULES = new AccessRules(Duration.ofSeconds(100));

  private static final Reach REACH =
      new Reach() {
        @Override
        public boolean ofJob(MatchAccess match, Bytes32 sha256) {
          return sha256.equals(JOB);
        }

        @Override
        public boolean ofResult(MatchAccess match, Bytes32 sha256) {
          return sha256.equals(RESULT);
        }
      };

  /**
   * Who reads what at which stage: yes, no, or not yet. Stages: result (awaited), reaction
   * (awaited), mediation; closed without a result, after a result, after mediation; expired: the
   * last, beyond the grace time.
   */
  @ParameterizedTest(name = "{0} reads {1}")
  @CsvSource({
    // actor, object, result, reaction, mediation, closed, closed-result, closed-mediated, expired
    "creator, job, yes, yes, yes, yes, yes, yes, yes",
    "creator, result, later, yes, yes, no, yes, yes, no",
    "creator, evidence, no, no, no, no, no, yes, no",
    "creator, provider-other, later, no, no, no, no, no, no",
    "creator, mediator-other, no, no, no, no, no, no, no",
    "provider, job, yes, yes, yes, yes, yes, yes, no",
    "provider, result, yes, yes, yes, yes, yes, yes, yes",
    "provider, evidence, no, no, no, no, no, yes, no",
    "provider, creator-other, no, no, no, no, no, no, no",
    "provider, mediator-other, no, no, no, no, no, no, no",
    "mediator, job, later, later, yes, no, no, yes, no",
    "mediator, result, later, later, yes, no, no, yes, no",
    "mediator, evidence, yes, yes, yes, yes, yes, yes, yes",
    "mediator, creator-other, later, later, no, no, no, no, no",
    "mediator, provider-other, later, later, no, no, no, no, no",
    "stranger, job, no, no, no, no, no, no, no",
    "stranger, result, no, no, no, no, no, no, no",
    "stranger, evidence, no, no, no, no, no, no, no",
  })
  void reading(
      String actor,
      String object,
      String result,
      String reaction,
      String mediation,
      String closed,
      String closedResult,
      String closedMediated,
      String expired) {
    String[] expected = {
      result, reaction, mediation, closed, closedResult, closedMediated, expired
    };
    for (int i = 0; i < expected.length; i++) {
      assertThat(decide(actor, read(object), i))
          .as("%s reads %s at %s", actor, object, COLUMNS[i])
          .isEqualTo(expected[i]);
    }
  }

  @ParameterizedTest(name = "{0} finds the result")
  @CsvSource({
    "creator, later, yes, yes, no, yes, yes, no",
    "provider, yes, yes, yes, yes, yes, yes, yes",
    "mediator, later, later, yes, no, no, yes, no",
    "stranger, no, no, no, no, no, no, no",
  })
  void finding(
      String actor,
      String result,
      String reaction,
      String mediation,
      String closed,
      String closedResult,
      String closedMediated,
      String expired) {
    String[] expected = {
      result, reaction, mediation, closed, closedResult, closedMediated, expired
    };
    for (int i = 0; i < expected.length; i++) {
      assertThat(decide(actor, new FindResult(MATCH, address("provider")), i))
          .as("%s at %s", actor, COLUMNS[i])
          .isEqualTo(expected[i]);
    }
  }

  @ParameterizedTest(name = "{0} announces the result")
  @CsvSource({
    "provider, yes, yes, yes, no, no, no, no",
    "creator, no, no, no, no, no, no, no",
    "mediator, no, no, no, no, no, no, no",
    "stranger, no, no, no, no, no, no, no",
  })
  void announcing(
      String actor,
      String result,
      String reaction,
      String mediation,
      String closed,
      String closedResult,
      String closedMediated,
      String expired) {
    String[] expected = {
      result, reaction, mediation, closed, closedResult, closedMediated, expired
    };
    for (int i = 0; i < expected.length; i++) {
      assertThat(decide(actor, new AnnounceResult(MATCH), i))
          .as("%s at %s", actor, COLUMNS[i])
          .isEqualTo(expected[i]);
    }
  }

  @Test
  void everyoneRegisteredWritesItsOwnNameSpaceAndNoOther() {
    for (String actor : List.of("creator", "provider", "mediator", "stranger")) {
      assertThat(decide(actor, new Write(address(actor)), 0)).isEqualTo("yes");
      assertThat(decide(actor, new Write(address("someone else")), 0)).isEqualTo("no");
    }
  }

  @Test
  void theUnregisteredDoNothingNotEvenInTheirOwnNameSpace() {
    Address nobody = address("nobody");
    for (AccessRequest request :
        List.of(
            new Write(nobody),
            new Read(nobody, OTHER),
            new AnnounceResult(MATCH),
            new FindResult(MATCH, nobody))) {
      assertThat(RULES.decide(nobody, false, request, List.of(), REACH, 0))
          .isInstanceOf(Decision.Refused.class);
    }
  }

  @Test
  void aMatchWithAnotherProviderOpensNothingOfThisOne() {
    Address stranger = address("stranger");
    assertThat(
            RULES.decide(
                address("creator"),
                true,
                new FindResult(MATCH, stranger),
                List.of(match(1)),
                REACH,
                CLOSED_AT))
        .isInstanceOf(Decision.Refused.class);
    assertThat(decide("creator", new Read(stranger, RESULT), 1)).isEqualTo("no");
    assertThat(decide("provider", new Read(stranger, JOB), 1)).isEqualTo("no");
  }

  @Test
  void aPartyThatIsItsOwnMediatorKeepsWhatEitherRoleGives() {
    Address both = address("creator");
    MatchAccess match =
        new MatchAccess(
            MATCH,
            both,
            address("provider"),
            both,
            JOB,
            Stage.IN_MEDIATION,
            true,
            OptionalLong.empty(),
            Optional.empty());

    assertThat(
            RULES.decide(
                both,
                true,
                new Read(address("provider"), RESULT),
                List.of(match),
                REACH,
                CLOSED_AT))
        .isEqualTo(Decision.ALLOWED);
  }

  private static final String[] COLUMNS = {
    "result", "reaction", "mediation", "closed", "closed-result", "closed-mediated", "expired"
  };

  private static MatchAccess match(int column) {
    Stage stage =
        switch (column) {
          case 0 -> Stage.AWAITING_RESULT;
          case 1 -> Stage.AWAITING_REACTION;
          case 2 -> Stage.IN_MEDIATION;
          default -> Stage.CLOSED;
        };
    boolean resultPosted = column != 0 && column != 3;
    return new MatchAccess(
        MATCH,
        address("creator"),
        address("provider"),
        address("mediator"),
        JOB,
        stage,
        resultPosted,
        stage == Stage.CLOSED ? OptionalLong.of(CLOSED_AT) : OptionalLong.empty(),
        column >= 5 ? Optional.of(EVIDENCE) : Optional.empty());
  }

  private static String decide(String actor, AccessRequest request, int column) {
    boolean party = !actor.equals("stranger");
    long now = column == 6 ? CLOSED_AT + 101 : CLOSED_AT + 100;
    Decision decision =
        RULES.decide(
            address(actor), true, request, party ? List.of(match(column)) : List.of(), REACH, now);
    return switch (decision) {
      case Decision.Allowed allowed -> "yes";
      case Decision.NotYet notYet -> "later";
      case Decision.Refused refused -> "no";
    };
  }

  private static Read read(String object) {
    return switch (object) {
      case "job" -> new Read(address("creator"), JOB);
      case "result" -> new Read(address("provider"), RESULT);
      case "evidence" -> new Read(address("mediator"), EVIDENCE);
      case "creator-other" -> new Read(address("creator"), OTHER);
      case "provider-other" -> new Read(address("provider"), OTHER);
      case "mediator-other" -> new Read(address("mediator"), OTHER);
      default -> throw new AssertionError(object);
    };
  }

  private static Address address(String name) {
    return TestKeys.addressOf(name);
  }
}
