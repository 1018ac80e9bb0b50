package modicum.directory.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import modicum.directory.Directory;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.TestKeys;
import modicum.directory.TransferProgress;
import modicum.directory.memory.InMemoryStore;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.ManifestEntry;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.Equality;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;
import modicum.protocol.job.SandboxProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderTransferTest {
  private static final Address ALICE = TestKeys.addressOf("alice");
  private static final long PLENTY = 1_000_000;

  @TempDir Path work;
  private final InMemoryStore store = new InMemoryStore(TestKeys.addressOf("directory"));
  private final Directory directory = store.viewOf(ALICE);
  private final FolderTransfer transfer = new FolderTransfer(directory);

  private Path tree() throws IOException {
    Path tree = Files.createDirectories(work.resolve("tree"));
    Files.writeString(tree.resolve("a"), "same");
    Files.createDirectories(tree.resolve("deep/er"));
    Files.writeString(tree.resolve("deep/er/b"), "same");
    Files.writeString(tree.resolve("deep/run.sh"), "#!/bin/sh");
    Files.setPosixFilePermissions(
        tree.resolve("deep/run.sh"), PosixFilePermissions.fromString("rwxr-x---"));
    Files.createDirectory(tree.resolve("empty"));
    Files.setPosixFilePermissions(
        tree.resolve("empty"), PosixFilePermissions.fromString("r-xr-xr-x"));
    Files.writeString(tree.resolve("Grüße & 100%\n"), "odd name");
    Files.createSymbolicLink(tree.resolve("deep/link"), Path.of("../a"));
    return tree;
  }

  private Digest put(byte[] content) {
    Digest digest = Sha256.of(content);
    directory.put(digest, () -> new ByteArrayInputStream(content), TransferProgress.NONE);
    return digest;
  }

  private Digest put(String content) {
    return put(content.getBytes(StandardCharsets.UTF_8));
  }

  private Digest putManifest(ManifestEntry... entries) {
    return put(new Manifest(List.of(entries)).canonical());
  }

  private Fetched fetch(Digest manifest, Path target, long limit)
      throws ObjectNotFound, ObjectCorrupt {
    return transfer.fetch(ALICE, manifest, target, limit, TransferProgress.NONE);
  }

  @Test
  void aFolderComesBackAsItWas() throws Exception {
    Path tree = tree();
    FolderTransfer.Put put = transfer.put(tree, TransferProgress.NONE);
    Path target = work.resolve("new/copy");

    Fetched fetched = fetch(put.manifest(), target, PLENTY);

    Manifest manifest = FolderScan.scan(tree);
    assertThat(FolderScan.scan(target)).isEqualTo(manifest);
    assertThat(put.manifest()).isEqualTo(manifest.digest());
    assertThat(target.resolve("deep/link")).isSymbolicLink();
    long distinct = "same".length() + "#!/bin/sh".length() + "odd name".length();
    long moved = distinct + manifest.canonical().length;
    assertThat(put.bytesMoved()).as("the file that is there twice moves once").isEqualTo(moved);
    assertThat(fetched).isEqualTo(new Fetched.Complete(manifest, moved));
  }

  @Test
  void anEmptyFolderComesBack() throws Exception {
    Path empty = Files.createDirectory(work.resolve("empty"));
    FolderTransfer.Put put = transfer.put(empty, TransferProgress.NONE);

    fetch(put.manifest(), work.resolve("copy"), 0);

    assertThat(work.resolve("copy")).isEmptyDirectory();
  }

  @Test
  void progressIsThatOfTheWholeFolder() throws Exception {
    List<Long> moved = new ArrayList<>();
    FolderTransfer.Put put =
        transfer.put(
            tree(),
            (sofar, total) -> {
              assertThat(sofar).isLessThanOrEqualTo(total);
              moved.add(sofar);
            });

    assertThat(moved).isSorted().last().isEqualTo(put.bytesMoved());
  }

  @Test
  void refusesWhatIsTooLargeBeforeFetchingIt() throws Exception {
    FolderTransfer.Put put = transfer.put(tree(), TransferProgress.NONE);
    long size = FolderScan.scan(work.resolve("tree")).totalSize();

    Fetched fetched = fetch(put.manifest(), work.resolve("copy"), size - 1);

    assertThat(fetched).isEqualTo(new Fetched.TooLarge(size, size - 1, put.manifest().size()));
    assertThat(work.resolve("copy")).doesNotExist();
    assertThat(fetch(put.manifest(), work.resolve("copy"), size))
        .isInstanceOf(Fetched.Complete.class);
  }

  @Test
  void sizesThatOverflowAreTooLarge() throws Exception {
    ManifestEntry[] entries = new ManifestEntry[300];
    for (int i = 0; i < entries.length; i++) {
      Digest huge = new Digest(Sha256.ofUtf8("huge").sha256(), (1L << 56) - 1);
      entries[i] = ManifestEntry.file("f" + i, 0644, huge);
    }

    assertThat(fetch(putManifest(entries), work.resolve("copy"), PLENTY))
        .isInstanceOf(Fetched.TooLarge.class);
  }

  @Test
  void aFileInsideALinkOrAFileIsRefused() {
    String file = " 0644 4 " + put("evil").sha256().toHex() + " ";
    Digest insideALink =
        put("modicum manifest 1\ndirectory 0755 d\nlink l d\nfile" + file + "l%2Ff\n");
    Digest insideAFile = put("modicum manifest 1\nfile" + file + "f\nfile" + file + "f%2Fg%2Fh\n");

    assertThatThrownBy(() -> fetch(insideALink, work.resolve("copy"), PLENTY))
        .isInstanceOf(ObjectCorrupt.class)
        .hasMessageContaining("l/f lies in l");
    assertThatThrownBy(() -> fetch(insideAFile, work.resolve("copy"), PLENTY))
        .isInstanceOf(ObjectCorrupt.class)
        .hasMessageContaining("f/g/h lies in f");
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void aPathThatLeavesTheFolderIsRefused() {
    String canonical =
        new String(
            new Manifest(List.of(ManifestEntry.file("ab/cd", 0644, put("evil")))).canonical(),
            StandardCharsets.UTF_8);
    Digest manifest = put(canonical.replace("ab%2Fcd", "..%2Fcd"));

    assertThatThrownBy(() -> fetch(manifest, work.resolve("copy"), PLENTY))
        .isInstanceOf(ObjectCorrupt.class)
        .hasMessageContaining("not a plain path");
  }

  @Test
  void aNameThatNoFileSystemTakesIsRefused() {
    Digest manifest = putManifest(ManifestEntry.file("x".repeat(256), 0644, put("content")));

    assertThatThrownBy(() -> fetch(manifest, work.resolve("copy"), PLENTY))
        .isInstanceOf(ObjectCorrupt.class);
  }

  @Test
  void namesTheFileThatIsMissingOrCorruptAndLeavesNothingBehind() throws Exception {
    FolderTransfer.Put put = transfer.put(tree(), TransferProgress.NONE);
    Digest script = Sha256.ofUtf8("#!/bin/sh");
    store.spoil(ALICE, script.sha256());
    assertThatThrownBy(() -> fetch(put.manifest(), work.resolve("copy"), PLENTY))
        .isInstanceOf(ObjectCorrupt.class)
        .hasMessageContaining("deep/run.sh");

    store.lose(ALICE, script.sha256());
    assertThatThrownBy(() -> fetch(put.manifest(), work.resolve("copy"), PLENTY))
        .isInstanceOf(ObjectNotFound.class)
        .hasMessageContaining("deep/run.sh");
    assertThat(work).isDirectoryNotContaining(p -> !p.endsWith("tree"));
  }

  @Test
  void whatIsNoManifestIsCorrupt() {
    Digest manifest = put("not a manifest");

    assertThatThrownBy(() -> fetch(manifest, work.resolve("copy"), PLENTY))
        .isInstanceOf(ObjectCorrupt.class);
    Digest endless = new Digest(manifest.sha256(), 1L << 40);
    assertThatThrownBy(() -> fetch(endless, work.resolve("copy"), PLENTY))
        .isInstanceOf(ObjectCorrupt.class)
        .hasMessageContaining("larger than any");
  }

  @Test
  void doesNotMixWithWhatIsThere() throws Exception {
    FolderTransfer.Put put = transfer.put(tree(), TransferProgress.NONE);

    assertThatThrownBy(() -> fetch(put.manifest(), work.resolve("tree"), PLENTY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not empty");
    Path empty = Files.createDirectory(work.resolve("free"));
    assertThat(fetch(put.manifest(), empty, PLENTY)).isInstanceOf(Fetched.Complete.class);
  }

  @Test
  void aLinkThatLeavesTheFolderIsNotPut() throws Exception {
    Path tree = tree();
    Files.createSymbolicLink(tree.resolve("leak"), Path.of("/etc/passwd"));

    assertThatThrownBy(() -> transfer.put(tree, TransferProgress.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("leak");
  }

  @Test
  void aFileThatBecameALinkIsNotFollowed() throws Exception {
    Path tree = tree();
    Manifest manifest = FolderScan.scan(tree);
    Path secret = Files.writeString(work.resolve("secret"), "#!/bin/sh");
    Files.delete(tree.resolve("deep/run.sh"));
    Files.createSymbolicLink(tree.resolve("deep/run.sh"), secret);

    assertThatThrownBy(() -> transfer.put(manifest, tree, TransferProgress.NONE))
        .isInstanceOf(java.io.UncheckedIOException.class);
  }

  @Test
  void aJobSpecIsFoundByItsHash() throws Exception {
    Digest image = put("image");
    JobSpec spec =
        new JobSpec(
            new ImageReference(image, image.sha256(), image.sha256()),
            List.of("run"),
            new TreeMap<>(),
            Optional.empty(),
            "/out",
            1,
            CpuLevel.DEFAULT,
            Equality.EXACT,
            new SandboxProfile(1, Bytes32.ZERO));

    JobTransfer.putSpec(directory, spec);

    assertThat(JobTransfer.readSpec(directory, ALICE, spec.digest().sha256())).isEqualTo(spec);
    assertThatThrownBy(() -> JobTransfer.readSpec(directory, ALICE, image.sha256()))
        .isInstanceOf(ObjectCorrupt.class)
        .hasMessageContaining("not a job spec");
  }
}
