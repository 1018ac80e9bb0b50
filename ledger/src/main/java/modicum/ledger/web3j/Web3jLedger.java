package modicum.ledger.web3j;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import modicum.ledger.Head;
import modicum.ledger.Ledger;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.Receipt;
import modicum.ledger.RecordedEvent;
import modicum.ledger.Submission;
import modicum.ledger.WalletTooSmall;
import modicum.ledger.config.BadConfiguration;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signer;
import modicum.protocol.market.Command;
import modicum.protocol.market.Condition;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.market.Rejection;
import modicum.protocol.match.MatchId;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.OfferHasher;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.request.EthFilter;
import org.web3j.protocol.core.methods.response.EthEstimateGas;
import org.web3j.protocol.core.methods.response.Log;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/**
 * A market's contract, reached through a node's JSON-RPC.
 *
 * <p>Thread-safe.
 */
public final class Web3jLedger implements Ledger {
  /** Blocks in one search for the logs of a match; nodes limit how many they look through. */
  private static final long SEARCH_RANGE = 2000;

  private static final BigInteger GAS_MARGIN_DIVISOR = BigInteger.valueOf(5);

  private final RpcNode node;
  private final MarketDeployment deployment;
  private final TransactionSender sender;
  private final MarketParameters parameters;
  private final OfferHasher hasher;
  private final CommandEncoder encoder;
  private final MatchRecords matches = new MatchRecords(this::lookUp);

  /**
   * Opens a market.
   *
   * @throws BadConfiguration when it is not where it is said to be
   * @throws LedgerUnavailable when the node does not answer
   */
  public Web3jLedger(MarketDeployment deployment, TransactionSender sender) {
    this.node = sender.node();
    this.deployment = deployment;
    this.sender = sender;
    this.parameters = MarketDeployment.parameters(node, deployment.contract());
    this.hasher = new OfferHasher(node.chainId(), deployment.contract());
    this.encoder = new CommandEncoder(node.web3j(), deployment.contract());
  }

  @Override
  public Signer signer() {
    return sender.signer();
  }

  @Override
  public MarketParameters parameters() {
    return parameters;
  }

  @Override
  public OfferHasher hasher() {
    return hasher;
  }

  // ------------------------------------------------------------------ reading

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
    List<RecordedEvent> events = logs(filter(fromBlock, toBlock));
    events.forEach(matches::note);
    return events;
  }

  @Override
  public Wei wallet(Address account) {
    return new Wei(
        node.demand(
                node.web3j().ethGetBalance(account.toString(), DefaultBlockParameterName.LATEST))
            .getBalance());
  }

  private EthFilter filter(long from, long to) {
    return new EthFilter(
        DefaultBlockParameter.valueOf(BigInteger.valueOf(from)),
        DefaultBlockParameter.valueOf(BigInteger.valueOf(to)),
        deployment.contract().toString());
  }

  private List<RecordedEvent> logs(EthFilter filter) {
    List<Log> logs =
        node.demand(node.web3j().ethGetLogs(filter)).getLogs().stream()
            .map(result -> (Log) result.get())
            .toList();
    return decode(logs);
  }

  /** Only the contract's: a node could hand over others', and only the contract is trusted. */
  private List<RecordedEvent> decode(List<Log> logs) {
    return node.understand(
        () ->
            logs.stream()
                .filter(log -> Address.fromHex(log.getAddress()).equals(deployment.contract()))
                .filter(log -> !log.isRemoved())
                .map(EventDecoder::decode)
                .toList());
  }

  /** Searches backwards: a match that someone still takes a step in is young. */
  private List<RecordedEvent> lookUp(MatchId match) {
    List<RecordedEvent> found = new ArrayList<>();
    long to = head().number();
    while (to >= deployment.block() && !holdsMatch(found)) {
      long from = Math.max(deployment.block(), to - SEARCH_RANGE + 1);
      EthFilter filter = filter(from, to);
      filter.addOptionalTopics(EventDecoder.MATCHED, EventDecoder.RESULT_POSTED);
      filter.addSingleTopic(match.value().toString());
      found.addAll(0, logs(filter));
      to = from - 1;
    }
    return found;
  }

  private static boolean holdsMatch(List<RecordedEvent> events) {
    return events.stream().anyMatch(e -> e.event() instanceof MarketEvent.Matched);
  }

  // ------------------------------------------------------------------ writing

  @Override
  public Optional<Rejection> dryRun(Command command) {
    requireOwn(command);
    return dryRun(command, encode(command));
  }

  @Override
  public Submission submit(Command command) {
    requireOwn(command);
    CommandEncoder.Call call = encode(command);
    EthEstimateGas estimate =
        node.ask(
            node.web3j()
                .ethEstimateGas(
                    Calls.transaction(account(), contract(), call.data(), call.value())));
    if (estimate.hasError()) {
      return refused(command, call, estimate);
    }
    return send(command, call, estimate.getAmountUsed());
  }

  private Submission refused(Command command, CommandEncoder.Call call, EthEstimateGas estimate) {
    return dryRun(command, call)
        // Nodes estimate on top of what waits to be mined, where another may have come first.
        .or(() -> rejection(estimate.getError()))
        .<Submission>map(rejection -> new Submission.Refused(rejection, Optional.empty()))
        .orElseThrow(() -> cannotTry(call, estimate.getError()));
  }

  private Submission send(Command command, CommandEncoder.Call call, BigInteger estimate) {
    BigInteger gasLimit = estimate.add(estimate.divide(GAS_MARGIN_DIVISOR));
    TransactionReceipt mined =
        sender.send(
            new TransactionSender.Payload(
                contract().map(Address::toString), call.data(), call.value(), gasLimit));
    Receipt receipt = node.understand(() -> receipt(mined));
    if (mined.isStatusOK()) {
      List<RecordedEvent> events = decode(mined.getLogs());
      events.forEach(matches::note);
      return new Submission.Accepted(events.stream().map(RecordedEvent::event).toList(), receipt);
    }
    // Another's transaction came first. What it left behind refuses the command still.
    Rejection rejection =
        dryRun(command)
            .orElseThrow(
                () ->
                    new LedgerUnavailable(
                        "transaction " + receipt.transaction() + " failed; trying again"));
    return new Submission.Refused(rejection, Optional.of(receipt));
  }

  private Optional<Address> contract() {
    return Optional.of(deployment.contract());
  }

  private CommandEncoder.Call encode(Command command) {
    if (command instanceof Command.MatchCommand step) {
      return encoder.encode(command, matches.of(step.matchId(), CommandEncoder.needsResult(step)));
    }
    return encoder.encode(command, MatchRecords.MatchRecord.NONE);
  }

  private Optional<Rejection> dryRun(Command command, CommandEncoder.Call call) {
    Optional<Rejection> rejection = tryOut(call);
    boolean stale = rejection.filter(r -> r.condition() == Condition.TERMS_MISMATCH).isPresent();
    if (!stale) {
      return rejection;
    }
    // What we remember of the match was on a branch that is gone.
    MatchId match = ((Command.MatchCommand) command).matchId();
    Optional<Rejection> afresh = tryOut(encoder.encode(command, matches.afresh(match)));
    if (afresh.isEmpty()) {
      throw new LedgerUnavailable("the chain was re-organised; trying again");
    }
    return afresh;
  }

  private Optional<Rejection> tryOut(CommandEncoder.Call call) {
    var response =
        node.ask(
            node.web3j()
                .ethCall(
                    Calls.transaction(account(), contract(), call.data(), call.value()),
                    DefaultBlockParameterName.LATEST));
    if (!response.hasError()) {
      return Optional.empty();
    }
    Optional<Rejection> rejection = rejection(response.getError());
    if (rejection.isEmpty()) {
      throw cannotTry(call, response.getError());
    }
    return rejection;
  }

  private Optional<Rejection> rejection(Response.Error error) {
    return node.understand(
        () ->
            RefusalDecoder.decode(error.getData())
                .or(() -> RefusalDecoder.decodeMessage(error.getMessage())));
  }

  private LedgerUnavailable cannotTry(CommandEncoder.Call call, Response.Error error) {
    Wei wallet = wallet(account());
    return wallet.value().compareTo(call.value()) < 0
        ? new WalletTooSmall(account(), wallet)
        : new LedgerUnavailable(
            "the node at " + node.url() + " cannot try a command: " + error.getMessage());
  }

  private static Receipt receipt(TransactionReceipt mined) {
    BigInteger price = org.web3j.utils.Numeric.decodeQuantity(mined.getEffectiveGasPrice());
    return new Receipt(
        Bytes32.fromHex(mined.getTransactionHash()),
        mined.getBlockNumber().longValueExact(),
        mined.getGasUsed().longValueExact(),
        new Wei(mined.getGasUsed().multiply(price)));
  }

  private void requireOwn(Command command) {
    if (!command.caller().equals(account())) {
      throw new IllegalArgumentException(
          "this ledger sends commands of " + account() + ", not of " + command.caller());
    }
  }
}
