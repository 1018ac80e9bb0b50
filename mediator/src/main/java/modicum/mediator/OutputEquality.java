package modicum.mediator;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import modicum.directory.Directory;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.job.JobResult;
import modicum.executor.job.JobRunner;
import modicum.executor.job.JobSource;
import modicum.executor.job.OutputComparison;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.Equality;
import modicum.protocol.match.Match;

/** Compares a mediator's runs with each other and with the claim, by the job's own equality. */
final class OutputEquality {
  private final Match match;
  private final Equality equality;
  private final MediatorRuns runs;
  private final JobRunner runner;
  private final RunSlots slots;
  private final Directory directory;
  private final long timePerInstruction;

  OutputEquality(
      Match match,
      Equality equality,
      MediatorRuns runs,
      JobRunner runner,
      RunSlots slots,
      Directory directory,
      long timePerInstruction) {
    this.match = match;
    this.equality = equality;
    this.runs = runs;
    this.runner = runner;
    this.slots = slots;
    this.directory = directory;
    this.timePerInstruction = timePerInstruction;
  }

  /** How the first run and another one differ. */
  Optional<String> disagreement(List<JobResult> results, List<RunOutcome> outcomes)
      throws InterruptedException, GaveUp {
    for (int i = 1; i < results.size(); i++) {
      Optional<String> found = disagreementWith(i, results, outcomes);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<String> disagreementWith(
      int other, List<JobResult> results, List<RunOutcome> outcomes)
      throws InterruptedException, GaveUp {
    JobResult first = results.getFirst();
    JobResult second = results.get(other);
    if (first.status() != second.status()) {
      return Optional.of(
          "run 0 ends as %s, run %d as %s".formatted(first.status(), other, second.status()));
    }
    Optional<String> difference = first.output().firstDifference(second.output());
    if (difference.isEmpty()) {
      return Optional.empty();
    }
    return compare(
        runs.comparison(match.id(), other),
        outcomes.getFirst().outputFolder(),
        outcomes.get(other).outputFolder(),
        "runs 0 and %d: %s".formatted(other, difference.get()));
  }

  /**
   * Why the job's comparator is no judge of other people's outputs: it does not even recognise one
   * as equal to itself. That is the fault of who brought it.
   */
  Optional<String> unfitness(RunOutcome outcome) throws InterruptedException, GaveUp {
    Path folder = outcome.outputFolder();
    return equality instanceof Equality.Comparator
        ? compare(runs.comparison(match.id(), 0), folder, folder, "run 0 and itself")
        : Optional.empty();
  }

  /** How the claimed output, which is of other bytes, differs from that of the first run. */
  Optional<String> differenceFromClaim(JobResult first, RunOutcome outcome, ClaimedResult claimed)
      throws InterruptedException, GaveUp {
    String difference =
        claimed
            .manifest()
            .flatMap(m -> first.output().firstDifference(m).map(d -> "run 0 and the claim: " + d))
            .orElse("the posted commitment is not to the output of the runs; " + claimed.why());
    if (claimed.folder().isEmpty()) {
      return Optional.of(difference);
    }
    return compare(
        runs.comparisonWithClaim(match.id()),
        outcome.outputFolder(),
        claimed.folder().get(),
        difference);
  }

  /** Outputs of other bytes may still be equal, if the job brought a comparator that says so. */
  private Optional<String> compare(RunName name, Path a, Path b, String difference)
      throws InterruptedException, GaveUp {
    if (!(equality instanceof Equality.Comparator comparator)) {
      return Optional.of(difference);
    }
    Optional<String> unfit =
        runner.loadComparator(directory, JobSource.of(match), comparator.image());
    if (unfit.isPresent()) {
      return Optional.of(difference + "; the job's comparator is unfit: " + unfit.get());
    }
    OutputComparison comparison =
        new OutputComparison(
            runner,
            comparator.image(),
            match.jobOffer().architecture().cpuLevel().orElse(CpuLevel.DEFAULT),
            match.jobOffer().limits(),
            timePerInstruction);
    return switch (slots.withRoomFor(1, () -> comparison.compare(name, a, b))) {
      case EQUAL -> Optional.empty();
      case DIFFERENT -> Optional.of(difference + "; the job's comparator says different");
      case FAILED -> Optional.of(difference + "; the job's comparator cannot compare them");
    };
  }
}
