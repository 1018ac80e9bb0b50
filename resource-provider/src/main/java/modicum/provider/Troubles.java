package modicum.provider;

import static modicum.protocol.encoding.Text.decode;
import static modicum.protocol.encoding.Text.encode;

import java.nio.file.Path;
import java.util.Optional;
import modicum.executor.job.AtomicFile;
import modicum.protocol.match.MatchId;

/** Remembers since when matches do not get on, also over a restart. */
final class Troubles {
  private final Path folder;

  Troubles(Path folder) {
    this.folder = folder;
  }

  Optional<Trouble> of(MatchId match) {
    return file(match).readText().map(Troubles::parse);
  }

  /**
   * Notes what the trouble is now; it lasts since it first began, whatever it was then. Only to
   * wait for a key is another matter than to wait for a directory: a job creator's time to answer
   * begins when it is asked.
   */
  void note(MatchId match, Trouble.Kind kind, long now, String why) {
    boolean forKey = kind == Trouble.Kind.KEY_MISSING;
    long since =
        of(match)
            .filter(before -> forKey == (before.kind() == Trouble.Kind.KEY_MISSING))
            .map(Trouble::since)
            .orElse(now);
    file(match).write(kind.name() + " " + since + " " + encode(why));
  }

  void end(MatchId match) {
    file(match).delete();
  }

  private AtomicFile file(MatchId match) {
    return new AtomicFile(folder.resolve(match.toHex()));
  }

  private static Trouble parse(String text) {
    String[] f = text.split(" ", -1);
    return new Trouble(Trouble.Kind.valueOf(f[0]), Long.parseLong(f[1]), decode(f[2]));
  }
}
