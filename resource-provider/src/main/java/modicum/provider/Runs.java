package modicum.provider;

import modicum.executor.RunName;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;

/**
 * How a provider names its runs on the engine.
 *
 * @param owner unique on the engine
 */
public record Runs(String owner) {
  public static Runs of(Address account) {
    return new Runs("provider-" + account.toString().substring(2, 10));
  }

  public RunName name(MatchId match) {
    return new RunName(owner, match, 0);
  }

  boolean isMine(RunName run) {
    return run.owner().equals(owner);
  }
}
