package modicum.directory.encryption;

import java.time.Duration;
import java.util.Optional;
import modicum.directory.Directory;
import modicum.directory.Note;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.AgeRecipient;
import modicum.protocol.identity.SignatureCheck;
import modicum.protocol.match.MatchId;

/**
 * Whether a job creator gave its provider the key of a job, as the notes of the two show to whom
 * the directory lets read them. Both times are of the directory's clock, so that no one else's
 * matters.
 */
public record HandOver(
    MatchId match, Address jobCreator, Address resourceProvider, AgeRecipient job) {
  /** How long after it was asked a job creator's answer is in time. */
  public static final Duration ANSWER_TIME = Duration.ofSeconds(60);

  /** How long a provider waits for a key before it says that there is none. */
  public static final Duration PATIENCE = ANSWER_TIME.plusSeconds(30);

  /**
   * What the job creator did wrong; empty where the provider did not ask, was answered in time, or
   * does not show that the answer was of no use.
   *
   * @param shown what the provider shows that it was to be given the key with
   */
  public Optional<String> fault(
      Directory directory, SignatureCheck signatures, Optional<AgeKey> shown) {
    Optional<Note> asked = directory.findNote(match, resourceProvider, jobCreator);
    if (asked
        .flatMap(KeyExchange::card)
        .filter(card -> card.isOf(match, resourceProvider, signatures))
        .isEmpty()) {
      return Optional.empty();
    }
    Optional<Note> left = directory.findNote(match, jobCreator, resourceProvider);
    Optional<KeyNote> answer =
        left.flatMap(KeyExchange::answer)
            .filter(a -> a.card().isOf(match, resourceProvider, signatures));
    if (answer.isEmpty()) {
      return Optional.of("the job creator did not hand the job's key to the provider");
    }
    long late = left.get().leftAt() - asked.get().leftAt() - ANSWER_TIME.toSeconds();
    if (late > 0) {
      return Optional.of(
          "the job creator handed the job's key to the provider %d seconds too late"
              .formatted(late));
    }
    return shown
        .filter(key -> key.recipient().equals(answer.get().card().recipient()))
        .filter(key -> !holdsKey(answer.get(), key))
        .map(key -> "the job creator handed another key than the job's to the provider");
  }

  private boolean holdsKey(KeyNote answer, AgeKey shown) {
    return answer
        .open(shown)
        .flatMap(Keys::job)
        .filter(key -> key.recipient().equals(job))
        .isPresent();
  }
}
