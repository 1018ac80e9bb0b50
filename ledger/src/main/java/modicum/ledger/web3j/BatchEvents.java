package modicum.ledger.web3j;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import modicum.protocol.market.Command;
import modicum.protocol.market.MarketEvent;

/** The events of a batch, in the order of its calls, handed out to the commands they came of. */
final class BatchEvents {
  private final Deque<MarketEvent> left;

  BatchEvents(List<MarketEvent> events) {
    this.left = new ArrayDeque<>(events);
  }

  /**
   * The events of the next command that was accepted.
   *
   * @throws java.util.NoSuchElementException when they are not there
   */
  List<MarketEvent> of(Command command) {
    List<MarketEvent> own = new ArrayList<>();
    while (!isComplete(command, own)) {
      MarketEvent event = left.removeFirst();
      // A token that calls others while it is moved may have them leave events in between.
      if (mayComeOf(command, event)) {
        own.add(event);
      }
    }
    return List.copyOf(own);
  }

  private static boolean isComplete(Command command, List<MarketEvent> events) {
    return switch (command) {
      case Command.SetTrust c -> events.size() == c.subjects().size();
      case Command.PostVerdict c -> events.size() == 2;
      case Command.CloseWithAcceptance c ->
          !events.isEmpty() && events.getLast() instanceof MarketEvent.MatchClosed;
      default -> events.size() == 1;
    };
  }

  private static boolean mayComeOf(Command command, MarketEvent event) {
    return switch (event) {
      case MarketEvent.Deposited e -> command instanceof Command.Deposit && isBy(command, e);
      case MarketEvent.Withdrawn e ->
          command instanceof Command.Withdraw && e.account().equals(command.caller());
      case MarketEvent.JobCreatorRegistered e -> command instanceof Command.RegisterJobCreator;
      case MarketEvent.ResourceProviderRegistered e ->
          command instanceof Command.RegisterResourceProvider;
      case MarketEvent.MediatorRegistered e -> command instanceof Command.RegisterMediator;
      case MarketEvent.DirectoryRegistered e -> command instanceof Command.RegisterDirectory;
      case MarketEvent.TrustChanged e -> command instanceof Command.SetTrust;
      case MarketEvent.JobOfferPosted e -> command instanceof Command.PostJobOffer;
      case MarketEvent.JobOfferCancelled e -> command instanceof Command.CancelJobOffer;
      case MarketEvent.ResourceOfferPosted e -> command instanceof Command.PostResourceOffer;
      case MarketEvent.ResourceOfferCancelled e -> command instanceof Command.CancelResourceOffer;
      case MarketEvent.NonceFloorRaised e -> command instanceof Command.RaiseNonceFloor;
      case MarketEvent.Matched e -> command instanceof Command.PostMatch;
      case MarketEvent.ResultPosted e ->
          command instanceof Command.MatchCommand c && c.matchId().equals(e.matchId());
      case MarketEvent.ResultRejected e ->
          command instanceof Command.MatchCommand c && c.matchId().equals(e.matchId());
      case MarketEvent.VerdictPosted e ->
          command instanceof Command.MatchCommand c && c.matchId().equals(e.matchId());
      case MarketEvent.MatchClosed e ->
          command instanceof Command.MatchCommand c && c.matchId().equals(e.matchId());
    };
  }

  private static boolean isBy(Command command, MarketEvent.Deposited event) {
    return event.account().equals(command.caller());
  }
}
