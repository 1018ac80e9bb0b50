package modicum.marketplace.demo;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import modicum.marketplace.local.LocalMarket;
import modicum.protocol.identity.Address;

/** Who plays in the demo, and in which role of the report. */
final class Cast {
  static final String JOB_CREATOR = "job-creator";
  static final String PROVIDER = "resource-provider";
  static final String FORGER = "forging-provider";
  static final String ABSENT = "absent-provider";

  private Cast() {}

  /**
   * Everyone who may have money in the market.
   *
   * @param provider the account that is the resource provider of this act
   */
  static SequencedMap<String, Address> parties(LocalMarket market, Address provider) {
    SequencedMap<String, Address> parties = new LinkedHashMap<>();
    parties.put(JOB_CREATOR, market.address(LocalMarket.JOB_CREATOR));
    parties.put(PROVIDER, provider);
    int others = 2;
    for (int i = 1; i <= market.options().providers(); i++) {
      others = putOther(parties, market.address(LocalMarket.PROVIDER + i), others);
    }
    others = putOther(parties, market.address(FORGER), others);
    putOther(parties, market.address(ABSENT), others);
    parties.put("mediator", market.address(LocalMarket.MEDIATOR));
    parties.put("directory", market.address(LocalMarket.DIRECTORY));
    parties.put("solver", market.address(LocalMarket.SOLVER));
    parties.put("deployer", market.address("deployer"));
    return parties;
  }

  private static int putOther(SequencedMap<String, Address> parties, Address account, int number) {
    if (parties.containsValue(account)) {
      return number;
    }
    parties.put(PROVIDER + "-" + number, account);
    return number + 1;
  }
}
