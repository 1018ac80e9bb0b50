package modicum.acceptance.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import modicum.jobcreator.file.JobRequest;
import modicum.jobcreator.file.Span;
import modicum.jobcreator.verification.VerificationPolicy;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.JobSpec;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Limits;

/**
 * A job as a person would write it down. Only instructions are priced, so that what is paid can be
 * told in the head.
 *
 * @param comparator image that says whether two outputs are equal
 * @param maxPrice wei per instruction
 * @param bandwidth limit, bytes
 * @param encrypt whether input and output are encrypted
 */
record TestJob(
    VerificationPolicy verify,
    Optional<String> comparator,
    long maxPrice,
    long bandwidth,
    boolean encrypt) {
  static final long INSTRUCTION_LIMIT = 1000;
  static final long MAX_PRICE = 5;
  static final long INCENTIVE = 2;

  /** Seconds from the submission. */
  static final long DEADLINE = 600;

  /** A job whose result is run again before it is accepted. */
  static TestJob checked() {
    return new TestJob(
        new VerificationPolicy.Always(), Optional.empty(), MAX_PRICE, 1 << 20, false);
  }

  /** A job whose result is accepted as it comes. */
  static TestJob trusted() {
    return checked().checkedBy(new VerificationPolicy.None());
  }

  TestJob checkedBy(VerificationPolicy other) {
    return new TestJob(other, comparator, maxPrice, bandwidth, encrypt);
  }

  TestJob comparedBy(String image) {
    return new TestJob(verify, Optional.of(image), maxPrice, bandwidth, encrypt);
  }

  TestJob payingAtMost(long price) {
    return new TestJob(verify, comparator, price, bandwidth, encrypt);
  }

  TestJob moving(long bytes) {
    return new TestJob(verify, comparator, maxPrice, bytes, encrypt);
  }

  /** Of which the directory is to know nothing but sizes. */
  TestJob encrypted() {
    return new TestJob(verify, comparator, maxPrice, bandwidth, true);
  }

  /**
   * @param number among the jobs of its creator
   */
  JobRequest request(Path folder, int number) {
    return new JobRequest(
        InMemoryMarket.IMAGE,
        List.of("job", "--number", "" + number),
        new TreeMap<>(),
        Optional.of(input(folder.resolve("input-" + number))),
        outputOf(folder, number),
        JobSpec.DEFAULT_OUTPUT_FOLDER,
        1,
        CpuLevel.DEFAULT,
        new Limits(INSTRUCTION_LIMIT, 1 << 20, 1 << 20, bandwidth),
        Prices.of(maxPrice, 0),
        new Span(DEADLINE),
        new Span(DEADLINE),
        Wei.of(INCENTIVE),
        verify,
        comparator,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        encrypt);
  }

  static Path outputOf(Path folder, int number) {
    return folder.resolve("results-" + number);
  }

  private static Path input(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("question.txt"), "6 * 7\n");
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
