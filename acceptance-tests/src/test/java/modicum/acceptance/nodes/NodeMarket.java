package modicum.acceptance.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import modicum.ledger.Ledger;
import modicum.ledger.Submission;
import modicum.ledger.node.LocalNode;
import modicum.ledger.web3j.ChainAudit;
import modicum.ledger.web3j.MarketDeployment;
import modicum.ledger.web3j.OtherContracts;
import modicum.ledger.web3j.RpcNode;
import modicum.ledger.web3j.TransactionSender;
import modicum.ledger.web3j.Web3jLedger;
import modicum.ledger.web3j.Web3jSigner;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.Trust;
import modicum.protocol.market.Command;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.match.MatchId;
import modicum.protocol.money.AccountBalance;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Capacity;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.Limits;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.party.Directory;
import modicum.protocol.party.Mediator;
import modicum.protocol.party.ResourceProvider;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultCommitment;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;

/**
 * A market on some node, with one party of each role, deployed and used by our own code. Its money
 * is small enough to be worked out by hand: an estimate of 100 * 5 + 1000 * 2 = 2500 wei.
 */
final class NodeMarket implements AutoCloseable {
  static final String JOB_CREATOR = "job creator";
  static final String PROVIDER = "provider";
  static final String MEDIATOR = "mediator";
  static final String DIRECTORY = "directory";
  static final String SOLVER = "solver";
  static final String SINK = "sink";

  static final long WINDOW = 20;
  static final long TIME_TO_COMPLETE = 60;
  static final MarketParameters PARAMETERS =
      new MarketParameters(3, 2, WINDOW, WINDOW, 1000, MarketParameters.BURNT);

  /** Costs 70 * 3 + 500 * 2 = 1210 wei at the provider, and twice 570 at the mediator. */
  static final Usage USED = new Usage(70, 500);

  private static final Wei COINS = Wei.of(1_000_000_000_000_000_000L);
  private static final Wei DEPOSIT = Wei.of(1_000_000);
  private static final Bytes32 BASE_LAYER = Sha256.ofUtf8("base layer").sha256();

  private final LocalNode node;
  private final RpcNode rpc;
  private final Map<String, Web3jSigner> keys;
  private final Map<String, Ledger> ledgers = new LinkedHashMap<>();
  private final MarketDeployment deployment;
  private final ChainAudit audit;
  private long nonce;

  private NodeMarket(LocalNode node, Map<String, Web3jSigner> keys, MarketDeployment deployment) {
    this.node = node;
    this.rpc = new RpcNode(node.url().toString());
    this.keys = keys;
    this.deployment = deployment;
    this.audit = new ChainAudit(rpc, deployment.contract());
    keys.forEach((name, key) -> ledgers.put(name, new Web3jLedger(deployment, sender(key))));
  }

  /** A new market in which everyone is registered and the two parties have money. */
  static NodeMarket deployOn(LocalNode node) {
    Map<String, Web3jSigner> keys = new LinkedHashMap<>();
    for (String name : List.of(JOB_CREATOR, PROVIDER, MEDIATOR, DIRECTORY, SOLVER)) {
      Web3jSigner key = Web3jSigner.generate();
      node.fund(key.address(), COINS);
      keys.put(name, key);
    }
    try (RpcNode rpc = new RpcNode(node.url().toString())) {
      TransactionSender deployer =
          new TransactionSender(rpc, keys.get(SOLVER), TransactionSender.Options.LOCAL);
      NodeMarket market = new NodeMarket(node, keys, MarketDeployment.deploy(deployer, PARAMETERS));
      market.everyoneRegisters();
      return market;
    }
  }

  /** The same market, for its parties after they and the node were started again. */
  NodeMarket on(LocalNode restarted) {
    return new NodeMarket(restarted, keys, deployment);
  }

  private TransactionSender sender(Web3jSigner key) {
    return new TransactionSender(rpc, key, TransactionSender.Options.LOCAL);
  }

  TransactionSender senderOf(String name) {
    return sender(keys.get(name));
  }

  /**
   * A node may lose what it did last when it is killed: geth writes its log in blocks of 32 KiB,
   * and what waits for its block to be full is lost. Whatever came before this is written.
   */
  void writesMoreThanANodeBuffers() {
    OtherContracts calls = new OtherContracts(senderOf(SOLVER));
    for (int i = 0; i < 3; i++) {
      calls.call(address(SOLVER), new byte[48 * 1024]);
    }
  }

  Address contract() {
    return deployment.contract();
  }

  LocalNode node() {
    return node;
  }

  Ledger ledger(String name) {
    return ledgers.get(name);
  }

  Address address(String name) {
    return keys.get(name).address();
  }

  private void everyoneRegisters() {
    Address jc = address(JOB_CREATOR);
    Address rp = address(PROVIDER);
    Address m = address(MEDIATOR);
    Address d = address(DIRECTORY);
    does(JOB_CREATOR, new Command.Deposit(jc, DEPOSIT));
    does(PROVIDER, new Command.Deposit(rp, DEPOSIT));
    doAll(
        JOB_CREATOR,
        new Command.RegisterJobCreator(jc),
        trust(jc, Trust.JOB_CREATOR_TRUSTS_MEDIATOR, m.toWord()));
    doAll(
        PROVIDER,
        new Command.RegisterResourceProvider(
            rp, new ResourceProvider(Architecture.AMD64, 1_000_000)),
        trust(rp, Trust.RESOURCE_PROVIDER_TRUSTS_MEDIATOR, m.toWord()),
        trust(rp, Trust.RESOURCE_PROVIDER_TRUSTS_DIRECTORY, d.toWord()),
        trust(rp, Trust.RESOURCE_PROVIDER_SUPPORTS_BASE_LAYER, BASE_LAYER));
    doAll(
        MEDIATOR,
        new Command.RegisterMediator(
            m, new Mediator(Architecture.AMD64, Prices.of(1, 1), Wei.of(11))),
        trust(m, Trust.MEDIATOR_TRUSTS_DIRECTORY, d.toWord()),
        trust(m, Trust.MEDIATOR_SUPPORTS_BASE_LAYER, BASE_LAYER));
    does(
        DIRECTORY,
        new Command.RegisterDirectory(d, new Directory(Wei.of(7), "https://d\u00e9p\u00f4t")));
  }

  private static Command trust(Address who, Trust kind, Bytes32 whom) {
    return new Command.SetTrust(who, kind, List.of(whom), true);
  }

  // ------------------------------------------------------------------- steps

  /** What comes of a command that is accepted. */
  List<MarketEvent> does(String name, Command command) {
    return events(ledger(name).submit(command));
  }

  /** In one transaction. */
  void doAll(String name, Command... commands) {
    ledger(name).submitAll(List.of(commands)).forEach(NodeMarket::events);
  }

  static List<MarketEvent> events(Submission submission) {
    assertThat(submission).isInstanceOf(Submission.Accepted.class);
    return ((Submission.Accepted) submission).events();
  }

  JobOffer jobOffer() {
    return jobOffer(address(JOB_CREATOR));
  }

  JobOffer jobOffer(Address jobCreator) {
    long now = ledger(SOLVER).head().time();
    return new JobOffer(
        jobCreator,
        new Limits(100, 1 << 20, 1 << 20, 1000),
        Prices.of(5, 2),
        now + TIME_TO_COMPLETE,
        Wei.of(40),
        BASE_LAYER,
        Sha256.ofUtf8("job").sha256(),
        address(DIRECTORY),
        Architecture.AMD64,
        ++nonce,
        now + TIME_TO_COMPLETE);
  }

  ResourceOffer resourceOffer() {
    return new ResourceOffer(
        address(PROVIDER),
        new Capacity(100, 1 << 21, 1 << 21, 2000),
        Prices.of(3, 2),
        Wei.of(20),
        1,
        ++nonce,
        ledger(SOLVER).head().time() + TIME_TO_COMPLETE);
  }

  MatchId match() {
    return match(signedMatch(jobOffer()));
  }

  MatchId match(Command.PostMatch command) {
    does(SOLVER, command);
    return ledger(SOLVER).hasher().hash(command.jobOffer()).asMatchId();
  }

  Command.PostMatch signedMatch(JobOffer job) {
    ResourceOffer resource = resourceOffer();
    return new Command.PostMatch(
        address(SOLVER),
        job,
        sign(JOB_CREATOR, ledger(SOLVER).hasher().hash(job).value()),
        resource,
        sign(PROVIDER, ledger(SOLVER).hasher().hash(resource).value()),
        address(MEDIATOR));
  }

  Signature sign(String name, Bytes32 hash) {
    return keys.get(name).sign(hash);
  }

  Result result(MatchId match) {
    Bytes32 digest = Sha256.ofUtf8("result").sha256();
    return new Result(
        ResultStatus.COMPLETED, ResultCommitment.of(match, address(PROVIDER), digest), USED);
  }

  MatchId matchWithResult() {
    MatchId match = match();
    does(PROVIDER, new Command.PostResult(address(PROVIDER), match, result(match)));
    return match;
  }

  // ------------------------------------------------------------------- money

  /** What everyone has in the market, free and locked. */
  SequencedMap<String, AccountBalance> balances() {
    long block = audit.newestBlock();
    SequencedMap<String, AccountBalance> balances = new LinkedHashMap<>();
    keys.forEach((name, key) -> balances.put(name, audit.balance(key.address(), block)));
    balances.put(SINK, audit.balance(PARAMETERS.penaltySink(), block));
    return balances;
  }

  /** What the contract holds on the chain. */
  Wei held() {
    return audit.held(audit.newestBlock());
  }

  AccountBalance balanceOf(Address account) {
    return audit.balance(account, audit.newestBlock());
  }

  static Wei total(Stream<AccountBalance> balances) {
    return balances.map(AccountBalance::total).reduce(Wei.ZERO, Wei::plus);
  }

  /** Leaves the node running. */
  @Override
  public void close() {
    rpc.close();
  }
}
