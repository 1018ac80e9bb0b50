package modicum.mediator;

import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import modicum.protocol.Unavailable;
import modicum.protocol.match.MatchId;

/** The disputes that are being heard: at any time one hearing of a match, which can be ended. */
final class Hearings {
  /** What is done for one dispute. */
  interface Hearing {
    void hold() throws InterruptedException, GaveUp;
  }

  private static final class InProgress {
    private final Thread thread = Thread.currentThread();
    private boolean calledOff;
  }

  private final Map<MatchId, InProgress> inProgress = new HashMap<>();

  /** Holds a hearing; one of the same match that is going on is called off before. */
  void hold(MatchId match, Hearing hearing) throws InterruptedException, GaveUp {
    InProgress mine = begin(match);
    try {
      hearing.hold();
    } catch (InterruptedException | Unavailable | UncheckedIOException e) {
      if (isCalledOff(mine)) {
        throw new GaveUp("it was called off");
      }
      throw e;
    } finally {
      end(match, mine);
    }
  }

  /** Ends the hearing of a match, if one is going on, and waits for its end. */
  synchronized void callOff(MatchId match) throws InterruptedException {
    while (inProgress.containsKey(match)) {
      InProgress current = inProgress.get(match);
      current.calledOff = true;
      current.thread.interrupt();
      wait();
    }
  }

  private synchronized InProgress begin(MatchId match) throws InterruptedException {
    callOff(match);
    InProgress mine = new InProgress();
    inProgress.put(match, mine);
    return mine;
  }

  private synchronized boolean isCalledOff(InProgress hearing) {
    return hearing.calledOff;
  }

  private synchronized void end(MatchId match, InProgress mine) {
    inProgress.remove(match);
    if (mine.calledOff) {
      // It may have come to its end by itself: then nobody else is to stumble over this.
      Thread.interrupted();
    }
    notifyAll();
  }
}
