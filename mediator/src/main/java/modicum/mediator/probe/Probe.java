package modicum.mediator.probe;

import java.util.Optional;
import modicum.directory.uptime.UptimeHead;
import modicum.protocol.identity.Address;

/**
 * One look at a directory.
 *
 * @param time seconds since 1970, when it began
 * @param head that the directory signed then, where it answered
 * @param why one line for people; empty where it answered
 */
public record Probe(
    long time, Address directory, Outcome outcome, Optional<UptimeHead> head, String why) {

  /** What came of it. */
  public enum Outcome {
    /** It signed its head, and its storage gave an object. */
    ANSWERED,
    /** It did not, though we reached the chain or another directory at the same time. */
    DOWN,
    /** We reached nothing at all, or did not know where to look: that is our own trouble. */
    SAYS_NOTHING
  }

  public Probe {
    if (head.isPresent() != (outcome == Outcome.ANSWERED)) {
      throw new IllegalArgumentException("who answers a probe, and only who does, shows a head");
    }
  }

  static Probe answered(long time, UptimeHead head) {
    return new Probe(time, head.directory(), Outcome.ANSWERED, Optional.of(head), "");
  }

  static Probe down(long time, Address directory, String why) {
    return new Probe(time, directory, Outcome.DOWN, Optional.empty(), why);
  }

  Probe asOurTrouble() {
    return new Probe(time, directory, Outcome.SAYS_NOTHING, Optional.empty(), why);
  }

  static Probe ourTrouble(long time, Address directory, String why) {
    return new Probe(time, directory, Outcome.SAYS_NOTHING, Optional.empty(), why);
  }
}
