package modicum.directory;

import java.util.List;
import java.util.Optional;
import modicum.protocol.identity.Address;

/**
 * What a directory needs to know of the ledger: who is who, and who is matched with whom.
 *
 * <p>An implementation should look as far ahead as its ledger lets it: a party that sees its match
 * sooner than the directory does is turned away for a while. It throws {@link DirectoryUnavailable}
 * when it cannot tell.
 */
public interface MatchRegister {
  /** As what the ledger knows an account. */
  enum Standing {
    UNREGISTERED,
    /** In some role. */
    REGISTERED,
    /** As job creator, whatever else it is: it may have something to upload before any match. */
    JOB_CREATOR
  }

  /** As what the account is registered. */
  Standing standingOf(Address account);

  /**
   * The matches that name this directory and in which the party is job creator, resource provider
   * or mediator; those closed long ago may be left out.
   */
  List<MatchAccess> matchesOf(Address party);

  /** All matches that name this directory; those closed long ago may be left out. */
  List<MatchAccess> matches();

  /** The latest block time, seconds since 1970: what ages are measured by. */
  long blockTime();

  /** The latest block; empty where this register cannot name one. */
  default Optional<SeenBlock> newestBlock() {
    return Optional.empty();
  }
}
