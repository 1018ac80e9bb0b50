package modicum.ledger.web3j;

import static modicum.ledger.web3j.TestContracts.word;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import modicum.ledger.Receipt;
import modicum.ledger.Submission;
import modicum.ledger.node.EvmNode;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.Trust;
import modicum.protocol.market.Command;
import modicum.protocol.market.Condition;
import modicum.protocol.market.Rejection;
import modicum.protocol.match.MatchId;
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
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.web3j.abi.datatypes.generated.Uint8;

/** What LedgerContract cannot tell of batches: their gas, and job creators that are contracts. */
class BatchesTest {
  private static final MarketParameters PARAMETERS =
      new MarketParameters(3, 2, 600, 900, 1000, MarketParameters.BURNT);
  private static final Wei COINS = Wei.of(1_000_000_000_000_000_000L);
  private static final Wei DEPOSIT = Wei.of(1_000_000);
  private static final Bytes32 LAYER = Keccak256.hashUtf8("layer");
  private static final Uint8 THINKS_LONG = new Uint8(BigInteger.valueOf(9));

  private static EvmNode node;
  private static RpcNode rpc;

  private final Web3jSigner alice = Web3jSigner.generate();
  private final TransactionSender aliceSends = funded(alice);
  private final MarketDeployment deployment = MarketDeployment.deploy(aliceSends, PARAMETERS);
  private final Address market = deployment.contract();

  /** Alice's: the job creator is a contract without a key. */
  private final Address wallet = TestContracts.deploy(aliceSends, "TestWallet");

  private final Web3jLedger bob = ledger();
  private final Web3jLedger carol = ledger();
  private final Web3jLedger dora = ledger();

  @BeforeAll
  static void starts() {
    node = EvmNode.start(EvmNode.Options.forOneClient(TestNodes.anvil()));
    rpc = new RpcNode(node.url().toString());
  }

  @AfterAll
  static void stops() {
    rpc.close();
    node.close();
  }

  private static TransactionSender funded(Web3jSigner signer) {
    node.setBalance(signer.address(), COINS);
    return new TransactionSender(rpc, signer, TransactionSender.Options.LOCAL);
  }

  private Web3jLedger ledger() {
    return new Web3jLedger(deployment, funded(Web3jSigner.generate()));
  }

  /**
   * The match can only be made once Dora is registered as directory, in the same batch; so what it
   * needs cannot be asked before, and the wallet needs more than one would think.
   */
  @Test
  void whatIsRefusedForWantOfGasOnlyGoesByItself() {
    everyoneRegisters();
    TestContracts.call(aliceSends, wallet, "setMood", THINKS_LONG, word(market));
    Command.PostMatch match = match(alice.sign(bob.hasher().hash(jobOffer()).value()));

    List<Submission> submissions =
        dora.submitAll(List.of(new Command.RegisterDirectory(dora.account(), directory()), match));

    assertThat(submissions)
        .allSatisfy(one -> assertThat(one).isInstanceOf(Submission.Accepted.class));
    assertThat(receipt(submissions.get(1)).transaction())
        .isNotEqualTo(receipt(submissions.get(0)).transaction());
    closesWithTheWalletsAcceptance();
  }

  private void closesWithTheWalletsAcceptance() {
    MatchId match = bob.hasher().hash(jobOffer()).asMatchId();
    Result result = new Result(ResultStatus.COMPLETED, LAYER, new Usage(1, 1));
    Signature acceptance = alice.sign(bob.hasher().hashAcceptance(match, result));
    assertThat(
            bob.signatures()
                .isSignedBy(wallet, bob.hasher().hashAcceptance(match, result), acceptance))
        .isTrue();
    assertThat(
            bob.submit(new Command.CloseWithAcceptance(bob.account(), match, result, acceptance)))
        .isInstanceOfSatisfying(
            Submission.Accepted.class, closed -> assertThat(closed.events()).hasSize(2));
  }

  @Test
  void whatIsRefusedForAReasonStaysRefusedAndBearsItsPart() {
    everyoneRegisters();
    Signature ofAnother = Web3jSigner.generate().sign(LAYER);
    List<Submission> submissions =
        dora.submitAll(
            List.of(
                new Command.RegisterDirectory(dora.account(), directory()),
                match(ofAnother),
                new Command.RegisterJobCreator(dora.account())));

    assertThat(submissions.get(1))
        .isInstanceOfSatisfying(
            Submission.Refused.class,
            refused -> {
              assertThat(refused.rejection())
                  .isEqualTo(
                      Rejection.of(
                          Condition.OFFER_NEITHER_POSTED_NOR_SIGNED,
                          bob.hasher().hash(jobOffer()),
                          wallet));
              assertThat(refused.receipt().orElseThrow().gasUsed())
                  .isBetween(1L, receipt(submissions.get(0)).gasUsed());
            });
    assertThat(receipt(submissions.get(2)).transaction())
        .isEqualTo(receipt(submissions.get(0)).transaction());
  }

  @Test
  void sharesAddUpToTheLastUnit() {
    Receipt whole = new Receipt(LAYER, 7, 100_001, Wei.of(1_000_000_007));
    List<Receipt> shares =
        Batches.share(
            whole, List.of(BigInteger.valueOf(3), BigInteger.valueOf(1), BigInteger.valueOf(3)));
    assertThat(shares.stream().mapToLong(Receipt::gasUsed))
        .containsExactly(42_857L, 14_286L, 42_858L);
    assertThat(shares.stream().map(Receipt::fee).reduce(Wei.ZERO, Wei::plus))
        .isEqualTo(whole.fee());
    assertThat(shares).allMatch(share -> share.block() == 7);
  }

  private static Receipt receipt(Submission submission) {
    return ((Submission.Accepted) submission).receipt();
  }

  // ------------------------------------------------------------------ actors

  private void everyoneRegisters() {
    TestContracts.call(aliceSends, wallet, "setOwner", word(alice.address()));
    CommandEncoder encoder = new CommandEncoder(rpc.web3j(), market, PARAMETERS);
    for (Command command :
        List.of(
            new Command.Deposit(wallet, DEPOSIT),
            new Command.RegisterJobCreator(wallet),
            trusts(wallet, Trust.JOB_CREATOR_TRUSTS_MEDIATOR, carol.account().toWord()))) {
      TestContracts.carryOut(
          aliceSends, wallet, market, encoder.encode(command, MatchRecords.MatchRecord.NONE));
    }
    Address provider = bob.account();
    accepted(bob, new Command.Deposit(provider, DEPOSIT));
    all(
        bob,
        new Command.RegisterResourceProvider(
            provider, new ResourceProvider(Architecture.AMD64, 1_000_000)),
        trusts(provider, Trust.RESOURCE_PROVIDER_TRUSTS_MEDIATOR, carol.account().toWord()),
        trusts(provider, Trust.RESOURCE_PROVIDER_TRUSTS_DIRECTORY, dora.account().toWord()),
        trusts(provider, Trust.RESOURCE_PROVIDER_SUPPORTS_BASE_LAYER, LAYER));
    Address mediator = carol.account();
    all(
        carol,
        new Command.RegisterMediator(
            mediator, new Mediator(Architecture.AMD64, Prices.of(1, 1), Wei.of(11))),
        trusts(mediator, Trust.MEDIATOR_TRUSTS_DIRECTORY, dora.account().toWord()),
        trusts(mediator, Trust.MEDIATOR_SUPPORTS_BASE_LAYER, LAYER));
  }

  private static Command trusts(Address account, Trust kind, Bytes32 whom) {
    return new Command.SetTrust(account, kind, List.of(whom), true);
  }

  private static void all(Web3jLedger who, Command... commands) {
    assertThat(who.submitAll(List.of(commands)))
        .allSatisfy(one -> assertThat(one).isInstanceOf(Submission.Accepted.class));
  }

  private static void accepted(Web3jLedger who, Command command) {
    assertThat(who.submit(command)).isInstanceOf(Submission.Accepted.class);
  }

  private static Directory directory() {
    return new Directory(Wei.of(7), "https://dora");
  }

  private Command.PostMatch match(Signature ofJobCreator) {
    ResourceOffer resource =
        new ResourceOffer(
            bob.account(), new Capacity(100, 1, 1, 1000), Prices.of(3, 2), Wei.of(20), 1, 1, FAR);
    return new Command.PostMatch(
        dora.account(),
        jobOffer(),
        ofJobCreator,
        resource,
        bob.signer().sign(bob.hasher().hash(resource).value()),
        carol.account());
  }

  private static final long FAR = 4_000_000_000L;

  private JobOffer jobOffer() {
    return new JobOffer(
        wallet,
        new Limits(100, 1, 1, 1000),
        Prices.of(5, 2),
        FAR,
        Wei.of(40),
        LAYER,
        Keccak256.hashUtf8("job"),
        dora.account(),
        Architecture.AMD64,
        1,
        FAR);
  }
}
