package modicum.marketplace.demo;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import modicum.ledger.web3j.ChainAudit;
import modicum.marketplace.demo.Ending.AccountChange;
import modicum.marketplace.demo.Ending.RoleGas;
import modicum.protocol.identity.Address;
import modicum.protocol.money.Wei;

/**
 * Keeps the books of the demo: what everyone had at one block and at a later one, read from the
 * chain. A party has what is in its wallet and what it has free in the market; what is locked for
 * open matches is the contract's.
 */
final class Books {
  static final String SINK = "sink";
  static final String CONTRACT = "contract";
  static final String CHAIN_FEES = "chain-fees";

  private final ChainAudit audit;
  private final Address sink;

  Books(ChainAudit audit, Address sink) {
    this.audit = audit;
    this.sink = sink;
  }

  long newestBlock() {
    return audit.newestBlock();
  }

  /** What changed between two blocks. */
  record Period(List<AccountChange> accounts, List<RoleGas> gas) {}

  /**
   * @param parties everyone who may have money in the market, by role
   * @param from the last block before
   * @param to the last block of it
   * @throws IllegalStateException when money appeared or disappeared
   */
  Period between(SequencedMap<String, Address> parties, long from, long to) {
    List<AccountChange> accounts = new ArrayList<>();
    parties.forEach(
        (role, address) ->
            accounts.add(new AccountChange(role, wealth(address, from), wealth(address, to))));
    accounts.add(new AccountChange(SINK, wealth(sink, from), wealth(sink, to)));
    accounts.add(new AccountChange(CONTRACT, locked(parties, from), locked(parties, to)));
    List<ChainAudit.PaidFee> fees = audit.fees(from + 1, to);
    Wei paid = fees.stream().map(ChainAudit.PaidFee::fee).reduce(Wei.ZERO, Wei::plus);
    accounts.add(new AccountChange(CHAIN_FEES, Wei.ZERO, paid));
    requireConserved(accounts);
    return new Period(shown(accounts), gas(parties, fees));
  }

  private Wei wealth(Address account, long block) {
    return audit.wallet(account, block).plus(audit.balance(account, block).free());
  }

  /** What the contract holds beyond everyone's free money. */
  private Wei locked(SequencedMap<String, Address> parties, long block) {
    Wei free = audit.balance(sink, block).free();
    for (Address party : parties.sequencedValues()) {
      free = free.plus(audit.balance(party, block).free());
    }
    return audit.held(block).minus(free);
  }

  private static void requireConserved(List<AccountChange> accounts) {
    BigInteger difference = BigInteger.ZERO;
    for (AccountChange account : accounts) {
      difference = difference.add(account.after().value()).subtract(account.before().value());
    }
    if (difference.signum() != 0) {
      throw new IllegalStateException(
          "money is not conserved: " + difference + " wei too much after, in " + accounts);
    }
  }

  /** Parties to which nothing happened are left out, which changes neither sum's equality. */
  private static List<AccountChange> shown(List<AccountChange> accounts) {
    List<String> always =
        List.of(
            Cast.JOB_CREATOR,
            Cast.PROVIDER,
            "mediator",
            "directory",
            "solver",
            SINK,
            CONTRACT,
            CHAIN_FEES);
    return accounts.stream().filter(a -> a.isChanged() || always.contains(a.role())).toList();
  }

  private static List<RoleGas> gas(
      SequencedMap<String, Address> parties, List<ChainAudit.PaidFee> fees) {
    Map<String, Long> gas = new LinkedHashMap<>();
    parties.forEach(
        (role, address) ->
            fees.stream()
                .filter(fee -> fee.sender().equals(address))
                .forEach(fee -> gas.merge(role, fee.gas(), Long::sum)));
    return gas.entrySet().stream().map(e -> new RoleGas(e.getKey(), e.getValue())).toList();
  }
}
