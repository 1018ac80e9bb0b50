package modicum.solver;

import java.util.List;
import java.util.Optional;
import modicum.ledger.Head;
import modicum.ledger.Ledger;
import modicum.ledger.agent.Agent;
import modicum.protocol.market.MarketState;

/**
 * The solver: looks at all live offers and posts the matches that it finds. Whatever is lost when
 * it is killed is found again on the chain and in the order book's files.
 */
public final class SolverAgent implements Agent<SolverAction> {
  /** What a decision depends on: while it stays the same, so does the decision. */
  private record Basis(Head head, long book, long notes) {}

  private record Decided(Basis basis, SolverDecision decision) {}

  private final SolverOrderBook orderBook;
  private final SolverPolicy policy;
  private final SolverNotes notes;
  private final SolverActions actions;
  private Optional<Decided> last = Optional.empty();

  public SolverAgent(
      Ledger ledger,
      SolverOrderBook orderBook,
      SolverPolicy policy,
      SolverOptions options,
      SolverObserver observer) {
    this.orderBook = orderBook;
    this.policy = policy;
    this.notes = new SolverNotes(options);
    this.actions = new SolverActions(ledger, orderBook, notes, observer);
  }

  @Override
  public String name() {
    return "solver";
  }

  @Override
  public List<SolverAction> decide(MarketState market, Head head) {
    Basis basis = new Basis(head, orderBook.version(), notes.version());
    if (last.filter(decided -> decided.basis().equals(basis)).isPresent()) {
      orderBook.confirmBulletin();
      return last.get().decision().actions();
    }
    SolverView view = view(market, head);
    SolverDecision decision = policy.decide(view);
    last = Optional.of(new Decided(basis, decision));
    orderBook.publish(Bulletin.of(view, decision.findings()));
    return decision.actions();
  }

  @Override
  public void perform(SolverAction action) {
    actions.perform(action);
  }

  @Override
  public boolean sharesTransaction(SolverAction action) {
    return action instanceof SolverAction.PostMatch;
  }

  @Override
  public void performTogether(List<SolverAction> matches) {
    actions.postTogether(matches.stream().map(SolverAction.PostMatch.class::cast).toList());
  }

  private SolverView view(MarketState market, Head head) {
    LiveOffers live = orderBook.live(market, head.time());
    notes.observe(live, head.time());
    return new SolverView(
        market,
        head,
        live,
        orderBook.ended(market, head.time()),
        notes.underway(),
        notes.barred(),
        notes.leastIncentive());
  }
}
