package modicum.jobcreator.verification;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How a job creator decides whether to check a result (section 9). Pure: the draw is passed in, and
 * made once, when a job is submitted, so that killing and restarting the job creator does not draw
 * again.
 */
public sealed interface VerificationPolicy {
  /** What suffices when the penalty rate is 50 and the mediator runs a job twice. */
  double DEFAULT_PROBABILITY = 0.02;

  Sample SUFFICIENT = new Sample(DEFAULT_PROBABILITY);

  VerificationPolicy DEFAULT = SUFFICIENT;

  /** Results are taken as they come. A provider that knows this need not run anything. */
  record None() implements VerificationPolicy {
    @Override
    public String toString() {
      return "none";
    }
  }

  /** A result is checked with this probability, which no provider can predict. */
  record Sample(double probability) implements VerificationPolicy {
    public Sample {
      if (!(probability >= 0 && probability <= 1)) {
        throw new IllegalArgumentException("a probability is 0 to 1, got " + probability);
      }
    }

    @Override
    public String toString() {
      return "sample:" + probability;
    }
  }

  /** Every result is checked by running the job again. */
  record Always() implements VerificationPolicy {
    @Override
    public String toString() {
      return "always";
    }
  }

  /**
   * Every result is checked by a container that sees the input in {@code /in/input} and the output
   * in {@code /in/output}, and ends with exit code 0 where the output is right.
   *
   * <p>Assumption: it refuses only outputs that the job itself would not give. The mediator runs
   * the job, not the checker, and a job creator that rejects what the job gives is fined.
   *
   * @param image tag or id of an image on this machine
   */
  record Checker(String image) implements VerificationPolicy {
    public Checker {
      if (image.isBlank()) {
        throw new IllegalArgumentException("a checker has an image: checker:IMAGE");
      }
    }

    @Override
    public String toString() {
      return "checker:" + image;
    }
  }

  /**
   * What to do with one result.
   *
   * @param random unpredictable in life ({@link java.security.SecureRandom}), seeded in tests
   */
  default VerificationMethod draw(RandomGenerator random) {
    return switch (this) {
      case None none -> VerificationMethod.TRUST;
      case Sample sample ->
          random.nextDouble() < sample.probability()
              ? VerificationMethod.RUN_AGAIN
              : VerificationMethod.TRUST;
      case Always always -> VerificationMethod.RUN_AGAIN;
      case Checker checker -> VerificationMethod.CHECK;
    };
  }

  /**
   * Reads {@code none}, {@code sample}, {@code sample:0.05}, {@code always}, {@code checker:IMAGE}.
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static VerificationPolicy parse(String text) {
    String[] parts = text.strip().split(":", 2);
    Optional<String> argument = Arrays.stream(parts).skip(1).findFirst();
    Optional<VerificationPolicy> policy =
        switch (parts[0]) {
          case "none" -> argument.isPresent() ? Optional.empty() : Optional.of(new None());
          case "always" -> argument.isPresent() ? Optional.empty() : Optional.of(new Always());
          case "sample" ->
              Optional.of(argument.map(p -> new Sample(probability(p))).orElse(SUFFICIENT));
          case "checker" -> argument.map(Checker::new);
          default -> Optional.empty();
        };
    return policy.orElseThrow(
        () ->
            new IllegalArgumentException(
                "unknown verification '"
                    + text
                    + "'; write none, sample, sample:0.05, always or checker:IMAGE"));
  }

  private static double probability(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "not a probability: '" + text + "'; write for example sample:0.05", e);
    }
  }
}
