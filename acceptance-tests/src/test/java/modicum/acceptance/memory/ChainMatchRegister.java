package modicum.acceptance.memory;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import modicum.directory.MatchAccess;
import modicum.directory.MatchRegister;
import modicum.ledger.Ledger;
import modicum.ledger.memory.InMemoryChain;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Role;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.MatchState;

/**
 * What a directory knows of an in-memory chain, as of its newest block.
 *
 * @param ledger the directory's own view of the chain
 */
record ChainMatchRegister(InMemoryChain chain, Ledger ledger) implements MatchRegister {
  @Override
  public Standing standingOf(Address account) {
    if (chain.state().registry().isRegistered(Role.JOB_CREATOR, account)) {
      return Standing.JOB_CREATOR;
    }
    return Arrays.stream(Role.values())
            .anyMatch(role -> chain.state().registry().isRegistered(role, account))
        ? Standing.REGISTERED
        : Standing.UNREGISTERED;
  }

  @Override
  public List<MatchAccess> matchesOf(Address party) {
    return matches().stream()
        .filter(m -> List.of(m.jobCreator(), m.resourceProvider(), m.mediator()).contains(party))
        .toList();
  }

  @Override
  public List<MatchAccess> matches() {
    return chain.state().matches().stream()
        .filter(m -> m.terms().directory().equals(ledger.account()))
        .map(this::access)
        .toList();
  }

  @Override
  public long blockTime() {
    return ledger.head().time();
  }

  private MatchAccess access(Match match) {
    return new MatchAccess(
        match.id(),
        match.terms().jobCreator(),
        match.terms().resourceProvider(),
        match.terms().mediator(),
        match.jobOffer().jobDigest(),
        MatchAccess.Stage.valueOf(match.state().stage().name()),
        match.state().postedResult().isPresent(),
        match.isOpen() ? OptionalLong.empty() : OptionalLong.of(closedAt(match.id())),
        match.state() instanceof MatchState.Closed closed
            ? closed.mediation().map(MatchState.Mediation::evidence)
            : Optional.empty());
  }

  private long closedAt(MatchId match) {
    return ledger.events(ledger.deploymentBlock(), ledger.head().number()).stream()
        .filter(
            e ->
                e.event() instanceof MarketEvent.MatchClosed closed
                    && closed.matchId().equals(match))
        .mapToLong(e -> ledger.block(e.block()).time())
        .findFirst()
        .orElseThrow();
  }
}
