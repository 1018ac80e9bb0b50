package modicum.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Trust;
import modicum.protocol.market.MarketState;
import modicum.protocol.market.Registry;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchState;
import modicum.protocol.money.AccountBalance;

/**
 * What of the market concerns a resource provider.
 *
 * @param registered whether the account is registered as what the configuration says
 * @param trustToSet what the trust lists lack
 * @param open the account's open matches, oldest first
 * @param offers that should stand now
 */
public record ProviderView(
    boolean registered,
    List<ProviderAction.SetTrust> trustToSet,
    AccountBalance balance,
    List<Match> open,
    List<StandingOffers.Offer> offers) {

  /**
   * @param now block time, seconds since 1970
   */
  public static ProviderView of(
      MarketState state,
      Address account,
      ProviderConfig config,
      StandingOffers standingOffers,
      long now) {
    List<Match> open =
        state.matches().stream()
            .filter(Match::isOpen)
            .filter(m -> m.terms().resourceProvider().equals(account))
            .toList();
    long awaited = open.stream().filter(ProviderView::awaitsResult).count();
    int wanted = (int) Math.max(0, config.slots() - awaited);
    return new ProviderView(
        state.registry().resourceProvider(account).equals(Optional.of(config.registration())),
        trustToSet(state.registry(), account, config),
        state.balance(account),
        open,
        standingOffers.at(now, wanted, state));
  }

  static boolean awaitsResult(Match match) {
    return match.state() instanceof MatchState.AwaitingResult;
  }

  private static List<ProviderAction.SetTrust> trustToSet(
      Registry registry, Address account, ProviderConfig config) {
    List<Bytes32> distrusted = words(config.distrusted());
    List<ProviderAction.SetTrust> toSet = new ArrayList<>();
    for (Trust kind :
        List.of(
            Trust.RESOURCE_PROVIDER_TRUSTS_MEDIATOR, Trust.RESOURCE_PROVIDER_TRUSTS_DIRECTORY)) {
      List<Bytes32> wanted =
          words(
              kind == Trust.RESOURCE_PROVIDER_TRUSTS_MEDIATOR
                  ? config.mediators()
                  : config.directories());
      add(
          toSet,
          kind,
          wanted,
          s -> !distrusted.contains(s) && !registry.trusts(kind, account, s),
          true);
      add(toSet, kind, distrusted, s -> registry.trusts(kind, account, s), false);
    }
    Trust base = Trust.RESOURCE_PROVIDER_SUPPORTS_BASE_LAYER;
    add(
        toSet,
        base,
        config.baseLayers().stream().map(Bytes32::fromHex).toList(),
        s -> !registry.trusts(base, account, s),
        true);
    return List.copyOf(toSet);
  }

  private static void add(
      List<ProviderAction.SetTrust> toSet,
      Trust kind,
      List<Bytes32> subjects,
      Predicate<Bytes32> lacking,
      boolean trusted) {
    List<Bytes32> changed = subjects.stream().filter(lacking).distinct().toList();
    if (!changed.isEmpty()) {
      toSet.add(new ProviderAction.SetTrust(kind, changed, trusted));
    }
  }

  private static List<Bytes32> words(List<String> addresses) {
    return addresses.stream().map(a -> Address.fromHex(a).toWord()).toList();
  }
}
