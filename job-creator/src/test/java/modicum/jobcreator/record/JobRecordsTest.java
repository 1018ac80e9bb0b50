package modicum.jobcreator.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import modicum.directory.encryption.AgeKey;
import modicum.jobcreator.verification.Finding;
import modicum.jobcreator.verification.VerificationMethod;
import modicum.ledger.config.BadConfiguration;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Signature;
import modicum.protocol.job.ImageReference;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.RejectReason;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.Limits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobRecordsTest {
  @TempDir Path folder;

  private static JobRecord record(String name, long submittedAt) {
    Digest spec = Sha256.ofUtf8(name);
    Address alice = Address.fromHex("0x%040x".formatted(1));
    return new JobRecord(
        new MatchId(spec.sha256()),
        name,
        new JobOffer(
            alice,
            new Limits(1, 2, 3, 4),
            new Prices(Wei.parse("18446744073709551615"), Wei.of(6)),
            7,
            Wei.of(8),
            Bytes32.ZERO,
            spec.sha256(),
            alice,
            Architecture.ARM64,
            (1L << 56) - 1,
            10),
        Signature.of(new byte[Signature.KEY_SIGNATURE_SIZE]),
        Channel.ORDER_BOOK,
        spec,
        List.of(alice),
        VerificationMethod.CHECK,
        Optional.of(new ImageReference(spec, spec.sha256(), Bytes32.ZERO)),
        Path.of("/tmp/results"),
        submittedAt);
  }

  @Test
  void remembersAJobAsItWas() {
    JobRecord record = record("one", 5);
    new JobRecords(folder).add(record);
    assertThat(new JobRecords(folder).all()).containsExactly(record);
  }

  @Test
  void findsJobsByTheirFirstDigits() {
    JobRecords records = new JobRecords(folder);
    JobRecord one = record("one", 5);
    records.add(one);
    records.add(record("two", 4));
    assertThat(records.startingWith("0x" + one.id().toHex().substring(0, 8))).containsExactly(one);
    assertThat(records.startingWith("0x")).hasSize(2);
  }

  @Test
  void remembersFindingsAndFees() {
    JobRecords records = new JobRecords(folder);
    JobRecord one = record("one", 5);
    records.add(one);
    Finding wrong = new Finding.Wrong(RejectReason.WRONG_RESULTS, "other \"bytes\"");
    records.writeFinding(one.id(), wrong);
    records.addFee(one.id(), "aa", Wei.of(3));
    records.addFee(one.id(), "aa", Wei.of(3));
    records.addFee(one.id(), "bb", Wei.of(4));
    assertThat(new JobRecords(folder).finding(one.id())).contains(wrong);
    assertThat(new JobRecords(folder).fees(one.id())).isEqualTo(Wei.of(7));
  }

  @Test
  void aHalfWrittenRecordIsNone() throws Exception {
    JobRecords records = new JobRecords(folder);
    JobRecord one = record("one", 5);
    records.add(one);
    Path file = folder.resolve("jobs").resolve(one.id().toHex()).resolve("record.json");
    Files.move(file, file.resolveSibling(".record.json.next"));
    assertThat(records.all()).isEmpty();
  }

  @Test
  void saysThatARecordIsDamaged() throws Exception {
    JobRecords records = new JobRecords(folder);
    JobRecord one = record("one", 5);
    records.add(one);
    Files.writeString(
        folder.resolve("jobs").resolve(one.id().toHex()).resolve("record.json"), "{\"id\":");
    assertThatThrownBy(records::all)
        .isInstanceOf(BadConfiguration.class)
        .hasMessageContaining("is damaged; move it away");
  }

  @Test
  void aJobIsFollowedByOneProcessAtATime() throws Exception {
    JobRecords records = new JobRecords(folder);
    JobRecord one = record("one", 5);
    records.add(one);
    AutoCloseable lock = records.lock(one.id());
    assertThatThrownBy(() -> new JobRecords(folder).lock(one.id())).isInstanceOf(JobInUse.class);
    lock.close();
    records.lock(one.id()).close();
  }

  @Test
  void keepsTheKeyOfAnEncryptedJobForItsOwnerAlone() throws Exception {
    JobRecords records = new JobRecords(folder);
    JobRecord one = record("one", 5);
    JobRecord two = record("two", 4);
    AgeKey key = AgeKey.fresh();
    records.add(one, Optional.of(key));
    records.add(two);
    Path file = folder.resolve("jobs").resolve(one.id().toHex()).resolve("key");

    assertThat(new JobRecords(folder).key(one.id())).contains(key);
    assertThat(new JobRecords(folder).key(two.id())).isEmpty();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }
}
