package modicum.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import modicum.ledger.memory.InMemorySigner;
import modicum.ledger.orders.JobOfferStatus;
import modicum.ledger.orders.JobOfferStatus.Place;
import modicum.ledger.orders.SignedJobOffer;
import modicum.protocol.identity.Signer;
import modicum.protocol.market.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SolverOrderBookTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir Path folder;

  private final World world = new World();

  @Test
  void whatWasLeftIsThereAfterARestart() {
    SolverOrderBook book = looking(Duration.ZERO);
    assertThat(book.take(world.job(1))).isEmpty();
    assertThat(book.take(world.resource(1))).isEmpty();

    SolverOrderBook restarted = looking(Duration.ZERO);

    assertThat(restarted.jobOffers()).containsExactly(world.job(1));
    assertThat(restarted.resourceOffers()).containsExactly(world.resource(1));
  }

  @Test
  void whatWasForgottenIsNotThereAfterARestart() {
    SolverOrderBook book = looking(Duration.ZERO);
    book.take(world.job(1));
    book.take(world.job(2));

    book.forget(Map.of(world.hash(world.job(1).offer()), Ending.EXPIRED));

    assertThat(looking(Duration.ZERO).jobOffers()).containsExactly(world.job(2));
  }

  @Test
  void anOfferThatCouldNotBeWrittenIsWrittenWhenItIsLeftAgain() throws IOException {
    SolverOrderBook book = looking(Duration.ZERO);
    Path file = folder.resolve("job-offers.jsonl");
    Files.delete(file);
    Files.createDirectory(file);
    assertThatThrownBy(() -> book.take(world.job(1))).isInstanceOf(BookUnavailable.class);
    Files.delete(file);

    assertThat(book.take(world.job(1))).isEmpty();

    assertThat(looking(Duration.ZERO).jobOffers()).containsExactly(world.job(1));
  }

  @Test
  void cannotJudgeBeforeTheMarketWasRead() {
    SolverOrderBook book = world.orderBook(folder, Duration.ZERO);

    assertThatThrownBy(() -> book.take(world.job(1)))
        .isInstanceOf(BookUnavailable.class)
        .hasMessageContaining("try again");
    assertThatThrownBy(book::jobOffers).isInstanceOf(BookUnavailable.class);
  }

  @Test
  void anOfferThatComesBeforeTheMarketWasReadIsJudgedWhenItIs() throws Exception {
    SolverOrderBook book = world.orderBook(folder, LONG);
    CompletableFuture<Optional<Refusal>> answer =
        CompletableFuture.supplyAsync(() -> book.take(world.job(1)));

    lookUntilAnswered(book, answer);

    assertThat(answer.get()).isEmpty();
  }

  @Test
  void anOwnerThatRegisteredAMomentAgoIsNotRefused() throws Exception {
    Signer carol = InMemorySigner.named("carol");
    SolverOrderBook book = looking(LONG);
    world.isJobCreator(carol);
    SignedJobOffer offer = world.signed(carol, world.jobOffer(carol, 1));
    CompletableFuture<Optional<Refusal>> answer =
        CompletableFuture.supplyAsync(() -> book.take(offer));

    lookUntilAnswered(book, answer);

    assertThat(answer.get()).isEmpty();
    assertThat(book.jobOffers()).containsExactly(offer);
  }

  @Test
  void anOwnerThatNeverShowsUpIsRefused() {
    Signer carol = InMemorySigner.named("carol");
    SolverOrderBook book = looking(Duration.ofMillis(20));

    assertThat(book.take(world.signed(carol, world.jobOffer(carol, 1))).orElseThrow().reason())
        .isEqualTo("NotRegistered");
    assertThat(book.jobOffers()).isEmpty();
  }

  @Test
  void aRefusalThatNoBlockCanLiftDoesNotWait() {
    SolverOrderBook book = looking(Duration.ofDays(1));

    assertThat(book.take(world.signed(world.bob, world.jobOffer(world.alice, 1))))
        .map(Refusal::reason)
        .contains("OfferNeitherPostedNorSigned");
  }

  @Test
  void listsWhatWasPostedWithoutASignature() {
    world.submit(
        world.alice, new Command.PostJobOffer(world.alice.address(), world.job(1).offer()));
    SolverOrderBook book = looking(Duration.ZERO);
    book.take(world.job(2));

    assertThat(book.jobOffers())
        .extracting(o -> o.offer().nonce() + " " + o.signature().isNone())
        .containsExactly("1 true", "2 false");
  }

  @Test
  void tellsWhereAJobOfferStands() {
    SolverOrderBook book = looking(Duration.ZERO);
    assertThat(status(book)).isEmpty();

    book.take(world.job(1));
    assertThat(status(book).orElseThrow().place()).isEqualTo(Place.WAITING);
    look(book);
    assertThat(status(book).orElseThrow().reasons().getFirst()).contains("NoResourceOffers");

    book.take(world.resource(1));
    look(book);
    assertThat(status(book)).contains(new JobOfferStatus(Place.MATCHING, List.of()));

    book.forget(Map.of(world.hash(world.job(1).offer()), Ending.MATCHED));
    book.forget(Map.of(world.hash(world.resource(1).offer()), Ending.USED_UP));
    look(book);
    assertThat(status(book)).contains(new JobOfferStatus(Place.MATCHED, List.of()));
  }

  @Test
  void tellsWhyAJobOfferWasDropped() {
    SolverOrderBook book = looking(Duration.ZERO);
    book.take(world.job(1));
    book.forget(Map.of(world.hash(world.job(1).offer()), Ending.EXPIRED));
    look(book);

    assertThat(status(book)).contains(new JobOfferStatus(Place.DROPPED, List.of("it expired")));
  }

  private Optional<JobOfferStatus> status(SolverOrderBook book) {
    return book.status(world.hash(world.job(1).offer()));
  }

  /** An order book whose solver has looked at the market once. */
  private SolverOrderBook looking(Duration patience) {
    SolverOrderBook book = world.orderBook(folder, patience);
    look(book);
    return book;
  }

  private void look(SolverOrderBook book) {
    agent(book).decide(world.chain.state(), world.head());
  }

  private SolverAgent agent(SolverOrderBook book) {
    return new SolverAgent(
        world.solver(),
        book,
        new SolverPolicy(new GreedyMatchFinder()),
        SolverOptions.DEFAULT,
        SolverObserver.NONE);
  }

  private void lookUntilAnswered(SolverOrderBook book, CompletableFuture<?> answer)
      throws InterruptedException {
    while (!answer.isDone()) {
      look(book);
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }
}
