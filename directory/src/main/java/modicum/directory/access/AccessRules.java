package modicum.directory.access;

import static modicum.directory.access.Decision.ALLOWED;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import modicum.directory.MatchAccess;
import modicum.directory.MatchAccess.Stage;
import modicum.directory.MatchRegister.Standing;
import modicum.directory.access.AccessRequest.AnnounceResult;
import modicum.directory.access.AccessRequest.FindNote;
import modicum.directory.access.AccessRequest.FindResult;
import modicum.directory.access.AccessRequest.LeaveNote;
import modicum.directory.access.AccessRequest.Read;
import modicum.directory.access.AccessRequest.Write;
import modicum.directory.access.Decision.NotYet;
import modicum.directory.access.Decision.Refused;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;

/**
 * Who may do what in a directory; {@code docs/directory.md} has it as a table. Everyone registered
 * reads its own name space. A match opens to its parties exactly what they need:
 *
 * <ul>
 *   <li>a job creator writes at any time, since a job is there before it is matched;
 *   <li>the resource provider reads the job and writes its result, until the match closes;
 *   <li>the job creator reads the result, once it is posted on the ledger. Rationale: earlier, a
 *       job creator could take a result for which its provider is not yet sure to be paid;
 *   <li>the mediator reads both and writes its evidence, while the match is in mediation;
 *   <li>all three read the evidence that a verdict names;
 *   <li>each leaves notes for the others while the match is open, which these two and, in
 *       mediation, the mediator read; the mediator does only in mediation. Rationale: what the
 *       parties tell each other is what a mediator may have to judge.
 * </ul>
 *
 * The directory's own name space is its shelf: its operator writes it, everyone registered reads
 * it, and no match is needed.
 *
 * <p>What somebody worked with ends when the match closes. What somebody paid for or was judged by
 * stays open for a grace time: the result to the job creator, the evidence to both parties.
 *
 * @param grace how long after the closing, in block time
 * @param directory the directory's own account
 */
public record AccessRules(Duration grace, Address directory) {
  public static final Duration DEFAULT_GRACE = Duration.ofHours(24);

  /**
   * @param standing of the requester
   * @param matches those of the requester
   * @param now block time, seconds since 1970
   */
  public Decision decide(
      Address requester,
      Standing standing,
      AccessRequest request,
      List<MatchAccess> matches,
      Reach reach,
      long now) {
    if (standing == Standing.UNREGISTERED) {
      return new Refused(requester + " is not registered on the ledger in any role");
    }
    List<MatchAccess> current = matches.stream().filter(m -> isCurrent(m, now)).toList();
    return switch (request) {
      case Write write -> decideWrite(requester, standing, write, current);
      case Read read -> decideRead(requester, read, current, reach);
      case AnnounceResult announce -> decideAnnounce(requester, announce, current);
      case FindResult find -> decideFind(requester, find, current);
      case LeaveNote leave -> decideLeave(requester, leave, current);
      case FindNote find -> decideFindNote(requester, find, current);
    };
  }

  private boolean isCurrent(MatchAccess match, long now) {
    return match.closedAt().isEmpty() || now <= match.closedAt().getAsLong() + grace.toSeconds();
  }

  private Decision decideWrite(
      Address requester, Standing standing, Write write, List<MatchAccess> matches) {
    if (!write.owner().equals(requester)) {
      return new Refused("only " + write.owner() + " writes its name space");
    }
    if (standing == Standing.JOB_CREATOR
        || requester.equals(directory)
        || matches.stream().anyMatch(match -> hasSomethingToWrite(requester, match))) {
      return ALLOWED;
    }
    return new Refused(
        requester + " is no job creator, and no match waits for a result or evidence of it");
  }

  private static boolean hasSomethingToWrite(Address requester, MatchAccess match) {
    return requester.equals(match.resourceProvider()) && match.stage() != Stage.CLOSED
        || requester.equals(match.mediator()) && match.stage() == Stage.IN_MEDIATION;
  }

  private Decision decideRead(
      Address requester, Read read, List<MatchAccess> matches, Reach reach) {
    if (read.owner().equals(requester) || read.owner().equals(directory)) {
      return ALLOWED;
    }
    Optional<Decision> notYet = Optional.empty();
    for (MatchAccess match : matches) {
      Decision decision = decideReadBy(requester, read, match, reach);
      if (decision.equals(ALLOWED)) {
        return ALLOWED;
      }
      if (decision instanceof NotYet) {
        notYet = Optional.of(decision);
      }
    }
    return notYet.orElseGet(
        () -> new Refused("no match of " + requester + " reaches this object of " + read.owner()));
  }

  private static Decision decideReadBy(
      Address requester, Read read, MatchAccess match, Reach reach) {
    if (isEvidence(match, read)) {
      return isParty(requester, match) ? ALLOWED : unrelated(match);
    }
    if (read.owner().equals(match.jobCreator())) {
      return decideReadOfJob(requester, read.sha256(), match, reach);
    }
    if (read.owner().equals(match.resourceProvider())) {
      return decideReadOfResult(requester, read.sha256(), match, reach);
    }
    return unrelated(match);
  }

  private static Decision decideReadOfJob(
      Address requester, Bytes32 sha256, MatchAccess match, Reach reach) {
    boolean reads =
        requester.equals(match.resourceProvider()) || requester.equals(match.mediator());
    if (reads && match.stage() == Stage.CLOSED) {
      return closed(match);
    }
    if (requester.equals(match.resourceProvider())) {
      return reach.ofJob(match, sha256) ? ALLOWED : unrelated(match);
    }
    if (requester.equals(match.mediator())) {
      Decision stage = inMediation(match);
      return !stage.equals(ALLOWED) || reach.ofJob(match, sha256) ? stage : unrelated(match);
    }
    return unrelated(match);
  }

  private static Decision decideReadOfResult(
      Address requester, Bytes32 sha256, MatchAccess match, Reach reach) {
    Decision stage = resultVisible(requester, match);
    return !stage.equals(ALLOWED) || reach.ofResult(match, sha256) ? stage : unrelated(match);
  }

  private static Decision decideAnnounce(
      Address requester, AnnounceResult announce, List<MatchAccess> matches) {
    Optional<MatchAccess> match = find(announce.match(), matches);
    if (match.isEmpty() || !requester.equals(match.get().resourceProvider())) {
      return new Refused(requester + " is not the resource provider of match " + announce.match());
    }
    return match.get().stage() == Stage.CLOSED ? closed(match.get()) : ALLOWED;
  }

  private static Decision decideFind(
      Address requester, FindResult find, List<MatchAccess> matches) {
    if (requester.equals(find.resourceProvider())) {
      return ALLOWED;
    }
    Optional<MatchAccess> match = find(find.match(), matches);
    if (match.isEmpty() || !match.get().resourceProvider().equals(find.resourceProvider())) {
      return new Refused(
          requester + " has no match " + find.match() + " with " + find.resourceProvider());
    }
    return resultVisible(requester, match.get());
  }

  private static Decision decideLeave(
      Address requester, LeaveNote leave, List<MatchAccess> matches) {
    Optional<MatchAccess> match = find(leave.match(), matches);
    if (match.isEmpty() || !areTwoParties(requester, leave.recipient(), match.get())) {
      return new Refused(
          requester + " shares no match " + leave.match() + " with " + leave.recipient());
    }
    if (match.get().stage() == Stage.CLOSED) {
      return new Refused("match " + leave.match() + " is closed");
    }
    return requester.equals(match.get().mediator()) ? inMediation(match.get()) : ALLOWED;
  }

  private static Decision decideFindNote(
      Address requester, FindNote find, List<MatchAccess> matches) {
    Optional<MatchAccess> match = find(find.match(), matches);
    if (match.isEmpty() || !areTwoParties(find.sender(), find.recipient(), match.get())) {
      return new Refused(
          "%s knows no match %s of %s and %s"
              .formatted(requester, find.match(), find.sender(), find.recipient()));
    }
    if (requester.equals(match.get().mediator())) {
      return inMediation(match.get());
    }
    return requester.equals(find.sender()) || requester.equals(find.recipient())
        ? ALLOWED
        : unrelated(match.get());
  }

  private static boolean areTwoParties(Address one, Address other, MatchAccess match) {
    return !one.equals(other) && isParty(one, match) && isParty(other, match);
  }

  private static Decision resultVisible(Address requester, MatchAccess match) {
    if (requester.equals(match.mediator())) {
      return inMediation(match);
    }
    if (!requester.equals(match.jobCreator())) {
      return unrelated(match);
    }
    if (match.resultPosted()) {
      return ALLOWED;
    }
    return match.stage() == Stage.CLOSED
        ? new Refused("match " + match.matchId() + " closed without a result")
        : new NotYet("no result of match " + match.matchId() + " is posted on the ledger yet");
  }

  private static Decision inMediation(MatchAccess match) {
    return switch (match.stage()) {
      case IN_MEDIATION -> ALLOWED;
      case AWAITING_RESULT, AWAITING_REACTION ->
          new NotYet("match " + match.matchId() + " is not in mediation yet");
      case CLOSED -> closed(match);
    };
  }

  private static boolean isEvidence(MatchAccess match, Read read) {
    return read.owner().equals(match.mediator())
        && match.evidence().filter(read.sha256()::equals).isPresent();
  }

  private static boolean isParty(Address account, MatchAccess match) {
    return account.equals(match.jobCreator())
        || account.equals(match.resourceProvider())
        || account.equals(match.mediator());
  }

  private static Optional<MatchAccess> find(MatchId id, List<MatchAccess> matches) {
    return matches.stream().filter(m -> m.matchId().equals(id)).findFirst();
  }

  private static Refused closed(MatchAccess match) {
    return new Refused("match " + match.matchId() + " is closed");
  }

  private static Refused unrelated(MatchAccess match) {
    return new Refused("not an object of match " + match.matchId());
  }
}
