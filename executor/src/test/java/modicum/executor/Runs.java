package modicum.executor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import modicum.executor.sandbox.Profile;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.Equality;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;
import modicum.protocol.match.MatchId;
import modicum.protocol.offer.Limits;

/** Runs to be started in tests: small limits, generous enough for an honest job. */
public final class Runs {
  public static final String OWNER = "test-" + ProcessHandle.current().pid();
  public static final long MEGABYTE = 1_000_000;

  /** One instruction is a millisecond of CPU time in these tests. */
  public static final long TIME_PER_INSTRUCTION = 1_000_000;

  public static final Limits LIMITS =
      new Limits(10_000, 64 * MEGABYTE, 5 * MEGABYTE, 100 * MEGABYTE);
  public static final Duration WALL_CLOCK = Duration.ofSeconds(60);

  private static final AtomicInteger COUNT = new AtomicInteger();

  private Runs() {}

  /** A name that no other run has. */
  public static RunName name() {
    String seed = OWNER + "/" + System.nanoTime() + "/" + COUNT.incrementAndGet();
    return new RunName(OWNER, new MatchId(Sha256.ofUtf8(seed).sha256()), 0);
  }

  public static ImageReference someImage() {
    return new ImageReference(new Digest(Bytes32.ZERO, 1), Bytes32.ZERO, Bytes32.ZERO);
  }

  public static JobSpec job(ImageReference image, String... command) {
    return new JobSpec(
        image,
        List.of(command),
        new TreeMap<>(Map.of()),
        Optional.empty(),
        JobSpec.DEFAULT_OUTPUT_FOLDER,
        1,
        CpuLevel.DEFAULT,
        Equality.EXACT,
        Profile.current());
  }

  public static RunRequest request(JobSpec job) {
    return new RunRequest(name(), job, Optional.empty(), LIMITS, TIME_PER_INSTRUCTION, WALL_CLOCK);
  }

  public static RunRequest withLimits(RunRequest request, Limits limits) {
    return new RunRequest(
        request.name(),
        request.job(),
        request.input(),
        limits,
        request.timePerInstruction(),
        request.wallClock());
  }

  public static RunRequest withWallClock(RunRequest request, Duration wallClock) {
    return new RunRequest(
        request.name(),
        request.job(),
        request.input(),
        request.limits(),
        request.timePerInstruction(),
        wallClock);
  }

  public static RunRequest withInput(RunRequest request, Path input) {
    return new RunRequest(
        request.name(),
        request.job(),
        Optional.of(input),
        request.limits(),
        request.timePerInstruction(),
        request.wallClock());
  }
}
