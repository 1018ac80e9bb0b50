package modicum.directory.access;

import java.util.List;
import modicum.directory.MatchAccess;
import modicum.directory.MatchRegister;
import modicum.protocol.identity.Address;

/** Asks the ledger and the store what {@link AccessRules} need to know. */
public final class Gatekeeper {
  private final AccessRules rules;
  private final MatchRegister register;
  private final Reach reach;

  public Gatekeeper(AccessRules rules, MatchRegister register, StoredContent store) {
    this.rules = rules;
    this.register = register;
    this.reach = new StoredReach(store);
  }

  public Decision decide(Address requester, AccessRequest request) {
    boolean registered = register.isRegistered(requester);
    List<MatchAccess> matches = registered ? register.matchesOf(requester) : List.of();
    return rules.decide(requester, registered, request, matches, reach, register.blockTime());
  }
}
