package modicum.ledger;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import modicum.protocol.identity.Address;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Wei;

/**
 * The money of a market, for people. What a token calls itself and where it puts its decimal point
 * is its own word and proves nothing, so its amounts are told in its smallest units.
 *
 * @param token that the market is paid in; empty: the chain's own coin
 */
public record MarketMoney(Optional<Address> token) {
  public static final MarketMoney COIN = new MarketMoney(Optional.empty());

  public static MarketMoney of(MarketParameters parameters) {
    return new MarketMoney(parameters.paymentToken());
  }

  /** An amount of this money. */
  public String forPeople(Wei amount) {
    return token.isEmpty() ? ofCoin(amount) : amount + " units";
  }

  /** An amount of the chain's own coin, which pays for transactions, in the unit that is short. */
  public static String ofCoin(Wei amount) {
    BigInteger value = amount.value();
    if (value.bitLength() < 24) {
      return value + " wei";
    }
    return value.bitLength() < 50
        ? new BigDecimal(value, 9).stripTrailingZeros().toPlainString() + " gwei"
        : amount.inEther() + " ether";
  }

  /** What the money is: one line. */
  public String sentence() {
    return token
        .map(address -> "the token " + address + ", in its smallest units")
        .orElse("the chain's own coin");
  }
}
