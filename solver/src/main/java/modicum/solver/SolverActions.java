package modicum.solver;

import java.util.List;
import java.util.Optional;
import modicum.ledger.Ledger;
import modicum.ledger.Receipt;
import modicum.ledger.Submission;
import modicum.protocol.market.Command;
import modicum.protocol.market.Condition;
import modicum.protocol.market.Rejection;
import modicum.solver.SolverAction.ForgetOffers;
import modicum.solver.SolverAction.PostMatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Performs what was decided. */
final class SolverActions {
  private static final Logger LOG = LoggerFactory.getLogger(SolverActions.class);

  private final Ledger ledger;
  private final SolverOrderBook orderBook;
  private final SolverNotes notes;
  private final SolverObserver observer;

  SolverActions(
      Ledger ledger, SolverOrderBook orderBook, SolverNotes notes, SolverObserver observer) {
    this.ledger = ledger;
    this.orderBook = orderBook;
    this.notes = notes;
    this.observer = observer;
  }

  void perform(SolverAction action) {
    switch (action) {
      case PostMatch match -> post(match);
      case ForgetOffers forget -> orderBook.forget(forget.ended());
    }
  }

  /** An outage on the way leaves the match underway: whether it was posted is seen later. */
  private void post(PostMatch match) {
    if (!notes.begin(match)) {
      return;
    }
    Command.PostMatch command = match.command(ledger.account());
    Optional<Rejection> rejection = ledger.dryRun(command);
    if (rejection.isPresent()) {
      refused(match, rejection.get(), Optional.empty());
      return;
    }
    submitted(match, ledger.submit(command));
  }

  /** The ledger asks the market about each of them before it sends any, so none is asked twice. */
  void postTogether(List<PostMatch> matches) {
    List<PostMatch> begun = matches.stream().filter(notes::begin).toList();
    if (begun.isEmpty()) {
      return;
    }
    List<Submission> submissions =
        ledger.submitAll(
            begun.stream().<Command>map(match -> match.command(ledger.account())).toList());
    for (int i = 0; i < begun.size(); i++) {
      submitted(begun.get(i), submissions.get(i));
    }
  }

  private void submitted(PostMatch match, Submission submission) {
    switch (submission) {
      case Submission.Accepted accepted -> accepted(match, accepted.receipt());
      case Submission.Refused refused -> refused(match, refused.rejection(), refused.receipt());
    }
  }

  private void accepted(PostMatch match, Receipt receipt) {
    notes.accepted(receipt.fee());
    observer.matchPosted(match, receipt);
    LOG.info(
        "Matched job offer {} with resource offer {}, mediator {} (fee {} wei)",
        match.job().hash(),
        match.resource().hash(),
        match.mediator(),
        receipt.fee());
  }

  private void refused(PostMatch match, Rejection rejection, Optional<Receipt> receipt) {
    // A job offer that is matched already, perhaps by an attempt of ours whose answer was lost,
    // stays underway until the followed chain shows it, rather than being tried elsewhere.
    if (rejection.condition() != Condition.OFFER_ALREADY_MATCHED) {
      notes.refused(match);
    }
    observer.matchRefused(match, rejection);
    LOG.info(
        "The market refused to match job offer {} with resource offer {}: {}{}",
        match.job().hash(),
        match.resource().hash(),
        rejection.sentence(),
        receipt.map(paid -> " (that cost " + paid.fee() + " wei)").orElse(""));
  }
}
