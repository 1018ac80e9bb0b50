package modicum.protocol.match;

import java.util.Optional;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.money.Settlement;
import modicum.protocol.result.Result;
import modicum.protocol.result.Usage;

/** What a match waits for, or how it ended. Deadlines are the last block time of the step. */
public sealed interface MatchState {
  Stage stage();

  /** A state in which a deadline runs. */
  sealed interface Open extends MatchState {
    long deadline();
  }

  record AwaitingResult(long deadline) implements Open {
    @Override
    public Stage stage() {
      return Stage.AWAITING_RESULT;
    }
  }

  record AwaitingReaction(Result result, long deadline) implements Open {
    @Override
    public Stage stage() {
      return Stage.AWAITING_REACTION;
    }
  }

  record InMediation(Result result, RejectReason reason, long deadline) implements Open {
    @Override
    public Stage stage() {
      return Stage.IN_MEDIATION;
    }
  }

  /**
   * @param result the one that was posted, if any
   * @param mediation what the mediator said, if it was asked and spoke
   */
  record Closed(
      ClosingReason reason,
      Optional<Result> result,
      Optional<Mediation> mediation,
      Settlement settlement)
      implements MatchState {
    @Override
    public Stage stage() {
      return Stage.CLOSED;
    }
  }

  /**
   * @param usage the mediator's own, for one run
   * @param evidence SHA-256 of the evidence file
   */
  record Mediation(Verdict verdict, FaultyParty faultyParty, Usage usage, Bytes32 evidence) {}

  /** The result that was posted, where one was. */
  default Optional<Result> postedResult() {
    return switch (this) {
      case AwaitingResult waiting -> Optional.empty();
      case AwaitingReaction waiting -> Optional.of(waiting.result());
      case InMediation mediation -> Optional.of(mediation.result());
      case Closed closed -> closed.result();
    };
  }
}
