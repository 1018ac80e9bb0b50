package modicum.ledger;

import modicum.protocol.identity.Address;
import modicum.protocol.money.Wei;

/**
 * The account cannot pay for a transaction: its amount and its gas. It is as good as an outage that
 * ends when someone tops the account up.
 */
public final class WalletTooSmall extends LedgerUnavailable {
  /** Of the chain's own coin. */
  public WalletTooSmall(Address account, Wei wallet) {
    super(
        account
            + " has "
            + wallet.inEther()
            + " ether, too little for this transaction and its gas; send it some");
  }

  /**
   * Of a market's payment token.
   *
   * @param wallet what the account has, in the token's smallest unit
   * @param needed what it would need
   */
  public WalletTooSmall(Address account, Address token, Wei wallet, Wei needed) {
    super(
        account
            + " has "
            + wallet
            + " of the smallest units of the market's payment token "
            + token
            + ", too little for a deposit of "
            + needed
            + "; send it some of that token");
  }
}
