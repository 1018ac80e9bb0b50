package modicum.ledger.web3j;

import java.math.BigInteger;
import java.util.Optional;
import modicum.ledger.Receipt;
import modicum.protocol.identity.Address;
import modicum.protocol.money.Wei;
import org.web3j.protocol.core.methods.response.EthEstimateGas;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.utils.Numeric;

/**
 * Makes and calls contracts beside the market, such as payment tokens and wallets, by one account's
 * transactions: for trials and measurements. Here a transaction that fails is a bug of the caller.
 */
public final class OtherContracts {
  private static final BigInteger GAS_MARGIN_DIVISOR = BigInteger.valueOf(5);

  private final TransactionSender sender;

  public OtherContracts(TransactionSender sender) {
    this.sender = sender;
  }

  /**
   * Makes a contract.
   *
   * @param code the code that makes it, with the arguments of its constructor
   */
  public Address create(byte[] code) {
    TransactionReceipt receipt = send(Optional.empty(), code, BigInteger.ZERO);
    return sender.node().understand(() -> Address.fromHex(receipt.getContractAddress()));
  }

  /** Calls a function of a contract. */
  public Receipt call(Address contract, byte[] data) {
    TransactionReceipt receipt = send(Optional.of(contract), data, BigInteger.ZERO);
    return sender.node().understand(() -> Web3jLedger.receipt(receipt));
  }

  /** Pays an account in the chain's own coin. */
  public Receipt pay(Address account, Wei amount) {
    TransactionReceipt receipt = send(Optional.of(account), new byte[0], amount.value());
    return sender.node().understand(() -> Web3jLedger.receipt(receipt));
  }

  private TransactionReceipt send(Optional<Address> to, byte[] bytes, BigInteger value) {
    String data = Numeric.toHexString(bytes);
    TransactionReceipt receipt =
        sender.send(
            new TransactionSender.Payload(
                to.map(Address::toString), data, value, gasLimit(to, data, value)));
    if (!receipt.isStatusOK()) {
      throw new IllegalStateException("transaction " + receipt.getTransactionHash() + " failed");
    }
    return receipt;
  }

  private BigInteger gasLimit(Optional<Address> to, String data, BigInteger value) {
    RpcNode node = sender.node();
    EthEstimateGas estimate =
        node.ask(
            node.web3j()
                .ethEstimateGas(Calls.transaction(sender.signer().address(), to, data, value)));
    if (estimate.hasError()) {
      throw new IllegalStateException(
          "a transaction would fail: " + estimate.getError().getMessage());
    }
    BigInteger gas = estimate.getAmountUsed();
    return gas.add(gas.divide(GAS_MARGIN_DIVISOR));
  }
}
