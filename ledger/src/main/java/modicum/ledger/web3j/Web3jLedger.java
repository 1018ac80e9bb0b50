package modicum.ledger.web3j;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
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
import modicum.protocol.identity.SignatureCheck;
import modicum.protocol.identity.Signer;
import modicum.protocol.market.Command;
import modicum.protocol.market.Condition;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.market.Rejection;
import modicum.protocol.match.MatchId;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.OfferHasher;
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
  private final Web3jReader reader;
  private final CommandEncoder encoder;
  private final Optional<TokenDeposits> tokenDeposits;
  private final Object tokenDepositTurn = new Object();
  private final Batches batches;
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
    this.reader = new Web3jReader(deployment, node, sender.signer().address());
    this.encoder = new CommandEncoder(node.web3j(), deployment.contract(), reader.parameters());
    this.tokenDeposits =
        reader.token().map(known -> new TokenDeposits(sender, known, deployment.contract()));
    this.batches = new Batches(this, reader.hasher());
  }

  @Override
  public Signer signer() {
    return sender.signer();
  }

  @Override
  public MarketParameters parameters() {
    return reader.parameters();
  }

  @Override
  public OfferHasher hasher() {
    return reader.hasher();
  }

  /** Accounts with keys, and contracts. */
  @Override
  public SignatureCheck signatures() {
    return new AccountSignatures(node, deployment.contract());
  }

  // ------------------------------------------------------------------ reading

  @Override
  public Head head() {
    return reader.head();
  }

  @Override
  public Head block(long number) {
    return reader.block(number);
  }

  @Override
  public long deploymentBlock() {
    return reader.deploymentBlock();
  }

  @Override
  public List<RecordedEvent> events(long fromBlock, long toBlock) {
    return note(reader.logs(reader.filter(fromBlock, toBlock)));
  }

  @Override
  public Wei wallet(Address account) {
    return reader.wallet(account);
  }

  @Override
  public Wei gasWallet(Address account) {
    return reader.gasWallet(account);
  }

  boolean isOfTheMarket(Log log) {
    return reader.isOfTheMarket(log);
  }

  /** Reads the events of a transaction, and remembers what they tell of matches. */
  List<RecordedEvent> note(List<Log> logs) {
    List<RecordedEvent> events = reader.decode(logs);
    events.forEach(matches::note);
    return events;
  }

  /** Searches backwards: a match that someone still takes a step in is young. */
  private List<RecordedEvent> lookUp(MatchId match) {
    List<RecordedEvent> found = new ArrayList<>();
    long to = head().number();
    while (to >= deployment.block() && !holdsMatch(found)) {
      long from = Math.max(deployment.block(), to - SEARCH_RANGE + 1);
      EthFilter filter = reader.filter(from, to);
      filter.addOptionalTopics(EventDecoder.MATCHED, EventDecoder.RESULT_POSTED);
      filter.addSingleTopic(match.value().toString());
      found.addAll(0, reader.decode(reader.logs(filter)));
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
    requireTokens(command);
    return dryRun(command, encode(command)).filter(rejection -> !needsApproval(command, rejection));
  }

  @Override
  public Submission submit(Command command) {
    requireOwn(command);
    return inTurn(List.of(command), () -> send(tryAlone(command)));
  }

  /** Two deposits of a token at a time would count on the same approval, or the same permit. */
  private <T> T inTurn(List<Command> commands, Supplier<T> sending) {
    if (tokenDeposits.isEmpty() || commands.stream().noneMatch(Command.Deposit.class::isInstance)) {
      return sending.get();
    }
    synchronized (tokenDepositTurn) {
      return sending.get();
    }
  }

  private Submission send(PlannedCommand planned) {
    return planned
        .alone()
        .<Submission>map(rejection -> new Submission.Refused(rejection, Optional.empty()))
        .orElseGet(() -> send(planned.command(), planned.call(), planned.gas()));
  }

  private EthEstimateGas estimate(CommandEncoder.Call call) {
    return node.ask(
        node.web3j()
            .ethEstimateGas(Calls.transaction(account(), contract(), call.data(), call.value())));
  }

  private Rejection refusal(Command command, CommandEncoder.Call call, EthEstimateGas estimate) {
    return dryRun(command, call)
        // Nodes estimate on top of what waits to be mined, where another may have come first.
        .or(() -> rejection(estimate.getError()))
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
      List<RecordedEvent> events = note(mined.getLogs());
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

  @Override
  public List<Submission> submitAll(List<Command> commands) {
    commands.forEach(this::requireOwn);
    commands.forEach(this::requireNoValue);
    return inTurn(commands, () -> batches.submit(commands));
  }

  private void requireNoValue(Command command) {
    if (command instanceof Command.Deposit && tokenDeposits.isEmpty()) {
      throw new IllegalArgumentException(
          "a deposit carries money with it, so it goes by itself: submit " + command);
    }
  }

  /**
   * What would come of a command by itself, and what gas it would need. Of a payment token whose
   * transfer has to be approved first, the approval is sent.
   */
  PlannedCommand tryAlone(Command command) {
    requireTokens(command);
    PlannedCommand planned = tryOnce(command);
    if (planned.alone().filter(rejection -> needsApproval(command, rejection)).isEmpty()) {
      return planned;
    }
    tokenDeposits.orElseThrow().approve((Command.Deposit) command);
    return tryOnce(command);
  }

  private PlannedCommand tryOnce(Command command) {
    CommandEncoder.Call call = encode(command);
    EthEstimateGas estimate = estimate(call);
    return estimate.hasError()
        ? new PlannedCommand(
            command,
            call,
            PlannedCommand.likelyGas(command),
            Optional.of(refusal(command, call, estimate)))
        : new PlannedCommand(command, call, estimate.getAmountUsed(), Optional.empty());
  }

  private void requireTokens(Command command) {
    if (command instanceof Command.Deposit deposit) {
      tokenDeposits.ifPresent(deposits -> deposits.requireWallet(deposit));
    }
  }

  private boolean needsApproval(Command command, Rejection rejection) {
    return rejection.condition() == Condition.TRANSFER_FAILED
        && command instanceof Command.Deposit deposit
        && tokenDeposits.filter(deposits -> !deposits.isApproved(deposit)).isPresent();
  }

  TransactionReceipt sendBatch(List<byte[]> calls, BigInteger gasPerCall, BigInteger gasLimit) {
    return sender.send(
        new TransactionSender.Payload(
            contract().map(Address::toString),
            encoder.batch(calls, gasPerCall),
            BigInteger.ZERO,
            gasLimit));
  }

  RpcNode node() {
    return node;
  }

  private Optional<Address> contract() {
    return Optional.of(deployment.contract());
  }

  private CommandEncoder.Call encode(Command command) {
    if (command instanceof Command.MatchCommand step) {
      return encoder.encode(command, matches.of(step.matchId(), CommandEncoder.needsResult(step)));
    }
    if (command instanceof Command.Deposit deposit) {
      Optional<PaymentToken.Permit> permit = tokenDeposits.flatMap(d -> d.permit(deposit));
      if (permit.isPresent()) {
        return encoder.depositWithPermit(deposit, permit.get());
      }
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
    Wei wallet = gasWallet(account());
    return wallet.value().compareTo(call.value()) < 0
        ? new WalletTooSmall(account(), wallet)
        : new LedgerUnavailable(
            "the node at " + node.url() + " cannot try a command: " + error.getMessage());
  }

  static Receipt receipt(TransactionReceipt mined) {
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
