package modicum.solver;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Trust;
import modicum.protocol.market.Compatibility;
import modicum.protocol.market.Registry;
import modicum.protocol.market.Rejection;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.party.Mediator;
import modicum.solver.SolverAction.PostMatch;

/**
 * Serves job offers one after the other, the earliest completion deadline first and among equals
 * whichever came first, and gives each the cheapest resource offer that fits, under the mediator
 * that both sides trust and that asks least for being there.
 */
public final class GreedyMatchFinder implements MatchFinder {
  @Override
  public Findings find(SolverView view) {
    return new Search(view).run();
  }

  private static final class Search {
    private final SolverView view;
    private final Registry registry;
    private final Reservations reservations;
    private final List<Address> mediators;
    private final Map<Address, List<Address>> mediatorsOfJobCreator = new HashMap<>();
    private final List<PostMatch> matches = new ArrayList<>();
    private final Map<OfferHash, List<Obstacle>> unmatched = new HashMap<>();

    Search(SolverView view) {
      this.view = view;
      this.registry = view.market().registry();
      this.reservations = new Reservations(view.market());
      this.mediators =
          registry.mediators().stream()
              .sorted(
                  Comparator.comparing(this::availability).thenComparing(Comparator.naturalOrder()))
              .toList();
    }

    Findings run() {
      view.underway().forEach(reservations::reserve);
      Set<OfferHash> busy =
          view.underway().stream().map(m -> m.job().hash()).collect(Collectors.toSet());
      view.live().jobOffers().stream()
          .filter(job -> !busy.contains(job.hash()))
          // The sort is stable, so equals stay in the order in which they came.
          .sorted(Comparator.comparingLong(job -> job.offer().completionDeadline()))
          .forEach(this::serve);
      return new Findings(matches, unmatched);
    }

    private void serve(LiveJobOffer job) {
      Optional<PostMatch> match = cheapest(job);
      if (match.isEmpty()) {
        unmatched.put(job.hash(), obstacles(job));
        return;
      }
      matches.add(match.get());
      reservations.reserve(match.get());
    }

    private Optional<PostMatch> cheapest(LiveJobOffer job) {
      Optional<PostMatch> best = Optional.empty();
      Wei bestPrice = Wei.ZERO;
      for (LiveResourceOffer resource : view.live().resourceOffers()) {
        Wei price = resource.offer().prices().priceOf(job.offer().limits().priced());
        boolean cheaper = best.isEmpty() || price.compareTo(bestPrice) < 0;
        // The first test spares the full one for most pairs.
        if (cheaper && resource.offer().capacity().covers(job.offer().limits())) {
          Optional<PostMatch> found = pair(job, resource);
          if (found.isPresent()) {
            best = found;
            bestPrice = price;
          }
        }
      }
      return best;
    }

    private Optional<PostMatch> pair(LiveJobOffer job, LiveResourceOffer resource) {
      return mediatorsOf(job.offer()).stream()
          .filter(mediator -> faults(job, resource, mediator).isEmpty())
          .findFirst()
          .map(mediator -> new PostMatch(job, resource, mediator));
    }

    /** A reason in one word and in one line. */
    private record Fault(String reason, String sentence) {
      static Fault of(Rejection rejection) {
        return new Fault(rejection.condition().errorName(), rejection.sentence());
      }
    }

    /** Why these cannot be matched now; empty where they can. */
    private List<Fault> faults(LiveJobOffer job, LiveResourceOffer resource, Address mediator) {
      List<Rejection> mismatches =
          Compatibility.check(
              job.offer(), resource.offer(), mediator, registry, view.head().time());
      if (!mismatches.isEmpty()) {
        return mismatches.stream().map(Fault::of).toList();
      }
      if (!reservations.hasFreeSlot(resource)) {
        return List.of(
            new Fault("SlotsTaken", "other job offers are being matched with " + resource.hash()));
      }
      Optional<Rejection> shortage = reservations.shortage(job.offer(), resource.offer(), mediator);
      if (shortage.isPresent()) {
        return List.of(Fault.of(shortage.get()));
      }
      return unwanted(job, resource, mediator).stream().toList();
    }

    private Optional<Fault> unwanted(
        LiveJobOffer job, LiveResourceOffer resource, Address mediator) {
      Wei incentive = incentive(job.offer(), resource.offer());
      if (!incentive.covers(view.leastIncentive())) {
        return Optional.of(
            new Fault(
                "IncentiveTooSmall",
                "this solver wants %s wei for a match, both sides offer %s"
                    .formatted(view.leastIncentive(), incentive)));
      }
      boolean barred = view.barred().contains(new Pairing(job.hash(), resource.hash(), mediator));
      return barred
          ? Optional.of(
              new Fault(
                  "RefusedLately", "the market refused this match lately; it is tried again later"))
          : Optional.empty();
    }

    private static Wei incentive(JobOffer job, ResourceOffer resource) {
      return job.matchIncentive().plus(resource.matchIncentive());
    }

    // ------------------------------------------------------------- mediators

    /** Those that the job creator trusts, the one that asks least for being there first. */
    private List<Address> mediatorsOf(JobOffer job) {
      return mediatorsOfJobCreator.computeIfAbsent(
          job.jobCreator(),
          jobCreator ->
              mediators.stream()
                  .filter(m -> registry.trusts(Trust.JOB_CREATOR_TRUSTS_MEDIATOR, jobCreator, m))
                  .toList());
    }

    private Wei availability(Address mediator) {
      return registry.mediator(mediator).map(Mediator::availabilityValue).orElseThrow();
    }

    // ------------------------------------------------------------- obstacles

    private List<Obstacle> obstacles(LiveJobOffer job) {
      List<LiveResourceOffer> resources = view.live().resourceOffers();
      if (resources.isEmpty()) {
        return List.of(
            new Obstacle("NoResourceOffers", 0, 0, "nobody offers resources at present"));
      }
      if (mediators.isEmpty()) {
        return List.of(new Obstacle("NoMediators", 0, 0, "no mediator is registered"));
      }
      Map<String, Obstacle> found = new HashMap<>();
      for (LiveResourceOffer resource : resources) {
        for (Fault fault : fewestFaults(job, resource)) {
          found.merge(
              fault.reason(),
              new Obstacle(fault.reason(), 1, resources.size(), fault.sentence()),
              (a, b) -> new Obstacle(a.reason(), a.count() + 1, a.of(), a.example()));
        }
      }
      return found.values().stream()
          .sorted(
              Comparator.comparingInt(Obstacle::count).reversed().thenComparing(Obstacle::reason))
          .toList();
    }

    /** The faults of the mediator with which the pair comes nearest to a match. */
    private List<Fault> fewestFaults(LiveJobOffer job, LiveResourceOffer resource) {
      List<Address> trusted = mediatorsOf(job.offer());
      return (trusted.isEmpty() ? mediators : trusted)
          .stream()
              .map(mediator -> faults(job, resource, mediator))
              .min(Comparator.comparingInt(List::size))
              .orElseThrow();
    }
  }
}
