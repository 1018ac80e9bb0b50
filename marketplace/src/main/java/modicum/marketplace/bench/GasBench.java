package modicum.marketplace.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import modicum.marketplace.bench.BenchMarket.SignedMatch;
import modicum.protocol.market.Command;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.ResourceOffer;

/**
 * Runs every function and every kind of job on a node of its own, with all checks and all money
 * moved, and reads from the receipts what each role paid. What parties do is measured when they
 * have done the like before, unless it says otherwise.
 */
public final class GasBench {
  static final int BATCH = 20;

  private final Path home;
  private final Consumer<String> progress;
  private final SequencedMap<String, Long> functions = new LinkedHashMap<>();
  private final SequencedMap<String, JobGas> jobs = new LinkedHashMap<>();

  private BenchChain chain;
  private BenchMarket market;
  private ResourceOffer standingOffer;

  /**
   * @param home folder of the project: its npm packages and the sources of the payment token
   */
  public GasBench(Path home, Consumer<String> progress) {
    this.home = home;
    this.progress = progress;
  }

  /** Takes some ten seconds, and gives the same figures each time. */
  public GasReport run() {
    try (BenchChain opened = new BenchChain(home)) {
      chain = opened;
      market = new BenchMarket(chain, chain.deploy("deployer", BenchMarket.PARAMETERS));
      standingOffer = market.resourceOffer();
      progress.accept("registrations and money");
      register();
      progress.accept("jobs, one by one");
      runJobs();
      progress.accept("offers on the chain");
      runOffers();
      progress.accept("batches of " + BATCH);
      runBatches();
      progress.accept("a market that is paid in a token");
      new TokenBench(home, chain).run(functions);
      return new GasReport(functions, jobs);
    }
  }

  private long measure(String name, BenchParty party, Command command) {
    long gas = party.gasOf(command);
    functions.put(name, gas);
    return gas;
  }

  private long measure(String name, Command command) {
    return measure(name, market.partyOf(command), command);
  }

  // ------------------------------------------------- registrations and money

  private void register() {
    measure("deposit, the first of an account", market.deposit(market.solver));
    measure("deposit", market.deposit(market.solver));
    market.parties().forEach(party -> party.gasOf(market.deposit(party)));
    measure("registerJobCreator", market.registerJobCreator());
    measure("registerResourceProvider", market.registerResourceProvider());
    measure("registerMediator", market.registerMediator());
    measure("registerDirectory", market.registerDirectory());
    measure("setTrust", market.jobCreatorTrusts(market.mediator.address()));
    measure(
        "setTrust, 5 subjects",
        market.jobCreatorTrusts(
            BenchChain.signer("a").address(),
            BenchChain.signer("b").address(),
            BenchChain.signer("c").address(),
            BenchChain.signer("d").address(),
            BenchChain.signer("e").address()));
    market.otherTrust().forEach(command -> market.partyOf(command).gasOf(command));
    measure("withdraw", new Command.Withdraw(market.solver.address(), Wei.of(123_456_789_012L)));
  }

  // -------------------------------------------------------------------- jobs

  private void runJobs() {
    jobs.put("firstMatch", nominal(", the first of a resource offer"));
    jobs.put("nominal", nominal(""));
    jobs.put("silence", silence());
    // Before it is measured, so that the sink has had money before.
    disputed();
    jobs.put("disputed", disputed());
    jobs.put("oneTransactionClose", oneTransactionClose());
    closeOverdue();
  }

  private long postMatch(String name, SignedMatch match) {
    return measure("postMatch" + name, match.command());
  }

  private JobGas nominal(String name) {
    SignedMatch match = market.signedMatch(standingOffer);
    long matching = postMatch(name, match);
    long posting = measure("postResult", market.postResult(match.id()));
    long accepting = measure("acceptResult", market.acceptResult(match.id()));
    return new JobGas(accepting, posting, matching, 0);
  }

  private JobGas silence() {
    SignedMatch match = market.signedMatch(standingOffer);
    long matching = postMatch("", match);
    long posting = measure("postResult", market.postResult(match.id()));
    chain.passTime(BenchMarket.PARAMETERS.reactionWindow() + 1);
    long closing = measure("closeBySilence", market.closeBySilence(match.id()));
    return new JobGas(0, posting + closing, matching, 0);
  }

  private JobGas disputed() {
    SignedMatch match = market.signedMatch(standingOffer);
    long matching = postMatch("", match);
    long posting = measure("postResult", market.postResult(match.id()));
    long rejecting = measure("rejectResult", reject(match.id()));
    long judging = measure("postVerdict", judge(match.id()));
    return new JobGas(rejecting, posting, matching, judging);
  }

  private Command reject(MatchId match) {
    return new Command.RejectResult(market.jobCreator.address(), match, RejectReason.WRONG_RESULTS);
  }

  private Command judge(MatchId match) {
    return new Command.PostVerdict(
        market.mediator.address(),
        match,
        Verdict.WRONG_RESULTS,
        BenchMarket.USAGE,
        BenchMarket.digest("evidence"));
  }

  private JobGas oneTransactionClose() {
    SignedMatch match = market.signedMatch(standingOffer);
    long matching = postMatch("", match);
    long closing = measure("closeWithAcceptance", market.closeWithAcceptance(match.id()));
    return new JobGas(0, closing, matching, 0);
  }

  private void closeOverdue() {
    SignedMatch disputed = market.signedMatch(standingOffer);
    postMatch("", disputed);
    measure("postResult", market.postResult(disputed.id()));
    measure("rejectResult", reject(disputed.id()));
    chain.passTime(BenchMarket.PARAMETERS.mediationWindow() + 1);
    measure(
        "closeMediationOverdue",
        new Command.CloseMediationOverdue(market.jobCreator.address(), disputed.id()));
  }

  // ------------------------------------------------------------------ offers

  private void runOffers() {
    JobOffer cancelled = market.jobOffer();
    measure("postJobOffer", new Command.PostJobOffer(market.jobCreator.address(), cancelled));
    measure("cancelJobOffer", new Command.CancelJobOffer(market.jobCreator.address(), cancelled));
    measure("postResourceOffer", post(market.resourceOffer()));
    ResourceOffer offer = market.resourceOffer();
    market.resourceProvider.gasOf(post(offer));
    measure(
        "cancelResourceOffer",
        new Command.CancelResourceOffer(market.resourceProvider.address(), offer));
    jobs.put("postedOffers", postedOffers());
    measure("raiseNonceFloor", new Command.RaiseNonceFloor(market.solver.address(), 12_345_678));
  }

  private Command post(ResourceOffer offer) {
    return new Command.PostResourceOffer(market.resourceProvider.address(), offer);
  }

  /** Both offers for this one job. */
  private JobGas postedOffers() {
    JobOffer jobOffer = market.jobOffer();
    ResourceOffer resourceOffer = market.resourceOffer();
    Command postJob = new Command.PostJobOffer(market.jobCreator.address(), jobOffer);
    long offering = measure("postJobOffer", postJob);
    long providing = measure("postResourceOffer", post(resourceOffer));
    SignedMatch match = market.postedMatch(jobOffer, resourceOffer);
    long matching = postMatch(", of posted offers", match);
    long posting = measure("postResult", market.postResult(match.id()));
    long accepting = measure("acceptResult", market.acceptResult(match.id()));
    return new JobGas(offering + accepting, providing + posting, matching, 0);
  }

  // ----------------------------------------------------------------- batches

  private void runBatches() {
    List<MatchId> matches = matchInOneBatch();
    long matching = functions.get(batchOf("postMatch"));
    long posting = batch("postResult", BenchMarket.inEach(matches, market::postResult));
    long accepting = batch("acceptResult", BenchMarket.inEach(matches, market::acceptResult));
    jobs.put("batch20", new JobGas(accepting, posting, matching, 0).dividedBy(BATCH));

    List<MatchId> signedFor = matchInOneBatch();
    batch("closeWithAcceptance", BenchMarket.inEach(signedFor, market::closeWithAcceptance));

    List<MatchId> unanswered = matchInOneBatch();
    List<MatchId> overdue = matchInOneBatch();
    batch("postResult", BenchMarket.inEach(unanswered, market::postResult));
    chain.passTime(BenchMarket.PARAMETERS.reactionWindow() + 1);
    batch("closeBySilence", BenchMarket.inEach(unanswered, market::closeBySilence));
    closeResultOverdue(overdue);
  }

  private List<MatchId> matchInOneBatch() {
    List<SignedMatch> matches = market.signedMatches(BATCH, standingOffer);
    batch("postMatch", matches.stream().map(SignedMatch::command).toList());
    return BenchMarket.ids(matches);
  }

  private void closeResultOverdue(List<MatchId> matches) {
    chain.passTime(86_400);
    measure("closeResultOverdue", closeResultOverdue(matches.getFirst()));
    List<Command> others = new ArrayList<>();
    matches.stream().skip(1).forEach(match -> others.add(closeResultOverdue(match)));
    market.jobCreator.gasOf(others);
  }

  private Command closeResultOverdue(MatchId match) {
    return new Command.CloseResultOverdue(market.jobCreator.address(), match);
  }

  private long batch(String function, List<? extends Command> commands) {
    long gas = market.partyOf(commands.getFirst()).gasOf(commands);
    functions.put(batchOf(function), gas);
    return gas;
  }

  private static String batchOf(String function) {
    return "batch, " + BATCH + " " + function;
  }
}
