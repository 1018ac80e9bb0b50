package modicum.directory;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import modicum.protocol.identity.Address;

/** A ledger's word on matches, as a test writes it. */
public final class ScriptedRegister implements MatchRegister {
  private final Set<Address> registered = new HashSet<>();
  private final List<MatchAccess> matches = new CopyOnWriteArrayList<>();
  private long blockTime = 1_000_000;

  public synchronized ScriptedRegister register(Address... accounts) {
    registered.addAll(List.of(accounts));
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
  public synchronized boolean isRegistered(Address account) {
    return registered.contains(account);
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
