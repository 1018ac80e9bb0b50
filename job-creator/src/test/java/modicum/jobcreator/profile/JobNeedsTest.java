package modicum.jobcreator.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import modicum.executor.RunOutcome;
import modicum.executor.job.Traffic;
import modicum.executor.sandbox.Profile;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.ManifestEntry;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.Equality;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;
import modicum.protocol.offer.Limits;
import modicum.protocol.offer.Quantity;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.Test;

class JobNeedsTest {
  private static final long MIB = 1L << 20;
  private static final JobSpec JOB =
      new JobSpec(
          new ImageReference(new Digest(Bytes32.ZERO, 0), Bytes32.ZERO, Bytes32.ZERO),
          List.of("job"),
          new TreeMap<>(),
          Optional.empty(),
          "/out",
          1,
          CpuLevel.DEFAULT,
          Equality.EXACT,
          Profile.current());
  private static final Manifest OUTPUT =
      new Manifest(
          List.of(ManifestEntry.file("a", 0644, new Digest(Sha256.ofUtf8("a").sha256(), 3 * MIB))));

  private static RunOutcome run(long instructions, long memory) {
    return new RunOutcome(
        ResultStatus.COMPLETED,
        OUTPUT,
        Path.of("nowhere"),
        instructions,
        Duration.ofNanos(instructions * 1000),
        Duration.ofSeconds(1),
        memory,
        0,
        "",
        "completed");
  }

  private static JobNeeds needs(RunOutcome... runs) {
    return new JobNeeds(List.of(runs), 100 * MIB, Manifest.EMPTY, JOB, 1000);
  }

  @Test
  void limitsAreTheMostThatWasSeenAndAMargin() {
    Limits limits = needs(run(1000, 40 * MIB), run(1200, 41 * MIB), run(1100, 39 * MIB)).limits(50);
    assertThat(limits.instructions()).isEqualTo(1800);
    assertThat(limits.memory()).isEqualTo(62 * MIB);
    // The output, and all that it can have had in /tmp.
    assertThat(limits.storage()).isEqualTo(66 * MIB);
  }

  @Test
  void whatIsLikelyToBePaidIsTheRunInTheMiddleWithTheImageFetched() {
    JobNeeds needs = needs(run(1000, MIB), run(3000, MIB), run(1100, MIB));
    assertThat(needs.expected().instructions()).isEqualTo(1100);
    assertThat(needs.expected().bandwidth())
        .isEqualTo(JOB.canonical().length + 100 * MIB + Traffic.ofUpload(OUTPUT));
    assertThat(needs.limits(50).bandwidth()).isGreaterThan(needs.expected().bandwidth());
  }

  @Test
  void numbersAreRoundedUpToTwoDigitsAndNeverDown() {
    assertThat(needs(run(1, MIB)).limits(0).instructions()).isEqualTo(1);
    assertThat(needs(run(1_234_567, MIB)).limits(0).instructions()).isEqualTo(1_300_000);
    assertThat(needs(run(990_001, MIB)).limits(0).instructions()).isEqualTo(1_000_000);
  }

  @Test
  void aSmallJobGetsSomeRoom() {
    Limits limits = needs(run(0, 0)).limits(0);
    assertThat(limits.instructions()).isEqualTo(1);
    assertThat(limits.memory()).isEqualTo(16 * MIB);
    assertThat(limits.storage()).isEqualTo(3 * MIB);
  }

  @Test
  void noMarginGoesBeyondWhatTheContractHolds() {
    Limits limits = needs(run(Quantity.MAXIMUM - 1, Quantity.MAXIMUM - 1)).limits(10_000);
    assertThat(limits.instructions()).isEqualTo(Quantity.MAXIMUM);
    assertThat(limits.memory()).isEqualTo(Quantity.MAXIMUM);
    assertThat(limits.storage()).isEqualTo(Quantity.MAXIMUM);
  }

  @Test
  void aProfileIsOfOneRunOrMore() {
    assertThatIllegalArgumentException().isThrownBy(() -> needs());
  }
}
