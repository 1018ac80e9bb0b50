package modicum.jobcreator.record;

import modicum.protocol.match.MatchId;

/** Another process follows the job: two would only be in each other's way. */
public final class JobInUse extends RuntimeException {
  JobInUse(MatchId id) {
    super("job " + id + " is followed by another process; wait for it or stop it");
  }
}
