package modicum.ledger.web3j;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import modicum.ledger.LedgerUnavailable;
import modicum.protocol.identity.Address;
import modicum.protocol.money.AccountBalance;
import modicum.protocol.money.Wei;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.FunctionReturnDecoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint96;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.methods.request.Transaction;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/**
 * Reads who had what at a block, and who paid what to the chain, for those who check that no money
 * is lost. All figures of one block belong together.
 */
public final class ChainAudit {
  /**
   * What one transaction cost.
   *
   * @param gas gas
   * @param fee wei
   */
  public record PaidFee(Address sender, long gas, Wei fee) {}

  private final RpcNode node;
  private final Address contract;

  public ChainAudit(RpcNode node, Address contract) {
    this.node = node;
    this.contract = contract;
  }

  public long newestBlock() {
    return node.newestBlock().number();
  }

  /** What an account has of the chain's own coin outside the market. */
  public Wei wallet(Address account, long block) {
    return new Wei(
        node.demand(node.web3j().ethGetBalance(account.toString(), at(block))).getBalance());
  }

  /**
   * What the contract itself holds of what the market is paid in: everyone's money in the market.
   */
  public Wei held(long block) {
    return MarketDeployment.parameters(node, contract)
        .paymentToken()
        .map(token -> new PaymentToken(node, token).balance(contract, at(block)))
        .orElseGet(() -> wallet(contract, block));
  }

  /** What an account has in the market. */
  @SuppressWarnings("rawtypes") // web3j's own signatures are raw.
  public AccountBalance balance(Address account, long block) {
    Function balanceOf =
        new Function(
            "balanceOf",
            List.of(new org.web3j.abi.datatypes.Address(account.toString())),
            List.of(new TypeReference<Uint96>() {}, new TypeReference<Uint96>() {}));
    Transaction call =
        Transaction.createEthCallTransaction(
            null, contract.toString(), FunctionEncoder.encode(balanceOf));
    String answer = node.demand(node.web3j().ethCall(call, at(block))).getValue();
    List<Type> values = FunctionReturnDecoder.decode(answer, balanceOf.getOutputParameters());
    return new AccountBalance(wei(values.get(0)), wei(values.get(1)));
  }

  /** All that was paid to the chain in the blocks from and to, both included. */
  public List<PaidFee> fees(long fromBlock, long toBlock) {
    List<PaidFee> fees = new ArrayList<>();
    for (long number = fromBlock; number <= toBlock; number++) {
      EthBlock.Block block =
          node.demand(node.web3j().ethGetBlockByNumber(at(number), false)).getBlock();
      for (EthBlock.TransactionResult<?> transaction : block.getTransactions()) {
        fees.add(fee((String) transaction.get()));
      }
    }
    return fees;
  }

  private PaidFee fee(String transaction) {
    TransactionReceipt receipt =
        node.demand(node.web3j().ethGetTransactionReceipt(transaction))
            .getTransactionReceipt()
            .orElseThrow(() -> new LedgerUnavailable("no receipt of " + transaction));
    BigInteger price = new BigInteger(receipt.getEffectiveGasPrice().substring(2), 16);
    return new PaidFee(
        Address.fromHex(receipt.getFrom()),
        receipt.getGasUsed().longValueExact(),
        new Wei(receipt.getGasUsed().multiply(price)));
  }

  private static Wei wei(Type<?> value) {
    return new Wei((BigInteger) value.getValue());
  }

  private static DefaultBlockParameter at(long block) {
    return DefaultBlockParameter.valueOf(BigInteger.valueOf(block));
  }
}
