package modicum.directory.access;

import java.util.Set;
import modicum.directory.MatchAccess;
import modicum.protocol.encoding.Bytes32;

/** Which objects belong to a match. */
public interface Reach {
  /**
   * Whether the object is the job spec of the match or something that it needs: its image, its
   * comparator's, its input's manifest or one of the input's files.
   */
  boolean ofJob(MatchAccess match, Bytes32 sha256);

  /** Whether the object is the announced result's manifest or one of the files it lists. */
  boolean ofResult(MatchAccess match, Bytes32 sha256);

  /** All that {@link #ofJob} says yes to, whether it is there or not. */
  Set<Bytes32> job(MatchAccess match);

  /** All that {@link #ofResult} says yes to, whether it is there or not. */
  Set<Bytes32> result(MatchAccess match);
}
