package modicum.acceptance.memory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import modicum.ledger.LedgerFollower;
import modicum.ledger.agent.AgentLoop;
import modicum.ledger.memory.InMemorySigner;
import modicum.ledger.orders.JobOfferStatus;
import modicum.ledger.orders.OrderBook;
import modicum.ledger.orders.OrderBookUnavailable;
import modicum.ledger.orders.SignedJobOffer;
import modicum.ledger.orders.SignedResourceOffer;
import modicum.protocol.offer.OfferHash;
import modicum.solver.BookUnavailable;
import modicum.solver.GreedyMatchFinder;
import modicum.solver.SolverAgent;
import modicum.solver.SolverObserver;
import modicum.solver.SolverOptions;
import modicum.solver.SolverOrderBook;
import modicum.solver.SolverPolicy;

/** The solver, and the door to its order book, which answers nobody while the solver is dead. */
final class TestSolver extends Party {
  /** Waits for nobody: whom it does not know yet is told so at once. */
  private static final SolverOrderBook.Options BOOK =
      new SolverOrderBook.Options(100, 50, Duration.ZERO);

  private Optional<OrderBook> open = Optional.empty();

  TestSolver(InMemoryMarket market, String name) {
    super(market, name);
  }

  @Override
  Life start(int life) {
    SolverOrderBook book =
        new SolverOrderBook(
            state(), market().chain().hasher(), InMemorySigner.RECOVERY, BOOK, SolverObserver.NONE);
    SolverAgent agent =
        new SolverAgent(
            trappedLedger(),
            book,
            new SolverPolicy(new GreedyMatchFinder()),
            SolverOptions.DEFAULT,
            SolverObserver.NONE);
    open = Optional.of(new TrappedOrderBook(book, trap()));
    AgentLoop<?> loop =
        new AgentLoop<>(
            agent,
            new LedgerFollower(ledger(), LedgerFollower.Options.DEFAULT),
            AgentLoop.Options.DEFAULT);
    return new Life() {
      @Override
      public List<?> step() throws InterruptedException {
        return loop.step();
      }

      @Override
      public void end() {
        open = Optional.empty();
      }
    };
  }

  /** The order book as others reach it: what kills the solver is an outage to them. */
  OrderBook orderBook() {
    return new Door();
  }

  private final class Door implements OrderBook {
    private interface Question<T> {
      T ask(OrderBook book);
    }

    private <T> T ask(Question<T> question) {
      OrderBook book = open.orElseThrow(Door::outage);
      try {
        return question.ask(book);
      } catch (Trap.Killed killed) {
        die();
        throw outage();
      } catch (BookUnavailable e) {
        throw new OrderBookUnavailable(e.getMessage(), e);
      }
    }

    private static OrderBookUnavailable outage() {
      return new OrderBookUnavailable("the solver does not run");
    }

    @Override
    public Optional<String> leave(SignedJobOffer offer) {
      return ask(book -> book.leave(offer));
    }

    @Override
    public Optional<String> leave(SignedResourceOffer offer) {
      return ask(book -> book.leave(offer));
    }

    @Override
    public List<SignedJobOffer> jobOffers() {
      return ask(OrderBook::jobOffers);
    }

    @Override
    public List<SignedResourceOffer> resourceOffers() {
      return ask(OrderBook::resourceOffers);
    }

    @Override
    public Optional<JobOfferStatus> status(OfferHash jobOffer) {
      return ask(book -> book.status(jobOffer));
    }
  }
}
