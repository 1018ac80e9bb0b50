package modicum.provider;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import modicum.executor.RunState;
import modicum.executor.job.Preparation;
import modicum.protocol.content.Digest;
import modicum.protocol.match.MatchId;
import modicum.protocol.offer.OfferHash;

/**
 * What a provider sees outside of the chain.
 *
 * @param jobs of open matches
 * @param left offers that were left with solvers not long ago
 * @param toClean matches not open for long enough, of which something is still here
 */
public record ProviderObservation(
    Map<MatchId, Job> jobs, Set<LeftOffer> left, Set<MatchId> toClean) {
  public static final ProviderObservation NOTHING =
      new ProviderObservation(Map.of(), Set.of(), Set.of());

  public ProviderObservation {
    jobs = Map.copyOf(jobs);
    left = Set.copyOf(left);
    toClean = Set.copyOf(toClean);
  }

  public record LeftOffer(String solver, OfferHash offer) {}

  /**
   * @param run not started, too, where the engine does not answer
   * @param preparation what bringing the job here came to
   * @param published the output that was put into the directory
   * @param keyToShow whether its key was asked for, and its mediator does not know yet what came of
   *     that
   */
  public record Job(
      RunState run,
      Optional<Preparation> preparation,
      Optional<Trouble> trouble,
      Optional<Digest> published,
      boolean keyToShow) {
    /** Of a job without a key. */
    public Job(
        RunState run,
        Optional<Preparation> preparation,
        Optional<Trouble> trouble,
        Optional<Digest> published) {
      this(run, preparation, trouble, published, false);
    }

    public static final Job UNTOUCHED =
        new Job(new RunState.NotStarted(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Whether anything of it is here. */
    boolean isHere() {
      return preparation.isPresent() || !(run instanceof RunState.NotStarted);
    }
  }

  Job job(MatchId match) {
    return jobs.getOrDefault(match, Job.UNTOUCHED);
  }
}
