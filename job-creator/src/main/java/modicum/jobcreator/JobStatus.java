package modicum.jobcreator;

import java.util.Optional;
import modicum.jobcreator.record.JobEnd;
import modicum.jobcreator.record.JobRecord;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.Stage;
import modicum.protocol.money.Wei;
import modicum.protocol.result.ResultStatus;

/**
 * Where a job stands.
 *
 * @param deposit what must be free for the offer to be matched, or was locked for it, wei
 * @param observation what is known of it on this machine
 * @param problem what keeps it from going on, for people
 * @param fees what its transactions cost so far, wei
 * @param now block time of this, seconds since 1970
 */
public record JobStatus(
    JobRecord record,
    Stage stage,
    Optional<Match> match,
    Wei deposit,
    JobObservation observation,
    Optional<String> problem,
    Wei fees,
    long now) {

  /** Present: nothing is left to do. */
  public Optional<JobEnd> end() {
    return observation.end();
  }

  public Optional<MatchState.Closed> closed() {
    return match
        .map(Match::state)
        .filter(MatchState.Closed.class::isInstance)
        .map(MatchState.Closed.class::cast);
  }

  /** Whether the job's result was accepted, by word or by silence, and is an output. */
  public boolean isAccepted() {
    return closed()
        .filter(
            c ->
                c.reason() == ClosingReason.ACCEPTED
                    || c.reason() == ClosingReason.ACCEPTED_BY_SILENCE)
        .flatMap(MatchState.Closed::result)
        .filter(r -> r.status() == ResultStatus.COMPLETED)
        .isPresent();
  }

  /** One line for people. */
  public String sentence() {
    if (end().filter(e -> e == JobEnd.EXPIRED).isPresent()) {
      return "expired: nobody took the job until its offer expired";
    }
    return switch (stage) {
      case UNKNOWN, POSTED ->
          "waiting for a match until " + BlockTimes.forPeople(record.offer().expiry());
      case CANCELLED -> "cancelled";
      case AWAITING_RESULT ->
          "running at "
              + match.orElseThrow().terms().resourceProvider()
              + ", result due by "
              + deadline();
      case AWAITING_REACTION ->
          "result posted (" + resultStatus() + "), to be accepted or rejected by " + deadline();
      case IN_MEDIATION ->
          "in mediation at "
              + match.orElseThrow().terms().mediator()
              + ", verdict due by "
              + deadline();
      case CLOSED -> "closed: " + closingSentence(closed().orElseThrow());
    };
  }

  private String deadline() {
    return BlockTimes.forPeople(((MatchState.Open) match.orElseThrow().state()).deadline());
  }

  private String resultStatus() {
    return match
        .flatMap(m -> m.state().postedResult())
        .map(r -> words(r.status()))
        .orElse("no result");
  }

  private static String closingSentence(MatchState.Closed closed) {
    return switch (closed.reason()) {
      case ACCEPTED -> "result accepted" + status(closed);
      case ACCEPTED_BY_SILENCE -> "result accepted by silence" + status(closed);
      case RESULT_OVERDUE -> "no result in time";
      case MEDIATED ->
          closed
              .mediation()
              .map(m -> "mediated, " + words(m.verdict()) + ", at fault: " + m.faultyParty())
              .orElse("mediated");
      case MEDIATION_OVERDUE -> "no verdict in time";
    };
  }

  private static String status(MatchState.Closed closed) {
    return closed.result().map(r -> " (" + words(r.status()) + ")").orElse("");
  }

  private static String words(Enum<?> value) {
    return value.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }
}
