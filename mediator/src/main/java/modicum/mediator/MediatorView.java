package modicum.mediator;

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
import modicum.protocol.money.Wei;

/**
 * What of the market concerns a mediator.
 *
 * @param registered whether the account is registered as what the configuration says
 * @param trustToSet what the trust lists lack
 * @param free the account's free balance, wei
 * @param disputed the matches that wait for the account's verdict, oldest first
 */
public record MediatorView(
    boolean registered, List<MediatorAction.SetTrust> trustToSet, Wei free, List<Match> disputed) {

  public static MediatorView of(MarketState state, Address account, MediatorConfig config) {
    return new MediatorView(
        state.registry().mediator(account).equals(Optional.of(config.registration())),
        trustToSet(state.registry(), account, config),
        state.balance(account).free(),
        state.matches().stream()
            .filter(m -> m.state() instanceof MatchState.InMediation)
            .filter(m -> m.terms().mediator().equals(account))
            .toList());
  }

  private static List<MediatorAction.SetTrust> trustToSet(
      Registry registry, Address account, MediatorConfig config) {
    List<Bytes32> distrusted = words(config.distrusted());
    List<MediatorAction.SetTrust> toSet = new ArrayList<>();
    Trust trust = Trust.MEDIATOR_TRUSTS_DIRECTORY;
    Predicate<Bytes32> trusted = s -> registry.trusts(trust, account, s);
    List<Bytes32> wanted = new ArrayList<>(words(config.directories()));
    wanted.removeAll(distrusted);
    add(toSet, trust, wanted, trusted.negate(), true);
    add(toSet, trust, distrusted, trusted, false);
    Trust base = Trust.MEDIATOR_SUPPORTS_BASE_LAYER;
    List<Bytes32> layers = config.baseLayers().stream().map(Bytes32::fromHex).toList();
    add(toSet, base, layers, s -> !registry.trusts(base, account, s), true);
    return List.copyOf(toSet);
  }

  private static void add(
      List<MediatorAction.SetTrust> toSet,
      Trust kind,
      List<Bytes32> subjects,
      Predicate<Bytes32> lacking,
      boolean trusted) {
    List<Bytes32> changed = subjects.stream().filter(lacking).distinct().toList();
    if (!changed.isEmpty()) {
      toSet.add(new MediatorAction.SetTrust(kind, changed, trusted));
    }
  }

  private static List<Bytes32> words(List<String> addresses) {
    return addresses.stream().map(a -> Address.fromHex(a).toWord()).toList();
  }
}
