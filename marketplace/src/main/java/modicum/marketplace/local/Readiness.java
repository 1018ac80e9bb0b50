package modicum.marketplace.local;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import modicum.ledger.Ledger;
import modicum.ledger.LedgerFollower;
import modicum.ledger.LedgerUnavailable;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Trust;
import modicum.protocol.market.Registry.TrustKey;

/**
 * Whom the parties of a local market are to trust. They say so on the chain in their own time, and
 * a job that is posted before would be turned away.
 */
final class Readiness {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long LOOK_EVERY_MS = 100;

  private final Set<TrustKey> expected = new HashSet<>();

  void mediator(Address mediator, Address directory, List<String> baseLayers) {
    expect(Trust.MEDIATOR_TRUSTS_DIRECTORY, mediator, directory.toWord());
    baseLayers.forEach(
        layer -> expect(Trust.MEDIATOR_SUPPORTS_BASE_LAYER, mediator, Bytes32.fromHex(layer)));
  }

  void provider(Address provider, Address directory, Address mediator, List<String> baseLayers) {
    expect(Trust.RESOURCE_PROVIDER_TRUSTS_DIRECTORY, provider, directory.toWord());
    expect(Trust.RESOURCE_PROVIDER_TRUSTS_MEDIATOR, provider, mediator.toWord());
    baseLayers.forEach(
        layer ->
            expect(Trust.RESOURCE_PROVIDER_SUPPORTS_BASE_LAYER, provider, Bytes32.fromHex(layer)));
  }

  private void expect(Trust kind, Address holder, Bytes32 subject) {
    expected.add(new TrustKey(kind, holder, subject));
  }

  /**
   * @throws LedgerUnavailable when something is still missing after two minutes
   */
  void await(Ledger ledger) throws InterruptedException {
    LedgerFollower follower = new LedgerFollower(ledger, LedgerFollower.Options.DEFAULT);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Set<TrustKey> missing = new HashSet<>(expected);
    while (!missing.isEmpty()) {
      follower.poll();
      missing.removeIf(
          key -> follower.state().registry().trusts(key.kind(), key.account(), key.subject()));
      if (System.nanoTime() > deadline) {
        throw new LedgerUnavailable("the market's parties are not ready yet: " + missing);
      }
      Thread.sleep(LOOK_EVERY_MS);
    }
  }
}
