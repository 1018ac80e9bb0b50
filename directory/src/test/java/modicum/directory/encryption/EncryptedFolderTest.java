package modicum.directory.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import modicum.directory.Directory;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.ObjectUnopenable;
import modicum.directory.TestKeys;
import modicum.directory.TransferProgress;
import modicum.directory.folder.Fetched;
import modicum.directory.folder.FolderScan;
import modicum.directory.folder.FolderTransfer;
import modicum.directory.memory.InMemoryStore;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.ManifestEntry;
import modicum.protocol.content.Sha256;
import modicum.protocol.identity.Address;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptedFolderTest {
  private static final Address ALICE = TestKeys.addressOf("alice");
  private static final Address BOB = TestKeys.addressOf("bob");
  private static final String CANARY = "canary-" + "7d1c".repeat(8);
  private static final long NO_LIMIT = Long.MAX_VALUE;

  @TempDir Path folder;
  private final InMemoryStore store = new InMemoryStore(TestKeys.addressOf("dora"));
  private final Directory hers = store.viewOf(ALICE);
  private final Directory his = store.viewOf(BOB);
  private final AgeKey key = AgeKey.fresh();
  private Path input;

  @BeforeEach
  void makeAFolderWithEverythingInIt() throws Exception {
    input = Files.createDirectories(folder.resolve("input"));
    Files.writeString(input.resolve(CANARY + ".txt"), CANARY);
    Files.writeString(input.resolve("again.txt"), CANARY);
    Files.createFile(input.resolve("empty"));
    Files.write(input.resolve("chunk"), random(1 << 16));
    Files.write(input.resolve("large"), random((3 << 20) + 17));
    Files.createDirectories(input.resolve("sub/ größe\nline"));
    Files.writeString(input.resolve("sub/ größe\nline/100% odd \\ name"), "odd");
    Files.createSymbolicLink(input.resolve("sub/link"), Path.of("../again.txt"));
    Files.setPosixFilePermissions(
        input.resolve("again.txt"), PosixFilePermissions.fromString("r-x--x---"));
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private FolderTransfer.Put put(AgeKey to) {
    return put(FolderScan.scan(input), to);
  }

  private FolderTransfer.Put put(Manifest manifest, AgeKey to) {
    return new EncryptedUpload(hers, folder.resolve("kept"))
        .put(manifest, input, to.recipient(), TransferProgress.NONE);
  }

  private Fetched fetch(Digest manifest, AgeKey with, String target)
      throws ObjectNotFound, ObjectCorrupt {
    return EncryptedFolder.open(his, ALICE, manifest, with)
        .fetch(folder.resolve(target), folder.resolve("through"), NO_LIMIT, TransferProgress.NONE);
  }

  @Test
  void comesBackAsItWas() throws Exception {
    Digest sealed = put(key).manifest();

    Fetched fetched = fetch(sealed, key, "back");

    assertThat(fetched).isInstanceOf(Fetched.Complete.class);
    assertThat(FolderScan.scan(folder.resolve("back"))).isEqualTo(FolderScan.scan(input));
  }

  @Test
  void anEmptyFolderComesBackEmpty() throws Exception {
    input = Files.createDirectories(folder.resolve("nothing"));
    Digest sealed = put(key).manifest();

    fetch(sealed, key, "back");

    assertThat(FolderScan.scan(folder.resolve("back"))).isEqualTo(Manifest.EMPTY);
  }

  @Test
  void isPutInTheSizeThatIsForetold() {
    Manifest plain = FolderScan.scan(input);

    FolderTransfer.Put put = put(key);

    long stored = store.everything().stream().mapToLong(object -> object.length).sum();
    assertThat(put.bytesMoved()).isEqualTo(stored);
    assertThat(EncryptedFolder.uploadSize(plain)).isEqualTo(stored);
  }

  @Test
  void whoHasTheDisksFindsNeitherContentNorNames() {
    put(key);

    for (byte[] object : store.everything()) {
      assertThat(new String(object, StandardCharsets.ISO_8859_1))
          .doesNotContain(CANARY)
          .doesNotContain("again")
          .doesNotContain("AGE-SECRET-KEY");
    }
  }

  @Test
  void aKeyThatDoesNotFitOpensNothing() {
    Digest sealed = put(key).manifest();

    assertThatThrownBy(() -> fetch(sealed, AgeKey.fresh(), "back"))
        .isInstanceOf(ObjectUnopenable.class)
        .hasMessage("the encrypted folder's index: the key does not open it");
    assertThat(folder.resolve("back")).doesNotExist();
  }

  @Test
  void aSweepOverOneLargeInputStoresItOnceAndNoJobOpensAnother() throws Exception {
    List<Digest> jobs = new ArrayList<>();
    List<AgeKey> keys = new ArrayList<>();
    long large = Files.size(input.resolve("large"));
    for (int i = 0; i < 64; i++) {
      Files.writeString(input.resolve("parameter"), "job " + i);
      keys.add(AgeKey.fresh());
      jobs.add(put(keys.getLast()).manifest());
    }

    long stored = store.everything().stream().mapToLong(object -> object.length).sum();
    assertThat(stored).isLessThan(large + (1 << 20));
    fetch(jobs.get(63), keys.get(63), "last");
    assertThat(folder.resolve("last/parameter")).hasContent("job 63");
    assertThatThrownBy(() -> fetch(jobs.get(0), keys.get(63), "first"))
        .isInstanceOf(ObjectUnopenable.class);
  }

  @Test
  void whatTheDirectoryLostIsEncryptedAndPutAgain() throws Exception {
    put(key);
    for (byte[] object : store.everything()) {
      store.lose(ALICE, Sha256.of(object).sha256());
    }

    fetch(put(key).manifest(), key, "back");

    assertThat(FolderScan.scan(folder.resolve("back"))).isEqualTo(FolderScan.scan(input));
  }

  @Test
  void whatWasEncryptedBeforeAKillIsSentAfterIt() throws Exception {
    store.goDown();
    assertThatThrownBy(() -> put(key)).hasMessageContaining("is down");
    store.comeUp();

    fetch(put(key).manifest(), key, "back");

    assertThat(FolderScan.scan(folder.resolve("back"))).isEqualTo(FolderScan.scan(input));
    try (Stream<Path> kept = Files.list(folder.resolve("kept"))) {
      assertThat(kept).allMatch(file -> file.toString().endsWith(".key"));
    }
  }

  @Test
  void whatAKilledProcessHalfWroteGoesAfterADay() throws Exception {
    Path kept = Files.createDirectories(folder.resolve("kept"));
    Path old = Files.createFile(kept.resolve(".sealing-1.next"));
    Path anothers = Files.createFile(kept.resolve(".sealing-2.next"));
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));

    put(key);

    assertThat(old).doesNotExist();
    assertThat(anothers).exists();
  }

  @Test
  void aListOfManyKeysIsReadAtOnceAndOneThatIsNoneOpensNothing() {
    byte[] hello = AgeFile.encrypt(bytes("hello"), AgeKey.fresh().recipient());
    String noKey = "AGE-SECRET-KEY-1" + "Q".repeat(58);
    Digest sealed =
        forge(indexOf(oneFile(Sha256.of(bytes("hello"))), AgeKey.listed(noKey)), List.of(hello));

    assertUnopenable(sealed, "the key does not open it");
  }

  @Test
  void theKeysOnThisMachineAreForTheirOwnerAlone() throws Exception {
    put(key);

    try (Stream<Path> kept = Files.list(folder.resolve("kept"))) {
      assertThat(kept).isNotEmpty().allMatch(file -> permissions(file).equals("rw-------"));
    }
    assertThat(permissions(folder.resolve("kept"))).isEqualTo("rwx------");
  }

  private static String permissions(Path file) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aFileThatChangedSinceItWasListedIsNotPut() throws Exception {
    Manifest listed = FolderScan.scan(input);
    Files.writeString(input.resolve("chunk"), "something else");

    assertThatThrownBy(() -> put(listed, key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the content changed");
  }

  // --------------------------------------------------------------- hostile

  /** Puts a folder by hand, as an owner could who wants to harm who opens it. */
  private Digest forge(byte[] index, List<byte[]> files) {
    List<Digest> digests = files.stream().map(this::putBytes).toList();
    return putBytes(EncryptedFolder.sealed(digests, putBytes(index)).canonical());
  }

  private Digest putBytes(byte[] bytes) {
    Digest digest = Sha256.of(bytes);
    hers.put(digest, () -> new ByteArrayInputStream(bytes), TransferProgress.NONE);
    return digest;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private byte[] indexOf(Manifest plain, AgeKey... keys) {
    return AgeFile.encrypt(new Index(plain, List.of(keys)).toBytes(), key.recipient());
  }

  private static Manifest oneFile(Digest content) {
    return new Manifest(List.of(ManifestEntry.file("a", 0644, content)));
  }

  private void assertUnopenable(Digest sealed, String why) {
    assertThatThrownBy(() -> fetch(sealed, key, "back"))
        .isInstanceOf(ObjectUnopenable.class)
        .hasMessageContaining(why);
    assertThat(folder.resolve("back")).doesNotExist();
  }

  @Test
  void aPlainFolderIsNoEncryptedOne() {
    assertUnopenable(
        new FolderTransfer(hers).put(input, TransferProgress.NONE).manifest(), "is not encrypted");
    assertUnopenable(putBytes(Manifest.EMPTY.canonical()), "has no index");
  }

  @Test
  void aContentThatIsNotWhatTheIndexSaysIsNamed() {
    AgeKey inner = AgeKey.fresh();
    byte[] other = AgeFile.encrypt(bytes("jello"), inner.recipient());
    Digest sealed = forge(indexOf(oneFile(Sha256.of(bytes("hello"))), inner), List.of(other));

    assertUnopenable(sealed, "a: file " + Sha256.of(other) + " does not hold what the index says");
  }

  @Test
  void aContentOfAnotherKeyIsNamed() {
    byte[] other = AgeFile.encrypt(bytes("hello"), AgeKey.fresh().recipient());
    Digest sealed =
        forge(indexOf(oneFile(Sha256.of(bytes("hello"))), AgeKey.fresh()), List.of(other));

    assertUnopenable(sealed, "the key does not open it");
  }

  @Test
  void aTamperedContentIsNamed() {
    AgeKey inner = AgeKey.fresh();
    byte[] tampered = AgeFile.encrypt(bytes("hello"), inner.recipient());
    tampered[tampered.length - 1] ^= 1;
    Digest sealed = forge(indexOf(oneFile(Sha256.of(bytes("hello"))), inner), List.of(tampered));

    assertUnopenable(sealed, "it is cut off or was changed");
  }

  @Test
  void aTruncatedContentIsRefusedBeforeItIsFetched() {
    AgeKey inner = AgeKey.fresh();
    byte[] content = random(200_000);
    byte[] file = AgeFile.encrypt(content, inner.recipient());
    byte[] cut = Arrays.copyOf(file, file.length - (200_000 % (1 << 16)) - 16);
    Digest sealed = forge(indexOf(oneFile(Sha256.of(content)), inner), List.of(cut));

    assertUnopenable(sealed, "file 0 of the encrypted folder is not what its index says");
    assertThat(folder.resolve("through")).doesNotExist();
  }

  @Test
  void aFileWithMoreRecipientsThanOneIsNotEvenRead() {
    byte[] padded =
        bytes(
            "age-encryption.org/v1\n" + "-> grease\n\n".repeat(100_000) + "--- " + "A".repeat(43));

    assertUnopenable(forge(padded, List.of()), "it is no age file with one X25519 recipient");
  }

  @Test
  void anIndexThatSpeaksOfMoreOrFewerFilesIsRefused() {
    AgeKey inner = AgeKey.fresh();
    byte[] file = AgeFile.encrypt(bytes("hello"), inner.recipient());
    byte[] index = indexOf(oneFile(Sha256.of(bytes("hello"))), inner);

    assertUnopenable(forge(index, List.of()), "has 1 files, its index speaks of 2");
    assertUnopenable(
        forge(index, List.of(file, bytes("more"))), "has 3 files, its index speaks of 2");
  }

  @Test
  void anIndexThatIsNoneIsRefusedAndNoKeyOfItIsRepeated() {
    AgeKey inner = AgeKey.fresh();
    for (String text :
        List.of(
            "",
            "modicum encrypted folder 1\n",
            "modicum encrypted folder 1\n" + inner.secret() + "\n",
            "modicum encrypted folder 1\n" + inner.secret() + "\nmodicum manifest 1\n",
            "modicum encrypted folder 1\n" + inner.secret().replace('Q', 'P') + "x\n")) {
      Digest sealed = forge(AgeFile.encrypt(bytes(text), key.recipient()), List.of());

      assertThatThrownBy(() -> fetch(sealed, key, "back"))
          .isInstanceOf(ObjectUnopenable.class)
          .hasMessageNotContaining("AGE-SECRET");
    }
  }

  @Test
  void whatWouldFillTheDiskIsNotFetched() throws Exception {
    Digest sealed = put(key).manifest();

    Fetched fetched =
        EncryptedFolder.open(his, ALICE, sealed, key)
            .fetch(
                folder.resolve("back"), folder.resolve("through"), 1 << 20, TransferProgress.NONE);

    assertThat(fetched).isInstanceOf(Fetched.TooLarge.class);
    assertThat(folder.resolve("through")).doesNotExist();
  }

  @Test
  void whatTheDirectorySpoiltIsTheDirectorysFaultAndNotTheOwners() throws Exception {
    Digest sealed = put(key).manifest();
    EncryptedFolder opened = EncryptedFolder.open(his, ALICE, sealed, key);
    Digest large =
        opened.sealed().entries().stream()
            .flatMap(e -> e.content().stream())
            .filter(c -> c.size() > 3 << 20)
            .findFirst()
            .orElseThrow();
    store.spoil(ALICE, large.sha256());

    assertThatThrownBy(() -> fetch(sealed, key, "back"))
        .isExactlyInstanceOf(ObjectCorrupt.class)
        .hasMessageStartingWith("large: ");
  }
}
