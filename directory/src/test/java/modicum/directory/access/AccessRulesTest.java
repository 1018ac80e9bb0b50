package modicum.directory.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import modicum.directory.MatchAccess;
import modicum.directory.MatchAccess.Stage;
import modicum.directory.MatchRegister.Standing;
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

class AccessRulesTest {
  private static final Bytes32 JOB = Sha256.ofUtf8("job").sha256();
  private static final Bytes32 RESULT = Sha256.ofUtf8("result").sha256();
  private static final Bytes32 EVIDENCE = Sha256.ofUtf8("evidence").sha256();
  private static final Bytes32 OTHER = Sha256.ofUtf8("other").sha256();
  private static final MatchId MATCH = new MatchId(Sha256.ofUtf8("match").sha256());
  private static final long CLOSED_AT = 1_000;
  private static final AccessRules RULES =
      new AccessRules(Duration.ofSeconds(100), address("directory"));

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

        @Override
        public Set<Bytes32> job(MatchAccess match) {
          return Set.of(JOB);
        }

        @Override
        public Set<Bytes32> result(MatchAccess match) {
          return Set.of(RESULT);
        }
      };

  @Test
  void whoIsAlsoAJobCreatorWritesWithoutAMatch() {
    Address both = address("provider");
    for (Standing standing : Standing.values()) {
      assertThat(RULES.decide(both, standing, new Write(both), List.of(), REACH, 0))
          .isInstanceOf(
              standing == Standing.JOB_CREATOR ? Decision.Allowed.class : Decision.Refused.class);
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
      assertThat(RULES.decide(nobody, Standing.UNREGISTERED, request, List.of(), REACH, 0))
          .isInstanceOf(Decision.Refused.class);
    }
  }

  @Test
  void aMatchWithAnotherProviderOpensNothingOfThisOne() {
    Address stranger = address("stranger");
    assertThat(
            RULES.decide(
                address("creator"),
                Standing.REGISTERED,
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
                Standing.REGISTERED,
                new Read(address("provider"), RESULT),
                List.of(match),
                REACH,
                CLOSED_AT))
        .isEqualTo(Decision.ALLOWED);
  }

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
            address(actor),
            Standing.REGISTERED,
            request,
            party ? List.of(match(column)) : List.of(),
            REACH,
            now);
    return switch (decision) {
      case Decision.Allowed allowed -> "yes";
      case Decision.NotYet notYet -> "later";
      case Decision.Refused refused -> "no";
    };
  }

  private static Address address(String name) {
    return TestKeys.addressOf(name);
  }
}
