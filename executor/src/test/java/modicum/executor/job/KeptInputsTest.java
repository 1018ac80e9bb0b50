package modicum.executor.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Stream;
import modicum.directory.Directory;
import modicum.directory.ObjectNotFound;
import modicum.directory.TransferProgress;
import modicum.directory.memory.InMemoryStore;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.identity.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptInputsTest {
  private static final Address ALICE = Address.fromHex("0x" + "a1".repeat(20));
  private static final Address CAROL = Address.fromHex("0x" + "ca".repeat(20));
  private static final Address BOB = Address.fromHex("0x" + "b0".repeat(20));

  @TempDir Path folder;
  private final InMemoryStore store = new InMemoryStore(Address.fromHex("0x" + "d0".repeat(20)));
  private int files;

  private KeptInputs keeping(long capacity) {
    return new KeptInputs(folder.resolve("kept"), capacity);
  }

  private Digest put(Address owner, String text) {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    Digest digest = Sha256.of(content);
    store.viewOf(owner).put(digest, () -> new ByteArrayInputStream(content), TransferProgress.NONE);
    return digest;
  }

  private Path fetch(KeptInputs inputs, Address owner, Digest file) throws Exception {
    Directory directory = inputs.over(store.viewOf(BOB));
    Path target = folder.resolve("fetched-" + files++);
    directory.fetch(owner, file, target, TransferProgress.NONE);
    inputs.keep(owner, file, target);
    return target;
  }

  private Path kept(Address owner, Digest file) {
    return folder.resolve("kept").resolve(owner.toString()).resolve(file.sha256().toHex());
  }

  @Test
  void aFileThatIsKeptIsNotFetched() throws Exception {
    KeptInputs inputs = keeping(100);
    Digest file = put(ALICE, "numbers");
    assertThat(inputs.sizeOf(ALICE, Set.of(file))).isZero();
    fetch(inputs, ALICE, file);
    store.lose(ALICE, file.sha256());

    assertThat(inputs.sizeOf(ALICE, Set.of(file))).isEqualTo(file.size());
    assertThat(fetch(inputs, ALICE, file)).hasContent("numbers");
  }

  @Test
  void itSurvivesARestart() throws Exception {
    Digest file = put(ALICE, "numbers");
    fetch(keeping(100), ALICE, file);
    store.lose(ALICE, file.sha256());

    assertThat(fetch(keeping(100), ALICE, file)).hasContent("numbers");
  }

  @Test
  void whoKnowsAHashOnlyIsNotGivenAnothersFile() throws Exception {
    KeptInputs inputs = keeping(100);
    Digest file = put(ALICE, "alice's secret");
    fetch(inputs, ALICE, file);

    assertThat(inputs.sizeOf(CAROL, Set.of(file))).isZero();
    assertThatThrownBy(() -> fetch(inputs, CAROL, file)).isInstanceOf(ObjectNotFound.class);
  }

  @Test
  void aKeptFileThatIsSpoiltIsFetchedAgain() throws Exception {
    KeptInputs inputs = keeping(100);
    Digest file = put(ALICE, "numbers");
    fetch(inputs, ALICE, file);
    Files.writeString(kept(ALICE, file), "numbErs");

    assertThat(fetch(inputs, ALICE, file)).hasContent("numbers");
    assertThat(kept(ALICE, file)).hasContent("numbers");
  }

  @Test
  void whatWasUsedLongestAgoMakesRoom() throws Exception {
    KeptInputs inputs = keeping(10);
    Digest old = put(ALICE, "old!");
    Digest used = put(ALICE, "used");
    Digest last = put(ALICE, "last");
    fetch(inputs, ALICE, old);
    fetch(inputs, ALICE, used);
    Files.setLastModifiedTime(kept(ALICE, old), FileTime.from(Instant.now().minusSeconds(10)));
    Files.setLastModifiedTime(kept(ALICE, used), FileTime.from(Instant.now().minusSeconds(20)));
    fetch(inputs, ALICE, used);

    fetch(inputs, ALICE, last);

    assertThat(kept(ALICE, old)).doesNotExist();
    assertThat(kept(ALICE, used)).exists();
    assertThat(kept(ALICE, last)).exists();
    assertThat(keptBytes()).isLessThanOrEqualTo(10);
  }

  @Test
  void aFileThatIsLargerThanAllRoomIsNotKeptAndTakesNoOthersPlace() throws Exception {
    KeptInputs inputs = keeping(10);
    Digest small = put(ALICE, "small");
    fetch(inputs, ALICE, small);
    fetch(inputs, ALICE, put(ALICE, "larger than that"));

    assertThat(keptBytes()).isEqualTo(small.size());
  }

  @Test
  void withoutRoomNothingIsKept() throws Exception {
    fetch(keeping(0), ALICE, put(ALICE, "numbers"));

    assertThat(folder.resolve("kept")).doesNotExist();
  }

  @Test
  void whereNothingCanBeKeptFilesAreFetchedAsEver() throws Exception {
    Files.writeString(folder.resolve("kept"), "a file where the folder should be");
    KeptInputs inputs = keeping(100);
    Digest file = put(ALICE, "numbers");

    assertThat(fetch(inputs, ALICE, file)).hasContent("numbers");
    assertThat(fetch(inputs, ALICE, file)).hasContent("numbers");
  }

  private long keptBytes() throws IOException {
    try (Stream<Path> all = Files.walk(folder.resolve("kept"))) {
      return all.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
    }
  }
}
