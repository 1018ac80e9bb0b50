package modicum.ledger.web3j;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import modicum.ledger.Head;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.MarketReader;
import modicum.ledger.RecordedEvent;
import modicum.ledger.config.BadConfiguration;
import modicum.protocol.identity.Address;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.OfferHasher;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.methods.request.EthFilter;
import org.web3j.protocol.core.methods.response.Log;

/**
 * A market's contract as an account can look at it through a node's JSON-RPC, without its key.
 *
 * <p>Thread-safe.
 */
public final class Web3jReader implements MarketReader {
  private final RpcNode node;
  private final MarketDeployment deployment;
  private final Address account;
  private final MarketParameters parameters;
  private final OfferHasher hasher;
  private final Optional<PaymentToken> token;

  /**
   * Opens a market.
   *
   * @throws BadConfiguration when it is not where it is said to be
   * @throws LedgerUnavailable when the node does not answer
   */
  public Web3jReader(MarketDeployment deployment, RpcNode node, Address account) {
    this.node = node;
    this.deployment = deployment;
    this.account = account;
    this.parameters = MarketDeployment.parameters(node, deployment.contract());
    this.hasher = new OfferHasher(node.chainId(), deployment.contract());
    this.token = parameters.paymentToken().map(address -> new PaymentToken(node, address));
  }

  @Override
  public Address account() {
    return account;
  }

  @Override
  public MarketParameters parameters() {
    return parameters;
  }

  @Override
  public OfferHasher hasher() {
    return hasher;
  }

  Optional<PaymentToken> token() {
    return token;
  }

  @Override
  public Head head() {
    return node.newestBlock();
  }

  @Override
  public Head block(long number) {
    return node.block(number);
  }

  @Override
  public long deploymentBlock() {
    return deployment.block();
  }

  @Override
  public List<RecordedEvent> events(long fromBlock, long toBlock) {
    return decode(logs(filter(fromBlock, toBlock)));
  }

  @Override
  public Wei wallet(Address account) {
    return token.map(known -> known.balance(account)).orElseGet(() -> gasWallet(account));
  }

  @Override
  public Wei gasWallet(Address account) {
    return new Wei(
        node.demand(
                node.web3j().ethGetBalance(account.toString(), DefaultBlockParameterName.LATEST))
            .getBalance());
  }

  EthFilter filter(long from, long to) {
    return new EthFilter(
        DefaultBlockParameter.valueOf(BigInteger.valueOf(from)),
        DefaultBlockParameter.valueOf(BigInteger.valueOf(to)),
        deployment.contract().toString());
  }

  List<Log> logs(EthFilter filter) {
    return node.demand(node.web3j().ethGetLogs(filter)).getLogs().stream()
        .map(result -> (Log) result.get())
        .toList();
  }

  /** Only the contract's: a node could hand over others', and only the contract is trusted. */
  List<RecordedEvent> decode(List<Log> logs) {
    return node.understand(
        () ->
            logs.stream()
                .filter(this::isOfTheMarket)
                .filter(log -> !EventDecoder.isRefusalOfACall(log))
                .map(EventDecoder::decode)
                .toList());
  }

  boolean isOfTheMarket(Log log) {
    return Address.fromHex(log.getAddress()).equals(deployment.contract()) && !log.isRemoved();
  }
}
