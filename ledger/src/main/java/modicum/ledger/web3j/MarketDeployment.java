package modicum.ledger.web3j;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import modicum.contracts.Modicum;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.config.BadConfiguration;
import modicum.protocol.identity.Address;
import modicum.protocol.money.MarketParameters;
import org.web3j.abi.FunctionEncoder;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/**
 * Where a market is on its chain.
 *
 * @param contract its address
 * @param block the one in which it was deployed: before it there are no events
 */
public record MarketDeployment(Address contract, long block) {
  private static final BigInteger GAS_MARGIN_DIVISOR = BigInteger.valueOf(5);

  /**
   * Deploys a new market, at the sender's cost, and waits until it is on the chain.
   *
   * @throws BadConfiguration when there is no contract where the payment token is said to be
   */
  public static MarketDeployment deploy(TransactionSender sender, MarketParameters parameters) {
    parameters.paymentToken().ifPresent(token -> requireCode(sender.node(), token));
    String data =
        Modicum.BINARY + FunctionEncoder.encodeConstructor(List.of(Abi.parameters(parameters)));
    TransactionReceipt receipt =
        sender.send(
            new TransactionSender.Payload(
                Optional.empty(), data, BigInteger.ZERO, gasLimit(sender, data)));
    if (!receipt.isStatusOK()) {
      throw new IllegalStateException("the contract refuses its parameters: " + parameters);
    }
    return sender
        .node()
        .understand(
            () ->
                new MarketDeployment(
                    Address.fromHex(receipt.getContractAddress()),
                    receipt.getBlockNumber().longValueExact()));
  }

  private static BigInteger gasLimit(TransactionSender sender, String data) {
    BigInteger estimate =
        sender
            .node()
            .demand(
                sender
                    .node()
                    .web3j()
                    .ethEstimateGas(
                        Calls.transaction(
                            sender.signer().address(), Optional.empty(), data, BigInteger.ZERO)))
            .getAmountUsed();
    return estimate.add(estimate.divide(GAS_MARGIN_DIVISOR));
  }

  /**
   * Reads what was fixed when a market was deployed.
   *
   * @throws BadConfiguration when there is no market at this address
   */
  public static MarketParameters parameters(RpcNode node, Address contract) {
    requireCode(node, contract);
    try {
      return Abi.parameters(CommandEncoder.binding(node.web3j(), contract).parameters().send());
    } catch (java.io.IOException e) {
      throw new LedgerUnavailable("the node at " + node.url() + " does not answer", e);
    } catch (Exception e) {
      throw new BadConfiguration(
          "the contract at " + contract + " is not a MODiCuM market; check its address", e);
    }
  }

  private static void requireCode(RpcNode node, Address contract) {
    String code =
        node.demand(node.web3j().ethGetCode(contract.toString(), DefaultBlockParameterName.LATEST))
            .getCode();
    if (code == null || code.length() <= 2) {
      throw new BadConfiguration(
          "there is no contract at "
              + contract
              + " on chain "
              + node.chainId()
              + " ("
              + node.url()
              + "); check the address, and that the node is of the right chain");
    }
  }
}
