package modicum.directory.encryption;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import modicum.directory.Directory;
import modicum.directory.Note;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.AgeRecipient;
import modicum.protocol.identity.SignatureCheck;
import modicum.protocol.identity.Signer;
import modicum.protocol.match.MatchId;

/**
 * How one party asks others of a match for the job's key, and answers those who ask. Whoever asks
 * makes a key of its own for the match, leaves a card with its recipient, and finds the answer in a
 * note. Killed anywhere, it goes on with the same key.
 *
 * <p>Every method throws {@link modicum.directory.DirectoryUnavailable} when the directory does not
 * answer. Calls for different matches may come at the same time; of one match, one may ask and
 * another answer.
 */
public final class KeyExchange {
  /** For so long a party that was answered is not looked after again. */
  private static final Duration ANSWER_HOLDS = Duration.ofSeconds(20);

  private final Signer me;
  private final SignatureCheck signatures;
  private final Path folder;
  private final Map<Asker, Long> answered = new ConcurrentHashMap<>();

  private record Asker(MatchId match, Address party) {}

  /**
   * @param folder where the keys of matches are kept; nobody else's
   */
  public KeyExchange(Signer me, SignatureCheck signatures, Path folder) {
    this.me = me;
    this.signatures = signatures;
    this.folder = folder;
  }

  // ---------------------------------------------------------------- asking

  /**
   * The job's key, if one of these parties has handed it over; else they are asked, and it is to be
   * looked for again. A key that does not fit the job is none.
   */
  public Optional<AgeKey> ask(
      Directory directory, MatchId match, List<Address> parties, AgeRecipient job) {
    Optional<AgeKey> known = jobKey(match).filter(key -> key.recipient().equals(job));
    if (known.isPresent()) {
      return known;
    }
    for (Address party : parties) {
      Optional<AgeKey> given =
          given(directory, match, party)
              .flatMap(Keys::job)
              .filter(key -> key.recipient().equals(job));
      if (given.isPresent()) {
        fileOf(match, "job").write(given.get().secret());
        return given;
      }
      leaveCard(directory, match, party);
    }
    return Optional.empty();
  }

  /** What a party answered; empty where it has not, or not to the key that we have. */
  public Optional<Keys> given(Directory directory, MatchId match, Address party) {
    return ownKey(match)
        .flatMap(
            own ->
                directory
                    .findNote(match, party, me.address())
                    .flatMap(KeyExchange::answer)
                    .flatMap(note -> note.open(own)));
  }

  /**
   * Whether a party answered a card of ours whose key is no longer here: who answers once will not
   * do so again.
   */
  public boolean wasAnsweredToALostKey(Directory directory, MatchId match, Address party) {
    Optional<AgeRecipient> own = ownKey(match).map(AgeKey::recipient);
    return directory
        .findNote(match, party, me.address())
        .flatMap(KeyExchange::answer)
        .map(KeyNote::card)
        .filter(card -> card.isOf(match, me.address(), signatures))
        .filter(card -> !Optional.of(card.recipient()).equals(own))
        .isPresent();
  }

  /** Leaving it once more would only make it younger. */
  private void leaveCard(Directory directory, MatchId match, Address party) {
    AgeRecipient recipient = ownKey(match).orElseGet(() -> makeKey(match)).recipient();
    Optional<KeyCard> left =
        directory.findNote(match, me.address(), party).flatMap(KeyExchange::card);
    if (left.filter(card -> card.recipient().equals(recipient)).isEmpty()) {
      directory.leaveNote(match, party, KeyCard.signed(me, match, recipient).toBytes());
    }
  }

  /** It is on the disk before anyone hears of it. */
  private AgeKey makeKey(MatchId match) {
    AgeKey key = AgeKey.fresh();
    fileOf(match, "own").write(key.secret());
    return key;
  }

  // ------------------------------------------------------------- answering

  /**
   * Hands keys to a party that asks for them, unless it has them already.
   *
   * @return whether it has them now; else it has not asked yet
   */
  public boolean answer(Directory directory, MatchId match, Address party, Keys keys) {
    return answer(directory, match, party, keys, false);
  }

  /**
   * As {@link #answer}, but whoever has been answered is not answered again, even to another card.
   * Rationale: else it could ask anew just before it says that it was given nothing, and the note
   * that shows the contrary would be replaced by one that looks late.
   */
  public boolean answerOnce(Directory directory, MatchId match, Address party, Keys keys) {
    return answer(directory, match, party, keys, true);
  }

  private boolean answer(
      Directory directory, MatchId match, Address party, Keys keys, boolean once) {
    if (wasAnsweredLately(match, party)) {
      return true;
    }
    Optional<KeyCard> card =
        directory
            .findNote(match, party, me.address())
            .flatMap(KeyExchange::card)
            .filter(c -> c.isOf(match, party, signatures))
            .filter(c -> AgeFile.isUsable(c.recipient()));
    if (card.isEmpty()) {
      return false;
    }
    Optional<KeyCard> before =
        directory
            .findNote(match, me.address(), party)
            .flatMap(KeyExchange::answer)
            .map(KeyNote::card)
            .filter(c -> c.isOf(match, party, signatures));
    if (before.isEmpty() || !once && !before.get().equals(card.get())) {
      directory.leaveNote(match, party, KeyNote.answering(card.get(), keys).toBytes());
    }
    answered.put(new Asker(match, party), System.nanoTime());
    return true;
  }

  /** Whether a party had its answer a short time ago, so that it need not be looked after. */
  public boolean wasAnsweredLately(MatchId match, Address party) {
    Long at = answered.get(new Asker(match, party));
    return at != null && System.nanoTime() - at < ANSWER_HOLDS.toNanos();
  }

  /** How signatures of cards are checked. */
  public SignatureCheck signatures() {
    return signatures;
  }

  // --------------------------------------------------------------- keeping

  /** What we are given the keys of a match with; empty where we never asked. */
  public Optional<AgeKey> ownKey(MatchId match) {
    return fileOf(match, "own").read().map(AgeKey::parse);
  }

  /** The key of a match's job, if it was given to us. */
  public Optional<AgeKey> jobKey(MatchId match) {
    return fileOf(match, "job").read().map(AgeKey::parse);
  }

  /** The matches of which there are keys. */
  public Set<MatchId> matches() {
    Set<MatchId> matches = new HashSet<>();
    if (!Files.isDirectory(folder)) {
      return matches;
    }
    try (Stream<Path> files = Files.list(folder)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("[0-9a-f]{64}\\.(own|job)"))
          .forEach(name -> matches.add(MatchId.fromHex(name.substring(0, 64))));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
    return matches;
  }

  /** Forgets the keys of a match. Idempotent. */
  public void forget(MatchId match) {
    fileOf(match, "job").delete();
    fileOf(match, "own").delete();
  }

  private PrivateFile fileOf(MatchId match, String what) {
    return new PrivateFile(folder.resolve(match.toHex() + "." + what));
  }

  // --------------------------------------------------------------- reading

  static Optional<KeyCard> card(Note note) {
    try {
      return Optional.of(KeyCard.parse(note.content()));
    } catch (IllegalArgumentException useless) {
      return Optional.empty();
    }
  }

  static Optional<KeyNote> answer(Note note) {
    try {
      return Optional.of(KeyNote.parse(note.content()));
    } catch (IllegalArgumentException useless) {
      return Optional.empty();
    }
  }
}
