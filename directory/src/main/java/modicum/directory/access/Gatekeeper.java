package modicum.directory.access;

import java.util.List;
import modicum.directory.MatchAccess;
import modicum.directory.MatchRegister;
import modicum.directory.MatchRegister.Standing;
import modicum.protocol.identity.Address;

/** Asks the ledger and the store what {@link AccessRules} need to know. */
public final class Gatekeeper {
  private final AccessRules rules;
  private final MatchRegister register;
  private final Reach reach;

  public Gatekeeper(AccessRules rules, MatchRegister register, Reach reach) {
    this.rules = rules;
    this.register = register;
    this.reach = reach;
  }

  public Decision decide(Address requester, AccessRequest request) {
    Standing standing = register.standingOf(requester);
    List<MatchAccess> matches =
        standing == Standing.UNREGISTERED ? List.of() : register.matchesOf(requester);
    return rules.decide(requester, standing, request, matches, reach, register.blockTime());
  }
}
