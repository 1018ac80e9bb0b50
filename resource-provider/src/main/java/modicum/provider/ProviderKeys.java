package modicum.provider;

import java.util.List;
import java.util.Optional;
import modicum.directory.Directory;
import modicum.directory.encryption.AgeKey;
import modicum.directory.encryption.KeyExchange;
import modicum.directory.encryption.Keys;
import modicum.executor.job.JobKeys;
import modicum.executor.job.JobSource;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.AgeRecipient;
import modicum.protocol.match.MatchId;

/** The keys of encrypted jobs: asked of their job creators, shown to mediators. */
record ProviderKeys(KeyExchange exchange) implements JobKeys {
  @Override
  public Optional<AgeKey> find(Directory directory, JobSource source, AgeRecipient job) {
    return exchange.ask(directory, source.match(), List.of(source.jobCreator()), job);
  }

  /** Whether a job creator was asked for a key that is not here. */
  boolean isAwaited(MatchId match) {
    return exchange.ownKey(match).isPresent() && exchange.jobKey(match).isEmpty();
  }

  /** Whether the answer was to a key that died with a disk, so that there will be no other. */
  boolean areLost(Directory directory, MatchId match, Address jobCreator) {
    return exchange.wasAnsweredToALostKey(directory, match, jobCreator);
  }

  /** Whether a key was asked for, and the mediator has not been shown what came of it. */
  boolean areToShow(MatchId match, Address mediator) {
    return exchange.ownKey(match).isPresent() && !exchange.wasAnsweredLately(match, mediator);
  }

  /** With the key that ours came with, so that a mediator sees for itself what we were given. */
  void show(Directory directory, MatchId match, Address mediator) {
    Keys all = new Keys(exchange.jobKey(match), exchange.ownKey(match));
    exchange.answer(directory, match, mediator, all);
  }
}
