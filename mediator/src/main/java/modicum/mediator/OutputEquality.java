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
import modicum.protocol.job.Equality;
import modicum.protocol.match.Match;
import modicum.protocol.result.ResultStatus;

/** Compares a mediator's runs with each other and with the claim, by the job's own equality. */
final class OutputEquality {
  private final Match match;
  private final Equality equality;
  private final MediatorRuns runs;
  private final JobRunner runner;
  private final Directory directory;
  private final long timePerInstruction;

  OutputEquality(
      Match match,
      Equality equality,
      MediatorRuns runs,
      JobRunner runner,
      Directory directory,
      long timePerInstruction) {
    this.match = match;
    this.equality = equality;
    this.runs = runs;
    this.runner = runner;
    this.directory = directory;
    this.timePerInstruction = timePerInstruction;
  }

  /** How the first run and another one differ. */
  Optional<String> disagreement(List<JobResult> results, List<RunOutcome> outcomes)
      throws InterruptedException {
    JobResult first = results.getFirst();
    for (int i = 1; i < results.size(); i++) {
      JobResult other = results.get(i);
      if (other.status() != first.status()) {
        return Optional.of(
            "run 0 ends as %s, run %d as %s".formatted(first.status(), i, other.status()));
      }
      if (other.output().equals(first.output())) {
        continue;
      }
      String difference =
          "runs 0 and %d: %s"
              .formatted(i, first.output().firstDifference(other.output()).orElse(""));
      Path a = outcomes.getFirst().outputFolder();
      Path b = outcomes.get(i).outputFolder();
      Optional<String> judged = compare(runs.comparison(match.id(), i), a, b, difference);
      if (judged.isPresent()) {
        return judged;
      }
    }
    return Optional.empty();
  }

  /** How the claimed output differs from that of the first run. */
  Optional<String> differenceFromClaim(
      JobResult first, RunOutcome outcome, ClaimSearch search, ClaimedResult claimed)
      throws InterruptedException {
    if (first.status() != ResultStatus.COMPLETED || search.commitsTo(first.output().digest())) {
      return Optional.empty();
    }
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
      throws InterruptedException {
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
            runner, comparator.image(), match.jobOffer().limits(), timePerInstruction);
    return switch (comparison.compare(name, a, b)) {
      case EQUAL -> Optional.empty();
      case DIFFERENT -> Optional.of(difference + "; the job's comparator says different");
      case FAILED -> Optional.of(difference + "; the job's comparator cannot compare them");
    };
  }
}
