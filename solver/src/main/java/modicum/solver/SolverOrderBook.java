package modicum.solver;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import modicum.ledger.Head;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.orders.JobOfferStatus;
import modicum.ledger.orders.JobOfferStatus.Place;
import modicum.ledger.orders.OfferJson;
import modicum.ledger.orders.OrderBook;
import modicum.ledger.orders.SignedJobOffer;
import modicum.ledger.orders.SignedResourceOffer;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.SignatureCheck;
import modicum.protocol.market.MarketState;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.offer.OfferHasher;

/**
 * The solver's order book: what parties leave is in its files before they are answered, and is in
 * the next search for matches. It judges by the latest {@link Bulletin}.
 *
 * <p>Thread-safe. Only one may stand on a folder at a time.
 */
public final class SolverOrderBook implements OrderBook {
  /** After so many looks at the market, one began after the question was asked. */
  private static final int LOOKS_TO_BE_SURE = 2;

  /**
   * @param offers of each kind that the book holds at most
   * @param offersOfOneOwner of each kind
   * @param patience how long an owner that seems unknown or poor is given to show up on the chain:
   *     some times as long as it takes to poll it
   */
  public record Options(int offers, int offersOfOneOwner, Duration patience) {
    public static final Options DEFAULT = new Options(2000, 100, Duration.ofSeconds(5));
  }

  private final OfferBook book;
  private final OfferFile<SignedJobOffer> jobOfferFile;
  private final OfferFile<SignedResourceOffer> resourceOfferFile;
  private final Duration patience;
  private final SolverObserver observer;
  private Optional<Bulletin> bulletin = Optional.empty();

  /** How often the market was looked at. */
  private long looks;

  /** Changes with the book. */
  private long version;

  /** Whether the files may differ from the book. */
  private boolean behind;

  /**
   * Takes up what an earlier run left in the folder.
   *
   * @throws BookUnavailable when the folder cannot be used
   */
  public SolverOrderBook(
      Path folder,
      OfferHasher hasher,
      SignatureCheck signatures,
      Options options,
      SolverObserver observer) {
    this.book =
        new OfferBook(
            hasher, signatures, new OfferBook.Bounds(options.offers(), options.offersOfOneOwner()));
    this.jobOfferFile =
        new OfferFile<>(
            folder.resolve("job-offers.jsonl"), OfferJson::write, OfferJson::readJobOffer);
    this.resourceOfferFile =
        new OfferFile<>(
            folder.resolve("resource-offers.jsonl"),
            OfferJson::write,
            OfferJson::readResourceOffer);
    this.patience = options.patience();
    this.observer = observer;
    jobOfferFile.load(book::restore);
    resourceOfferFile.load(book::restore);
    compact();
  }

  // ------------------------------------------------------------ for parties

  @Override
  public Optional<String> leave(SignedJobOffer offer) {
    return take(offer).map(Refusal::sentence);
  }

  @Override
  public Optional<String> leave(SignedResourceOffer offer) {
    return take(offer).map(Refusal::sentence);
  }

  /**
   * Takes an offer in; present: why not.
   *
   * @throws BookUnavailable when it cannot be judged or kept now
   */
  public Optional<Refusal> take(SignedJobOffer offer) {
    boolean isSigned = isSigned(() -> book.isSigned(offer));
    return take(accounts -> book.take(offer, isSigned, accounts), jobOfferFile, offer);
  }

  /**
   * Takes an offer in; present: why not.
   *
   * @throws BookUnavailable when it cannot be judged or kept now
   */
  public Optional<Refusal> take(SignedResourceOffer offer) {
    boolean isSigned = isSigned(() -> book.isSigned(offer));
    return take(accounts -> book.take(offer, isSigned, accounts), resourceOfferFile, offer);
  }

  /**
   * Outside the lock: whoever names a contract as owner makes us wait for a node, and nobody else.
   */
  private static boolean isSigned(BooleanSupplier question) {
    try {
      return question.getAsBoolean();
    } catch (LedgerUnavailable e) {
      throw new BookUnavailable(
          "the solver cannot ask the owner's contract about the signature now: " + e.getMessage(),
          e);
    }
  }

  @Override
  public synchronized List<SignedJobOffer> jobOffers() {
    List<SignedJobOffer> offers = new ArrayList<>();
    for (LiveJobOffer live : requireBulletin().live().jobOffers()) {
      if (live.signature().isNone()) {
        offers.add(new SignedJobOffer(live.offer(), Signature.NONE));
      }
    }
    offers.addAll(book.jobOffers());
    return offers;
  }

  @Override
  public synchronized List<SignedResourceOffer> resourceOffers() {
    List<SignedResourceOffer> offers = new ArrayList<>();
    for (LiveResourceOffer live : requireBulletin().live().resourceOffers()) {
      if (live.signature().isNone()) {
        offers.add(new SignedResourceOffer(live.offer(), Signature.NONE));
      }
    }
    offers.addAll(book.resourceOffers());
    return offers;
  }

  @Override
  public synchronized Optional<JobOfferStatus> status(OfferHash jobOffer) {
    Bulletin latest = requireBulletin();
    if (latest.matching().contains(jobOffer)) {
      return Optional.of(new JobOfferStatus(Place.MATCHING, List.of()));
    }
    if (latest.waiting().containsKey(jobOffer)) {
      return Optional.of(
          new JobOfferStatus(
              Place.WAITING,
              latest.waiting().get(jobOffer).stream().map(Obstacle::sentence).toList()));
    }
    if (book.contains(jobOffer)) {
      return Optional.of(
          new JobOfferStatus(Place.WAITING, List.of("the solver has not looked at it yet")));
    }
    return book.ending(jobOffer).map(SolverOrderBook::status);
  }

  private static JobOfferStatus status(Ending ending) {
    return ending.isSuccess()
        ? new JobOfferStatus(Place.MATCHED, List.of())
        : new JobOfferStatus(Place.DROPPED, List.of(ending.sentence()));
  }

  private synchronized <S> Optional<Refusal> take(
      Function<Accounts, OfferBook.Answer> taking, OfferFile<S> file, S offer) {
    long askedAt = looks;
    if (bulletin.isEmpty()) {
      awaitLook(askedAt + 1);
    }
    OfferBook.Answer answer = taking.apply(requireBulletin().accounts());
    if (answer instanceof OfferBook.Answer.Refused(Refusal refusal) && refusal.mayPass()) {
      // The owner may have registered or paid in a moment ago.
      awaitLook(askedAt + LOOKS_TO_BE_SURE);
      answer = taking.apply(requireBulletin().accounts());
    }
    return switch (answer) {
      case OfferBook.Answer.Taken(OfferBook.Taking how) -> {
        keep(how, file, offer);
        yield Optional.empty();
      }
      case OfferBook.Answer.Refused(Refusal refusal) -> {
        observer.offerRefused(refusal);
        yield Optional.of(refusal);
      }
    };
  }

  /**
   * An offer that cannot be written stays in memory, and the caller, told so, leaves it again: then
   * it is known, so the files are written anew.
   */
  private <S> void keep(OfferBook.Taking how, OfferFile<S> file, S offer) {
    switch (how) {
      case KNOWN -> compactIfBehind();
      case ADDED -> {
        version++;
        if (behind) {
          compact();
          return;
        }
        behind = true;
        file.append(offer);
        behind = false;
      }
      case CROWDED -> {
        version++;
        behind = true;
        compact();
      }
    }
  }

  private void compactIfBehind() {
    if (behind) {
      compact();
    }
  }

  private void compact() {
    jobOfferFile.replace(book.jobOffers());
    resourceOfferFile.replace(book.resourceOffers());
    behind = false;
  }

  private Bulletin requireBulletin() {
    return bulletin.orElseThrow(
        () -> new BookUnavailable("the solver has not read the market yet; try again in a moment"));
  }

  private void awaitLook(long wanted) {
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      for (long left = patience.toNanos(); looks < wanted && left > 0; ) {
        wait(Math.max(1, Duration.ofNanos(left).toMillis()));
        left = deadline - System.nanoTime();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BookUnavailable("the solver is closing", e);
    }
  }

  // ---------------------------------------------------------- for the agent

  synchronized long version() {
    return version;
  }

  synchronized LiveOffers live(MarketState market, long now) {
    return book.live(market, now);
  }

  synchronized Map<OfferHash, Ending> ended(MarketState market, long now) {
    return book.ended(market, now);
  }

  synchronized void publish(Bulletin latest) {
    bulletin = Optional.of(latest);
    confirmBulletin();
  }

  /** The market was looked at again, and the bulletin still holds. */
  synchronized void confirmBulletin() {
    looks++;
    notifyAll();
  }

  synchronized void forget(Map<OfferHash, Ending> ended) {
    boolean any = book.forget(ended);
    if (any) {
      version++;
      behind = true;
    }
    compactIfBehind();
  }

  // ------------------------------------------------------- for the operator

  /** The latest block that was looked at; empty before the first look. */
  public synchronized Optional<Head> head() {
    return bulletin.map(Bulletin::head);
  }

  /** How many job offers are live, as of the latest look. */
  public synchronized int liveJobOffers() {
    return bulletin.map(b -> b.live().jobOffers().size()).orElse(0);
  }

  /** How many resource offers are live, as of the latest look. */
  public synchronized int liveResourceOffers() {
    return bulletin.map(b -> b.live().resourceOffers().size()).orElse(0);
  }
}
