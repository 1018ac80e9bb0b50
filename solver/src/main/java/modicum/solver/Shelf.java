package modicum.solver;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import modicum.protocol.identity.Address;
import modicum.protocol.offer.OfferHash;

/**
 * Offers of one kind that were left with the solver, in the order in which they came, and what
 * became of those that left. Nobody can fill it: one owner has a bounded share, and when it is
 * full, whoever has most in it makes room for whoever has less.
 *
 * @param <S> the signed offer
 */
final class Shelf<S> {
  private static final int REMEMBERED_ENDINGS = 20_000;

  private record Entry<S>(Address owner, S offer) {}

  private final int maximum;
  private final int maximumOfOne;
  private final LinkedHashMap<OfferHash, Entry<S>> entries = new LinkedHashMap<>();
  private final Map<Address, Integer> counts = new HashMap<>();
  private final Map<OfferHash, Ending> endings = new LinkedHashMap<>();

  Shelf(int maximum, int maximumOfOne) {
    this.maximum = maximum;
    this.maximumOfOne = maximumOfOne;
  }

  int size() {
    return entries.size();
  }

  boolean contains(OfferHash hash) {
    return entries.containsKey(hash);
  }

  Optional<Ending> ending(OfferHash hash) {
    return Optional.ofNullable(endings.get(hash));
  }

  List<S> offers() {
    return entries.values().stream().map(Entry::offer).toList();
  }

  Map<OfferHash, S> byHash() {
    Map<OfferHash, S> offers = new LinkedHashMap<>();
    entries.forEach((hash, entry) -> offers.put(hash, entry.offer()));
    return offers;
  }

  Optional<Refusal> refuse(Address owner) {
    int share = counts.getOrDefault(owner, 0);
    if (share >= maximumOfOne) {
      return Optional.of(
          Refusal.lasting(
              "TooManyOffers",
              owner + " has " + share + " offers in the book already",
              "wait until some are matched or expire, or post the offer on the chain"));
    }
    if (entries.size() >= maximum && counts.getOrDefault(largestOwner(), 0) <= share + 1) {
      return Optional.of(
          Refusal.lasting(
              "BookFull",
              "the book is full (" + maximum + " offers)",
              "try again later, ask another solver, or post the offer on the chain"));
    }
    return Optional.empty();
  }

  /**
   * Only after {@link #refuse} did not.
   *
   * @return whether another offer had to go to make room
   */
  boolean put(OfferHash hash, Address owner, S offer) {
    boolean crowded = entries.size() >= maximum;
    if (crowded) {
      remove(newestOf(largestOwner()), Ending.CROWDED_OUT);
    }
    entries.put(hash, new Entry<>(owner, offer));
    counts.merge(owner, 1, Integer::sum);
    endings.remove(hash);
    return crowded;
  }

  /** Returns whether the offer was there. */
  boolean remove(OfferHash hash, Ending ending) {
    Entry<S> entry = entries.remove(hash);
    if (entry == null) {
      return false;
    }
    counts.computeIfPresent(entry.owner(), (owner, count) -> count == 1 ? null : count - 1);
    endings.put(hash, ending);
    forgetOldEndings();
    return true;
  }

  private void forgetOldEndings() {
    Collection<Ending> oldestFirst = endings.values();
    if (oldestFirst.size() > REMEMBERED_ENDINGS) {
      var oldest = oldestFirst.iterator();
      oldest.next();
      oldest.remove();
    }
  }

  private Address largestOwner() {
    return counts.entrySet().stream()
        .max(Map.Entry.<Address, Integer>comparingByValue().thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .orElseThrow();
  }

  private OfferHash newestOf(Address owner) {
    List<OfferHash> hashes = new ArrayList<>();
    entries.forEach(
        (hash, entry) -> {
          if (entry.owner().equals(owner)) {
            hashes.add(hash);
          }
        });
    return hashes.getLast();
  }
}
