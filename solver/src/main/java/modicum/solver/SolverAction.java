package modicum.solver;

import java.util.Map;
import modicum.protocol.identity.Address;
import modicum.protocol.market.Command;
import modicum.protocol.offer.OfferHash;

/** What the solver may decide to do. */
public sealed interface SolverAction {
  /** Proposes a match to the contract. */
  record PostMatch(LiveJobOffer job, LiveResourceOffer resource, Address mediator)
      implements SolverAction {
    public Pairing pairing() {
      return new Pairing(job.hash(), resource.hash(), mediator);
    }

    Command.PostMatch command(Address solver) {
      return new Command.PostMatch(
          solver, job.offer(), job.signature(), resource.offer(), resource.signature(), mediator);
    }

    @Override
    public String toString() {
      return "PostMatch[" + job.hash() + " on " + resource.hash() + ", mediator " + mediator + "]";
    }
  }

  /** Takes offers that can no longer be matched out of the book. */
  record ForgetOffers(Map<OfferHash, Ending> ended) implements SolverAction {
    public ForgetOffers {
      ended = Map.copyOf(ended);
    }
  }
}
