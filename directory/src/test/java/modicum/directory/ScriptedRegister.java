package modicum.directory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import modicum.protocol.identity.Address;

/** A ledger's word on matches, as a test writes it. */
public final class ScriptedRegister implements MatchRegister {
  private final Map<Address, Standing> registered = new HashMap<>();
  private final List<MatchAccess> matches = new CopyOnWriteArrayList<>();
  private long blockTime = 1_000_000;

  /** As job creators. */
  public synchronized ScriptedRegister register(Address... accounts) {
    return register(Standing.JOB_CREATOR, accounts);
  }

  public synchronized ScriptedRegister register(Standing standing, Address... accounts) {
    List.of(accounts).forEach(account -> registered.put(account, standing));
    return this;
  }

  /** Adds a match, or replaces what was said of it. */
  public void say(MatchAccess match) {
    matches.removeIf(m -> m.matchId().equals(match.matchId()));
    matches.add(match);
  }

  public synchronized void setBlockTime(long time) {
    blockTime = time;
  }

  @Override
  public synchronized Standing standingOf(Address account) {
    return registered.getOrDefault(account, Standing.UNREGISTERED);
  }

  @Override
  public List<MatchAccess> matches() {
    return List.copyOf(matches);
  }

  @Override
  public List<MatchAccess> matchesOf(Address party) {
    return matches.stream()
        .filter(
            m ->
                party.equals(m.jobCreator())
                    || party.equals(m.resourceProvider())
                    || party.equals(m.mediator()))
        .toList();
  }

  @Override
  public synchronized long blockTime() {
    return blockTime;
  }
}
