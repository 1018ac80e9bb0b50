package modicum.ledger.web3j;

import java.math.BigInteger;
import java.util.Optional;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.WalletTooSmall;
import modicum.protocol.identity.Address;
import modicum.protocol.market.Command;
import modicum.protocol.money.Wei;
import org.web3j.protocol.core.methods.response.EthEstimateGas;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/**
 * How an account deposits in a market that is paid in a token. What the account has approved
 * already is used, so that an approval which was mined before a crash is not made again; else a
 * signed permit goes with the deposit; and for a token that takes none the deposit is approved
 * first, by a transaction of its own.
 */
final class TokenDeposits {
  /** Seconds that a permit is good for, at least: transactions can stand unmined for a while. */
  private static final long PERMIT_TIME = 3600;

  private static final BigInteger GAS_MARGIN_DIVISOR = BigInteger.valueOf(5);

  private final TransactionSender sender;
  private final PaymentToken token;
  private final Address market;

  TokenDeposits(TransactionSender sender, PaymentToken token, Address market) {
    this.sender = sender;
    this.token = token;
    this.market = market;
  }

  /**
   * A permit to send along.
   *
   * @return empty where none is needed, or the token takes none
   */
  Optional<PaymentToken.Permit> permit(Command.Deposit deposit) {
    return isApproved(deposit)
        ? Optional.empty()
        : token.permit(sender.signer(), market, deposit.amount(), permitDeadline());
  }

  /** The same for a while, so that a deposit asked for again is the same transaction. */
  private long permitDeadline() {
    long hours = sender.node().newestBlock().time() / PERMIT_TIME;
    return (hours + 2) * PERMIT_TIME;
  }

  /** Whether nothing has to be approved any more; true of nothing at all. */
  boolean isApproved(Command.Deposit deposit) {
    return deposit.amount().isZero()
        || token.allowance(deposit.caller(), market).covers(deposit.amount());
  }

  /**
   * @throws WalletTooSmall when the account has less of the token than it wants to deposit
   */
  void requireWallet(Command.Deposit deposit) {
    Wei wallet = token.balance(deposit.caller());
    if (!wallet.covers(deposit.amount())) {
      throw new WalletTooSmall(deposit.caller(), token.address(), wallet, deposit.amount());
    }
  }

  /** Approves just this deposit, in place of whatever was approved, and waits until it is mined. */
  void approve(Command.Deposit deposit) {
    if (tryApprove(deposit.amount())) {
      return;
    }
    // Some tokens want an old approval to be taken back before there is a new one.
    if (!tryApprove(Wei.ZERO) || !tryApprove(deposit.amount())) {
      throw new LedgerUnavailable(
          "the payment token at " + token.address() + " does not let " + market + " be approved");
    }
  }

  private boolean tryApprove(Wei amount) {
    String data = PaymentToken.approve(market, amount);
    RpcNode node = sender.node();
    EthEstimateGas estimate =
        node.ask(
            node.web3j()
                .ethEstimateGas(
                    Calls.transaction(
                        sender.signer().address(),
                        Optional.of(token.address()),
                        data,
                        BigInteger.ZERO)));
    if (estimate.hasError()) {
      return false;
    }
    BigInteger gas = estimate.getAmountUsed();
    TransactionReceipt receipt =
        sender.send(
            new TransactionSender.Payload(
                Optional.of(token.address().toString()),
                data,
                BigInteger.ZERO,
                gas.add(gas.divide(GAS_MARGIN_DIVISOR))));
    return receipt.isStatusOK();
  }
}
