package modicum.mediator;

import java.util.List;
import java.util.stream.Stream;
import modicum.ledger.Head;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.market.MarketState;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Verdict;

/**
 * A mediator's work as the chain showed it at a block.
 *
 * @param block number of the newest block, -1 before the first look
 * @param time block time, seconds since 1970
 * @param open disputes that wait for a verdict
 * @param done the newest verdicts, oldest first
 */
public record MediatorSnapshot(
    long block, long time, boolean registered, List<Open> open, List<Done> done) {
  /** How many verdicts are shown. */
  private static final int SHOWN = 1000;

  public static final MediatorSnapshot NONE =
      new MediatorSnapshot(-1, 0, false, List.of(), List.of());

  /**
   * @param deadline last block time at which a verdict is taken
   */
  public record Open(MatchId match, RejectReason reason, long deadline) {}

  /**
   * @param evidence SHA-256 of the evidence file
   */
  public record Done(MatchId match, Verdict verdict, Bytes32 evidence) {}

  static MediatorSnapshot of(MarketState state, Address account, Head head, MediatorView view) {
    List<Open> open =
        view.disputed().stream()
            .map(
                m -> {
                  MatchState.InMediation dispute = (MatchState.InMediation) m.state();
                  return new Open(m.id(), dispute.reason(), dispute.deadline());
                })
            .toList();
    List<Done> done =
        state.matches().stream()
            .filter(m -> m.terms().mediator().equals(account))
            .flatMap(
                m ->
                    m.state() instanceof MatchState.Closed closed
                        ? closed.mediation().stream()
                            .map(v -> new Done(m.id(), v.verdict(), v.evidence()))
                        : Stream.empty())
            .toList();
    return new MediatorSnapshot(
        head.number(),
        head.time(),
        view.registered(),
        open,
        done.subList(Math.max(0, done.size() - SHOWN), done.size()));
  }
}
