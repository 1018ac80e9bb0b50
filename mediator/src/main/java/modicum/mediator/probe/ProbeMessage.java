package modicum.mediator.probe;

import java.util.Optional;
import modicum.directory.wire.Messages.Head;
import modicum.directory.wire.UptimeMessages;
import modicum.protocol.identity.Address;

/**
 * A probe as JSON has it, in the log and in evidence.
 *
 * @param head null for none
 */
public record ProbeMessage(long time, String directory, String outcome, String why, Head head) {
  public static ProbeMessage of(Probe probe) {
    return new ProbeMessage(
        probe.time(),
        probe.directory().toString(),
        probe.outcome().name(),
        probe.why(),
        probe.head().map(UptimeMessages::of).orElse(null));
  }

  /**
   * @throws IllegalArgumentException it is no probe
   */
  public Probe read() {
    if (directory == null || outcome == null || why == null) {
      throw new IllegalArgumentException("a probe has directory, outcome and why");
    }
    return new Probe(
        time,
        Address.fromHex(directory),
        Probe.Outcome.valueOf(outcome),
        Optional.ofNullable(head).map(UptimeMessages::read),
        why);
  }
}
