package modicum.protocol.market;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.Trust;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Stage;
import modicum.protocol.match.Transition;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Amounts;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.Quantity;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.party.Directory;
import modicum.protocol.party.Mediator;
import modicum.protocol.party.ResourceProvider;
import modicum.protocol.result.Result;
import modicum.protocol.result.Usage;

/** What an account can ask of the market: one for each function of the contract. */
public sealed interface Command {
  /** The account that asks. */
  Address caller();

  /** Moves money from the caller's wallet into its free balance. */
  record Deposit(Address caller, Wei amount) implements Command {
    public Deposit {
      Amounts.require96("a deposit", amount);
    }
  }

  /** Moves money from the caller's free balance into its wallet. */
  record Withdraw(Address caller, Wei amount) implements Command {
    public Withdraw {
      Amounts.require96("a withdrawal", amount);
    }
  }

  record RegisterJobCreator(Address caller) implements Command {}

  record RegisterResourceProvider(Address caller, ResourceProvider resourceProvider)
      implements Command {}

  record RegisterMediator(Address caller, Mediator mediator) implements Command {}

  record RegisterDirectory(Address caller, Directory directory) implements Command {}

  record SetTrust(Address caller, Trust kind, List<Bytes32> subjects, boolean trusted)
      implements Command {
    public SetTrust {
      subjects = List.copyOf(subjects);
    }
  }

  record PostJobOffer(Address caller, JobOffer offer) implements Command {}

  record CancelJobOffer(Address caller, JobOffer offer) implements Command {}

  record PostResourceOffer(Address caller, ResourceOffer offer) implements Command {}

  record CancelResourceOffer(Address caller, ResourceOffer offer) implements Command {}

  /** Cancels all of the caller's unmatched offers with a nonce below the floor. */
  record RaiseNonceFloor(Address caller, long nonceFloor) implements Command {
    public RaiseNonceFloor {
      if (nonceFloor < 0 || nonceFloor > Quantity.MAXIMUM) {
        throw new IllegalArgumentException(
            "a nonce floor is between 0 and 2^56 - 1, got " + nonceFloor);
      }
    }
  }

  /** Signatures are {@link Signature#NONE} for offers that were posted. */
  record PostMatch(
      Address caller,
      JobOffer jobOffer,
      Signature jobOfferSignature,
      ResourceOffer resourceOffer,
      Signature resourceOfferSignature,
      Address mediator)
      implements Command {}

  /** About one match. */
  sealed interface MatchCommand extends Command {
    MatchId matchId();
  }

  /** Takes one match from a stage to the next. */
  sealed interface Step extends MatchCommand {
    Transition transition();
  }

  /**
   * Of the resource provider: posts a result that the job creator has accepted already, and closes
   * the match with it; or closes it where that result was posted.
   *
   * @param acceptance the job creator's signature over {@link
   *     modicum.protocol.offer.OfferHasher#hashAcceptance}
   */
  record CloseWithAcceptance(Address caller, MatchId matchId, Result result, Signature acceptance)
      implements MatchCommand {
    /** Where it is taken, on either side of the deadlines. */
    public static final Set<Stage> STAGES =
        Collections.unmodifiableSet(EnumSet.of(Stage.AWAITING_RESULT, Stage.AWAITING_REACTION));
  }

  record PostResult(Address caller, MatchId matchId, Result result) implements Step {
    @Override
    public Transition transition() {
      return Transition.POST_RESULT;
    }
  }

  record AcceptResult(Address caller, MatchId matchId) implements Step {
    @Override
    public Transition transition() {
      return Transition.ACCEPT_RESULT;
    }
  }

  record RejectResult(Address caller, MatchId matchId, RejectReason reason) implements Step {
    @Override
    public Transition transition() {
      return Transition.REJECT_RESULT;
    }
  }

  record CloseBySilence(Address caller, MatchId matchId) implements Step {
    @Override
    public Transition transition() {
      return Transition.CLOSE_BY_SILENCE;
    }
  }

  record CloseResultOverdue(Address caller, MatchId matchId) implements Step {
    @Override
    public Transition transition() {
      return Transition.CLOSE_RESULT_OVERDUE;
    }
  }

  /**
   * @param usage the mediator's own, for one run
   * @param evidence SHA-256 of the evidence file
   */
  record PostVerdict(
      Address caller, MatchId matchId, Verdict verdict, Usage usage, Bytes32 evidence)
      implements Step {
    @Override
    public Transition transition() {
      return Transition.POST_VERDICT;
    }
  }

  record CloseMediationOverdue(Address caller, MatchId matchId) implements Step {
    @Override
    public Transition transition() {
      return Transition.CLOSE_MEDIATION_OVERDUE;
    }
  }
}
