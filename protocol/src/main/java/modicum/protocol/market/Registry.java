package modicum.protocol.market;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Role;
import modicum.protocol.identity.Trust;
import modicum.protocol.party.Directory;
import modicum.protocol.party.Mediator;
import modicum.protocol.party.ResourceProvider;

/** Who is registered as what, and relies on whom (section 4). */
public final class Registry {
  /** An entry of one of an account's lists. */
  public record TrustKey(Trust kind, Address account, Bytes32 subject) {}

  /** All that is registered at one moment; does not change with the registry. */
  public record Summary(
      Set<Address> jobCreators,
      Map<Address, ResourceProvider> resourceProviders,
      Map<Address, Mediator> mediators,
      Map<Address, Directory> directories,
      Set<TrustKey> trust) {}

  private final Set<Address> jobCreators = new HashSet<>();
  private final Map<Address, ResourceProvider> resourceProviders = new HashMap<>();
  private final Map<Address, Mediator> mediators = new HashMap<>();
  private final Map<Address, Directory> directories = new HashMap<>();
  private final Set<TrustKey> trust = new HashSet<>();

  public boolean isRegistered(Role role, Address account) {
    return switch (role) {
      case JOB_CREATOR -> jobCreators.contains(account);
      case RESOURCE_PROVIDER -> resourceProviders.containsKey(account);
      case MEDIATOR -> mediators.containsKey(account);
      case DIRECTORY -> directories.containsKey(account);
    };
  }

  public Optional<ResourceProvider> resourceProvider(Address account) {
    return Optional.ofNullable(resourceProviders.get(account));
  }

  public Optional<Mediator> mediator(Address account) {
    return Optional.ofNullable(mediators.get(account));
  }

  public Optional<Directory> directory(Address account) {
    return Optional.ofNullable(directories.get(account));
  }

  /** All registered mediators, for whoever looks for a mutually trusted one. */
  public Set<Address> mediators() {
    return Set.copyOf(mediators.keySet());
  }

  public Summary summary() {
    return new Summary(
        Set.copyOf(jobCreators),
        Map.copyOf(resourceProviders),
        Map.copyOf(mediators),
        Map.copyOf(directories),
        Set.copyOf(trust));
  }

  public boolean trusts(Trust kind, Address account, Bytes32 subject) {
    return trust.contains(new TrustKey(kind, account, subject));
  }

  public boolean trusts(Trust kind, Address account, Address subject) {
    return trusts(kind, account, subject.toWord());
  }

  void replay(MarketEvent.JobCreatorRegistered event) {
    jobCreators.add(event.jobCreator());
  }

  void replay(MarketEvent.ResourceProviderRegistered event) {
    resourceProviders.put(event.account(), event.resourceProvider());
  }

  void replay(MarketEvent.MediatorRegistered event) {
    mediators.put(event.account(), event.mediator());
  }

  void replay(MarketEvent.DirectoryRegistered event) {
    directories.put(event.account(), event.directory());
  }

  void replay(MarketEvent.TrustChanged event) {
    TrustKey key = new TrustKey(event.kind(), event.account(), event.subject());
    if (event.trusted()) {
      trust.add(key);
    } else {
      trust.remove(key);
    }
  }
}
