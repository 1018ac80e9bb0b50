package modicum.directory.uptime;

import java.util.Optional;
import modicum.protocol.identity.SignatureCheck;

/**
 * A directory's two signatures under two pasts of one chain. Nobody else can make one, so it
 * convinces everybody.
 *
 * @param shown what it signed once
 * @param record what it signed another time, in which that beat has no place
 */
public record Equivocation(UptimeHead shown, UptimeRecord record) {

  /** Two heads of the same number. */
  public static Equivocation of(UptimeHead one, UptimeHead other) {
    return new Equivocation(one, UptimeRecord.of(other));
  }

  /** Whether it proves what it says; needs nobody's word. */
  public boolean isProven(SignatureCheck signatures) {
    return shown.chain().equals(record.head().chain())
        && contradict()
        && shown.isSigned(signatures)
        && record.head().isSigned(signatures);
  }

  /** Numbers and times of one chain rise together, and no number has two beats. */
  private boolean contradict() {
    Beat beat = shown.beat();
    Beat first = record.beats().getFirst();
    Beat last = record.head().beat();
    if (beat.number() < first.number()) {
      return beat.time() >= first.time();
    }
    if (beat.number() > last.number()) {
      return beat.time() <= last.time();
    }
    return !record.hashOf(beat.number()).equals(Optional.of(shown.hash()));
  }
}
