package modicum.directory.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import modicum.directory.ObjectNotFound;
import modicum.directory.ScriptedRegister;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the documents promise of access, cell by cell, against the rules. */
class AccessTableTest {
  private final Map<List<?>, byte[]> objects = new HashMap<>();
  private final ScriptedRegister register = new ScriptedRegister();
  private final AccessWorld world = new AccessWorld(register, this::put);
  private final Gatekeeper gatekeeper =
      new Gatekeeper(
          new AccessRules(AccessRules.DEFAULT_GRACE, AccessWorld.address("directory")),
          register,
          new StoredReach(new Stored()));

  private Digest put(Address owner, byte[] content) {
    Digest digest = Sha256.of(content);
    objects.put(List.of(owner, digest.sha256()), content);
    return digest;
  }

  private final class Stored implements StoredContent {
    @Override
    public byte[] read(Address owner, Bytes32 sha256, int maximumSize) throws ObjectNotFound {
      return Optional.ofNullable(objects.get(List.of(owner, sha256)))
          .orElseThrow(() -> new ObjectNotFound("none"));
    }

    @Override
    public Optional<Digest> findResult(MatchId match, Address resourceProvider) {
      return match.equals(AccessWorld.MATCH) ? Optional.of(world.manifest()) : Optional.empty();
    }
  }

  @TestFactory
  Stream<DynamicTest> theRulesAreAsTheDocumentSays() {
    return AccessTable.cells().stream()
        .map(cell -> DynamicTest.dynamicTest(cell.toString(), () -> check(cell)));
  }

  private void check(AccessTable.Cell cell) {
    world.enter(cell.state());
    Decision decision =
        gatekeeper.decide(
            AccessWorld.address(cell.actor()), world.request(cell.actor(), cell.does()));
    assertThat(
            switch (decision) {
              case Decision.Allowed allowed -> "yes";
              case Decision.NotYet notYet -> "later";
              case Decision.Refused refused -> "no";
            })
        .isEqualTo(cell.answer());
  }

  @Test
  void theDocumentHasATable() {
    assertThat(AccessTable.cells()).hasSizeGreaterThan(250);
    assertThat(AccessTable.cells().stream().map(AccessTable.Cell::answer).distinct())
        .containsExactlyInAnyOrder("yes", "no", "later");
  }
}
