package modicum.provider;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import modicum.protocol.content.Digest;
import modicum.protocol.match.MatchId;

/**
 * Which outputs are in their directories. It may be forgotten at any time: publishing an output
 * twice is publishing it once.
 */
final class Published {
  private final Map<MatchId, Digest> outputs = new HashMap<>();

  synchronized void note(MatchId match, Digest output) {
    outputs.put(match, output);
  }

  synchronized Optional<Digest> of(MatchId match) {
    return Optional.ofNullable(outputs.get(match));
  }

  synchronized void forget(MatchId match) {
    outputs.remove(match);
  }
}
