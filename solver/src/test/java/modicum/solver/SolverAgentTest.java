package modicum.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import modicum.ledger.LedgerFollower;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.Receipt;
import modicum.ledger.agent.AgentLoop;
import modicum.ledger.orders.SignedJobOffer;
import modicum.protocol.identity.Signature;
import modicum.protocol.market.Command;
import modicum.protocol.market.Rejection;
import modicum.protocol.match.Match;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.solver.SolverAction.ForgetOffers;
import modicum.solver.SolverAction.PostMatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SolverAgentTest {
  @TempDir Path folder;

  private final World world = new World();
  private final List<String> heard = new ArrayList<>();
  private final List<Command> sent = new ArrayList<>();
  private SolverOptions options = SolverOptions.DEFAULT;
  private int confirmations;
  private SolverOrderBook book;
  private SolverAgent agent;
  private AgentLoop<SolverAction> loop;

  @BeforeEach
  void startTheSolver() throws InterruptedException {
    startAgain();
    world.chain.beforeSubmit(sent::add);
  }

  @Test
  void matchesWhatWasLeftAndEarnsBothIncentives() throws InterruptedException {
    leaveBoth();

    loop.step();

    assertThat(matches()).hasSize(1);
    assertThat(world.chain.state().balance(world.solver().account()).free()).isEqualTo(Wei.of(50));
    assertThat(heard).containsExactly("posted");
  }

  @Test
  void matchesWhatWasPosted() throws InterruptedException {
    world.submit(
        world.alice, new Command.PostJobOffer(world.alice.address(), world.job(1).offer()));
    world.submit(
        world.bob, new Command.PostResourceOffer(world.bob.address(), world.resource(1).offer()));

    loop.step();

    assertThat(matches()).hasSize(1);
    Command.PostMatch command = (Command.PostMatch) sent.getLast();
    assertThat(command.jobOfferSignature()).isEqualTo(Signature.NONE);
    assertThat(command.resourceOfferSignature()).isEqualTo(Signature.NONE);
  }

  @Test
  void forgetsWhatWasMatchedAndThenRests() throws InterruptedException {
    leaveBoth();
    loop.step();

    assertThat(loop.step()).hasSize(1).first().isInstanceOf(ForgetOffers.class);
    assertThat(loop.step()).isEmpty();
    assertThat(book.jobOffers()).isEmpty();
    assertThat(book.resourceOffers()).isEmpty();
  }

  @Test
  void forgetsWhatExpired() throws InterruptedException {
    leave(world.job(1));
    world.chain.advanceTo(World.EXPIRY + 1);

    loop.step();

    assertThat(book.jobOffers()).isEmpty();
    assertThat(sent).isEmpty();
  }

  @Test
  void forgetsWhatWasCancelled() throws InterruptedException {
    leaveBoth();
    cancelTheJobOffer();

    loop.step();

    assertThat(matches()).isEmpty();
    assertThat(postedBySolver()).isZero();
    assertThat(book.jobOffers()).isEmpty();
  }

  @Test
  void aCancellationBetweenDecisionAndDeedCostsNothing() throws InterruptedException {
    leaveBoth();
    List<SolverAction> decided = agent.decide(world.chain.state(), world.head());
    cancelTheJobOffer();

    performAll(decided);

    assertThat(postedBySolver()).isZero();
    assertThat(heard).containsExactly("refused OfferIsCancelled");
    assertThat(loop.step()).singleElement().isInstanceOf(ForgetOffers.class);
    assertThat(loop.step()).isEmpty();
  }

  @Test
  void anExpiryBetweenDecisionAndDeedCostsNothing() throws InterruptedException {
    leaveBoth();
    List<SolverAction> decided = agent.decide(world.chain.state(), world.head());
    world.chain.advanceTo(World.EXPIRY + 1);

    performAll(decided);

    assertThat(postedBySolver()).isZero();
    assertThat(heard).containsExactly("refused OfferExpired");
  }

  @Test
  void anotherSolverMayBeFaster() throws InterruptedException {
    leaveBoth();
    PostMatch decided = (PostMatch) agent.decide(world.chain.state(), world.head()).getFirst();
    var rival = world.chain.ledger("rival");
    rival.submit(decided.command(rival.account()));

    agent.perform(decided);

    assertThat(heard).containsExactly("refused OfferAlreadyMatched");
    loop.step();
    assertThat(loop.step()).isEmpty();
    assertThat(matches()).hasSize(1);
  }

  @Test
  void aRefusedMatchIsNotTriedAgainAtOnceButLater() throws InterruptedException {
    confirmations = 1;
    startAgain();
    leaveBoth();
    // The last block is not believed yet, so that the solver does not know that bob is poor.
    world.withdrawsAll(world.bob);

    loop.step();
    assertThat(heard).containsExactly("refused InsufficientFunds");

    // Nothing has changed, and the bar holds.
    assertThat(loop.step()).isEmpty();
    assertThat(postedBySolver()).isZero();

    world.pays(world.bob, World.RICH);
    world.chain.advance(options.firstBar().toSeconds() - 1);
    assertThat(loop.step()).isEmpty();
    world.chain.advance(1);
    loop.step();
    assertThat(matches()).hasSize(1);
  }

  @Test
  void eachRefusalDoublesTheWait() {
    SolverNotes notes = new SolverNotes(options);
    PostMatch match = someMatch();
    long now = 0;
    for (int refusal = 1; refusal <= 12; refusal++) {
      long wait = Math.min(10L << (refusal - 1), 3600);
      notes.observe(liveOf(match), now);
      notes.refused(match);
      notes.observe(liveOf(match), now + wait - 1);
      assertThat(notes.barred()).containsExactly(match.pairing());
      notes.observe(liveOf(match), now + wait);
      assertThat(notes.barred()).isEmpty();
      now += wait;
    }
  }

  @Test
  void whatWasRefusedWithOneResourceIsTriedWithAnother() throws InterruptedException {
    leave(world.job(1));
    book.take(world.resource(1));
    book.take(
        world.signed(world.bob, World.with(world.resourceOffer(world.bob, 2), Prices.of(1, 1))));
    List<SolverAction> decided = agent.decide(world.chain.state(), world.head());
    assertThat(((PostMatch) decided.getFirst()).resource().offer().nonce()).isEqualTo(2);
    world.submit(
        world.bob,
        new Command.CancelResourceOffer(
            world.bob.address(), ((PostMatch) decided.getFirst()).resource().offer()));
    performAll(decided);

    loop.step();

    assertThat(matches())
        .singleElement()
        .satisfies(
            match ->
                assertThat(match.resourceOfferHash())
                    .isEqualTo(world.chain.hasher().hash(world.resourceOffer(world.bob, 1))));
  }

  @Test
  void anAcceptedMatchIsNotSentAgainWhileTheChainIsNotBelievedYet() throws InterruptedException {
    confirmations = 3;
    startAgain();
    leaveBoth();
    world.chain.advance(1);
    world.chain.advance(1);
    world.chain.advance(1);
    loop.step();
    assertThat(postedBySolver()).isEqualTo(1);

    // A cheaper resource comes along before the match is seen.
    book.take(
        world.signed(world.bob, World.with(world.resourceOffer(world.bob, 2), Prices.of(1, 1))));
    for (int block = 0; block < 5; block++) {
      assertThat(loop.step())
          .filteredOn(PostMatch.class::isInstance)
          .extracting(action -> ((PostMatch) action).resource().offer().nonce())
          .doesNotContain(2L);
      world.chain.advance(1);
    }

    assertThat(postedBySolver()).isEqualTo(1);
    assertThat(matches()).hasSize(1);
  }

  @Test
  void aMatchThatAReorganisationUndidIsPostedAgain() throws InterruptedException {
    leaveBoth();
    loop.step();
    world.chain.dropBlocks(1);
    assertThat(matches()).isEmpty();
    world.chain.advance(1);

    loop.step();

    assertThat(matches()).hasSize(1);
  }

  @Test
  void anOutageBeforeSendingLosesNothing() throws InterruptedException {
    leaveBoth();
    failing(command -> world.chain.beforeSubmit(c -> command.accept(c)));

    assertThatThrownBy(() -> loop.step()).isInstanceOf(LedgerUnavailable.class);
    assertThat(matches()).isEmpty();
    world.chain.beforeSubmit(sent::add);
    loop.step();

    assertThat(matches()).hasSize(1);
  }

  @Test
  void anOutageAfterSendingDoesNotSendTwice() throws InterruptedException {
    leaveBoth();
    failing(command -> world.chain.afterSubmit(c -> command.accept(c)));

    assertThatThrownBy(() -> loop.step()).isInstanceOf(LedgerUnavailable.class);
    assertThat(matches()).hasSize(1);
    world.chain.afterSubmit(c -> {});
    loop.step();
    loop.step();

    assertThat(matches()).hasSize(1);
    assertThat(postedBySolver()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "after leaving",
        "after deciding",
        "before sending",
        "after sending",
        "after forgetting"
      })
  void killedAtAnyStepItEndsTheSame(String step) throws InterruptedException {
    leaveBoth();
    killedIn(step);
    world.chain.beforeSubmit(sent::add);
    world.chain.afterSubmit(c -> {});

    startAgain();
    loop.step();
    loop.step();

    assertThat(matches()).hasSize(1);
    assertThat(postedBySolver()).isEqualTo(1);
    assertThat(book.jobOffers()).isEmpty();
    assertThat(book.resourceOffers()).isEmpty();
    assertThat(loop.step()).isEmpty();
  }

  private static final class Killed extends Error {}

  private void killedIn(String step) throws InterruptedException {
    Consumer<Command> kill =
        command -> {
          throw new Killed();
        };
    switch (step) {
      case "after leaving" -> {}
      case "after deciding" -> agent.decide(world.chain.state(), world.head());
      case "before sending" -> {
        world.chain.beforeSubmit(kill);
        assertThatThrownBy(() -> loop.step()).isInstanceOf(Killed.class);
      }
      case "after sending" -> {
        world.chain.afterSubmit(kill);
        assertThatThrownBy(() -> loop.step()).isInstanceOf(Killed.class);
      }
      default -> {
        loop.step();
        loop.step();
      }
    }
  }

  @Test
  void leavesAloneWhatBringsLessThanConfigured() throws InterruptedException {
    options = SolverOptions.DEFAULT.withIncentive(Wei.of(51), false);
    startAgain();
    leaveBoth();

    assertThat(loop.step()).isEmpty();

    options = SolverOptions.DEFAULT.withIncentive(Wei.of(50), false);
    startAgain();
    assertThat(loop.step()).hasSize(1);
  }

  @Test
  void learnsWhatAMatchCostsAndForgetsItAfterAWhile() throws InterruptedException {
    options = SolverOptions.DEFAULT.withIncentive(Wei.ZERO, true);
    startAgain();
    world.chain.give(world.solver().account(), World.RICH);
    world.chain.setGasPrice(Wei.of(1));
    leaveBoth();
    loop.step();
    assertThat(matches()).hasSize(1);

    leave(world.job(2));
    book.take(world.resource(2));
    loop.step();
    assertThat(matches()).as("50 wei of incentives, 100,000 of fees").hasSize(1);

    world.chain.advance(options.feeMemory().toSeconds() + 1);
    loop.step();
    assertThat(matches()).hasSize(2);
  }

  @Test
  void neverPostsTwoMatchesOfOneJobOfferAtTheSameTime() {
    leaveBoth();
    book.take(world.resource(2));
    PostMatch first = (PostMatch) agent.decide(world.chain.state(), world.head()).getFirst();
    LiveResourceOffer other =
        book.live(world.chain.state(), World.START).resourceOffers().getLast();
    SolverNotes notes = new SolverNotes(options);

    assertThat(notes.begin(first)).isTrue();
    assertThat(notes.begin(new PostMatch(first.job(), other, first.mediator()))).isFalse();
    assertThat(notes.begin(first)).as("trying again after an outage").isTrue();
  }

  // ---------------------------------------------------------------- together

  private void leaveThreeOfEach() {
    leaveBoth();
    for (long nonce = 2; nonce <= 3; nonce++) {
      leave(world.job(nonce));
      assertThat(book.take(world.resource(nonce))).isEmpty();
    }
  }

  @Test
  void whatIsFoundAtOnceIsMatchedInOneTransaction() throws InterruptedException {
    leaveThreeOfEach();
    long before = world.head().number();

    loop.step();

    assertThat(matches()).hasSize(3);
    assertThat(world.head().number()).isEqualTo(before + 1);
    assertThat(heard).containsExactly("posted", "posted", "posted");
    loop.step();
    assertThat(loop.step()).isEmpty();
  }

  @Test
  void oneThatIsRefusedDoesNotTakeTheOthersWithIt() throws InterruptedException {
    leaveThreeOfEach();
    List<SolverAction> decided = agent.decide(world.chain.state(), world.head());
    cancelTheJobOffer();

    agent.performTogether(decided);

    assertThat(matches()).hasSize(2);
    assertThat(heard).containsExactly("refused OfferIsCancelled", "posted", "posted");
    loop.step();
    assertThat(loop.step()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"before", "after"})
  void anOutageAroundATransactionOfManyLosesAndDoublesNothing(String side)
      throws InterruptedException {
    leaveThreeOfEach();
    Consumer<Command> outage =
        command -> {
          throw new LedgerUnavailable("the connection broke");
        };
    if (side.equals("before")) {
      world.chain.beforeSubmit(outage);
    } else {
      world.chain.afterSubmit(outage);
    }
    assertThatThrownBy(() -> loop.step()).isInstanceOf(LedgerUnavailable.class);
    world.chain.beforeSubmit(sent::add);
    world.chain.afterSubmit(command -> {});

    loop.step();
    loop.step();

    assertThat(matches()).hasSize(3);
    assertThat(world.chain.state().balance(world.solver().account()).free()).isEqualTo(Wei.of(150));
    assertThat(loop.step()).isEmpty();
  }

  // ------------------------------------------------------------------------

  /** As after a kill: only the chain and the state folder are left. */
  private void startAgain() throws InterruptedException {
    SolverObserver observer =
        new SolverObserver() {
          @Override
          public void matchPosted(PostMatch match, Receipt receipt) {
            heard.add("posted");
          }

          @Override
          public void matchRefused(PostMatch match, Rejection rejection) {
            heard.add("refused " + rejection.condition().errorName());
          }

          @Override
          public void offerRefused(Refusal refusal) {
            heard.add("refused offer " + refusal.reason());
          }
        };
    book = world.orderBook(folder, Duration.ZERO);
    agent =
        new SolverAgent(
            world.solver(), book, new SolverPolicy(new GreedyMatchFinder()), options, observer);
    loop =
        new AgentLoop<>(
            agent,
            new LedgerFollower(world.solver(), new LedgerFollower.Options(1000, confirmations)),
            AgentLoop.Options.DEFAULT);
  }

  private void leaveBoth() {
    leave(world.job(1));
    assertThat(book.take(world.resource(1))).isEmpty();
  }

  /** The book can judge only after the solver's first look. */
  private void leave(SignedJobOffer offer) {
    agent.decide(world.chain.state(), world.head());
    assertThat(book.take(offer)).isEmpty();
  }

  private void cancelTheJobOffer() {
    world.submit(
        world.alice, new Command.CancelJobOffer(world.alice.address(), world.job(1).offer()));
  }

  private void performAll(List<SolverAction> decided) {
    decided.forEach(agent::perform);
  }

  private static void failing(Consumer<Consumer<Command>> hook) {
    hook.accept(
        command -> {
          throw new LedgerUnavailable("the connection broke");
        });
  }

  private long postedBySolver() {
    return sent.stream().filter(Command.PostMatch.class::isInstance).count();
  }

  private List<Match> matches() {
    return List.copyOf(world.chain.state().matches());
  }

  private PostMatch someMatch() {
    leaveBoth();
    return (PostMatch) agent.decide(world.chain.state(), world.head()).getFirst();
  }

  private static LiveOffers liveOf(PostMatch match) {
    return new LiveOffers(List.of(match.job()), List.of(match.resource()));
  }
}
