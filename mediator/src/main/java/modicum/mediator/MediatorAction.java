package modicum.mediator;

import java.util.List;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Trust;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;
import modicum.protocol.money.Wei;
import modicum.protocol.party.Mediator;

/** What a mediator can do. Performing an action twice is performing it once. */
public sealed interface MediatorAction {
  record Register(Mediator mediator) implements MediatorAction {}

  record SetTrust(Trust kind, List<Bytes32> subjects, boolean trusted) implements MediatorAction {}

  /** Runs the job of a match in mediation again, judges, and posts the verdict. */
  record Mediate(Match match) implements MediatorAction {}

  /** Removes the runs of a match and all that was fetched for it. */
  record CleanUp(MatchId match) implements MediatorAction {}

  record Withdraw(Wei amount) implements MediatorAction {}
}
