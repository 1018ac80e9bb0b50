package modicum.ledger;

import modicum.protocol.identity.Address;
import modicum.protocol.money.Wei;

/**
 * The account cannot pay for a transaction: its amount and its gas. It is as good as an outage that
 * ends when someone tops the account up.
 */
public final class WalletTooSmall extends LedgerUnavailable {
  public WalletTooSmall(Address account, Wei wallet) {
    super(
        account
            + " has "
            + wallet.inEther()
            + " ether, too little for this transaction and its gas; send it some");
  }
}
