package modicum.protocol.market;

import static modicum.protocol.fixtures.JobOfferBuilder.jobOffer;
import static modicum.protocol.fixtures.ResourceOfferBuilder.resourceOffer;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.fixtures.JobOfferBuilder;
import modicum.protocol.fixtures.Parties;
import modicum.protocol.fixtures.SmallMarket;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.Trust;
import modicum.protocol.market.Command.MatchCommand;
import modicum.protocol.market.Command.Step;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Stage;
import modicum.protocol.match.Transition;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.AccountBalance;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Capacity;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.Limits;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.party.Directory;
import modicum.protocol.party.Mediator;
import modicum.protocol.party.ResourceProvider;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random sequences of commands by a few accounts in mixed roles. After each command:
 *
 * <ul>
 *   <li>the money in the market is what was deposited less what was withdrawn;
 *   <li>what is locked is both sides' share of every open match, account by account;
 *   <li>a refusal has changed nothing, and a closed match is as it was;
 *   <li>every stage changed as the table of transitions allows;
 *   <li>and at the end, a reader that replays the events has the same state.
 * </ul>
 */
class RandomMarketTest {
  private static final int COMMANDS = 3_000;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void keepsItsInvariants(long seed) {
    Walk walk = new Walk(seed);
    walk.go(COMMANDS);
    assertThat(walk.closed.size()).as("matches closed").isGreaterThan(100);
    MarketState fresh = new MarketState(SmallMarket.PARAMETERS);
    walk.market.events().forEach(fresh::replay);
    assertThat(fresh.summary()).isEqualTo(walk.market.state().summary());
  }

  /**
   * No transition is impossible in principle, so none is left out. What cannot happen is a change
   * of stage outside the table, and every walk checks that of every step: a match of a cancelled
   * offer, a way back, a way past a stage, a way out of CLOSED.
   */
  @Test
  void takesEveryTransition() {
    Walk walk = new Walk(42);
    walk.go(10_000);
    assertThat(walk.taken).containsExactlyInAnyOrder(Transition.values());
    assertThat(walk.takenAtOnce).isEqualTo(Command.CloseWithAcceptance.STAGES);
  }

  /** Otherwise the walks would prove little about refusals. */
  @Test
  void meetsEveryConditionThatTheMarketRefusesFor() {
    Set<Condition> met = EnumSet.noneOf(Condition.class);
    // Several short walks go to more places than a long one, in which most offers have been used
    // up.
    for (long seed = 43; seed < 48; seed++) {
      Walk walk = new Walk(seed);
      walk.go(5_000);
      met.addAll(walk.met);
    }
    // TransferFailed and WrongAmount are about money outside the market, and a balance of 2^96 wei
    // does not come about by chance; MoneyAndRegistrationTest has it.
    Set<Condition> expected =
        EnumSet.complementOf(
            EnumSet.of(
                Condition.TRANSFER_FAILED, Condition.WRONG_AMOUNT, Condition.BALANCE_TOO_LARGE));
    assertThat(met).containsExactlyInAnyOrderElementsOf(expected);
  }

  /** Stages before a match exists; from then on the transitions decide. */
  private static final Map<Stage, Set<Stage>> BEFORE_A_MATCH =
      Map.of(
          Stage.UNKNOWN,
          EnumSet.of(Stage.POSTED, Stage.CANCELLED, Stage.AWAITING_RESULT),
          Stage.POSTED,
          EnumSet.of(Stage.CANCELLED, Stage.AWAITING_RESULT),
          Stage.CANCELLED,
          EnumSet.noneOf(Stage.class));

  private static final class Walk {
    private static final List<Address> ACCOUNTS =
        List.of(
            Parties.numbered(1),
            Parties.numbered(2),
            Parties.numbered(3),
            Parties.numbered(4),
            Parties.numbered(5),
            Parties.numbered(6));
    private static final List<Address> SETTLED = ACCOUNTS.subList(0, ACCOUNTS.size() - 1);
    private static final List<Bytes32> SUBJECTS =
        Stream.concat(ACCOUNTS.stream().map(Address::toWord), Stream.of(JobOfferBuilder.BASE_LAYER))
            .toList();
    private static final int RECENT = 6;

    private final Random random;
    private final SmallMarket market = SmallMarket.empty();
    private final List<JobOffer> jobs = new ArrayList<>();
    private final List<OfferHash> jobHashes = new ArrayList<>();
    private final List<ResourceOffer> resources = new ArrayList<>();
    private final Map<OfferHash, Stage> stages = new HashMap<>();
    private final Map<MatchId, Match> closed = new HashMap<>();
    private final Set<Transition> taken = EnumSet.noneOf(Transition.class);
    private final Set<Stage> takenAtOnce = EnumSet.noneOf(Stage.class);
    private final Set<Condition> met = EnumSet.noneOf(Condition.class);
    private Wei deposited = Wei.ZERO;
    private Wei withdrawn = Wei.ZERO;
    private long nonce;

    Walk(long seed) {
      this.random = new Random(seed);
      // All but one account begin in every role, rich and trusting, so that there is much to walk
      // through; the walk itself then takes some of it away.
      for (Address account : SETTLED) {
        settleIn(account);
      }
    }

    private void settleIn(Address account) {
      market.accepts(new Command.RegisterJobCreator(account));
      market.accepts(new Command.RegisterResourceProvider(account, SmallMarket.PROVIDER_TERMS));
      market.accepts(new Command.RegisterMediator(account, SmallMarket.MEDIATOR_TERMS));
      market.accepts(new Command.RegisterDirectory(account, SmallMarket.DIRECTORY_TERMS));
      for (Trust kind : Trust.values()) {
        market.accepts(new Command.SetTrust(account, kind, SUBJECTS, true));
      }
      market.deposit(account, SmallMarket.DEPOSIT);
      deposited = deposited.plus(SmallMarket.DEPOSIT);
    }

    void go(int commands) {
      for (int i = 0; i < commands; i++) {
        step();
      }
    }

    private void step() {
      passTime();
      Command command = command();
      MarketSummary before = random.nextInt(50) == 0 ? market.state().summary() : null;
      switch (market.apply(command)) {
        case Outcome.Accepted accepted -> {
          note(command);
          accepted.events().forEach(this::note);
        }
        case Outcome.Refused refused -> {
          met.add(refused.rejection().condition());
          assertThat(refused.rejection().sentence()).isNotBlank().doesNotContain("%s", "\n");
          if (before != null) {
            assertThat(market.state().summary()).isEqualTo(before);
          }
        }
      }
      checkMoney();
      checkStages(command);
      checkClosed();
    }

    private void passTime() {
      boolean leap = random.nextInt(15) == 0;
      market.at(market.now() + random.nextInt(leap ? 1_500 : 20));
    }

    private void note(Command command) {
      if (command instanceof Step step) {
        taken.add(step.transition());
      }
    }

    private void note(MarketEvent event) {
      switch (event) {
        case MarketEvent.Deposited e -> deposited = deposited.plus(e.amount());
        case MarketEvent.Withdrawn e -> withdrawn = withdrawn.plus(e.amount());
        default -> {}
      }
    }

    private void checkMoney() {
      assertThat(market.state().total()).isEqualTo(deposited.minus(withdrawn));
      Map<Address, Wei> shares = new HashMap<>();
      for (Match match : market.state().matches()) {
        if (match.isOpen()) {
          Wei share = market.state().pricing().locked(match.terms());
          shares.merge(match.terms().jobCreator(), share, Wei::plus);
          shares.merge(match.terms().resourceProvider(), share, Wei::plus);
        }
      }
      for (Map.Entry<Address, AccountBalance> account : market.state().balances().entrySet()) {
        assertThat(account.getValue().locked())
            .isEqualTo(shares.getOrDefault(account.getKey(), Wei.ZERO));
      }
    }

    private void checkStages(Command command) {
      for (OfferHash hash :
          jobHashes.subList(Math.max(0, jobHashes.size() - 40), jobHashes.size())) {
        checkStage(hash, command);
      }
      if (command instanceof MatchCommand step) {
        checkStage(new OfferHash(step.matchId().value()), command);
      }
      // Nobody touched the others, so nothing has become of them.
      if (random.nextInt(200) == 0) {
        stages.forEach(
            (hash, was) -> assertThat(market.state().stage(hash.asMatchId())).isEqualTo(was));
      }
    }

    private void checkStage(OfferHash hash, Command command) {
      Stage was = stages.getOrDefault(hash, Stage.UNKNOWN);
      Stage is = market.state().stage(hash.asMatchId());
      stages.put(hash, is);
      if (was == is) {
        return;
      }
      if (BEFORE_A_MATCH.containsKey(was)) {
        assertThat(BEFORE_A_MATCH.get(was)).contains(is);
      } else if (command instanceof Command.CloseWithAcceptance) {
        assertThat(Command.CloseWithAcceptance.STAGES).contains(was);
        assertThat(is).isEqualTo(Stage.CLOSED);
        takenAtOnce.add(was);
      } else {
        Transition transition = ((Step) command).transition();
        assertThat(List.of(was, is)).containsExactly(transition.from(), transition.to());
      }
    }

    private void checkClosed() {
      for (Match match : market.state().matches()) {
        // Matches are values, so one that changed would be another object.
        if (!match.isOpen() && closed.computeIfAbsent(match.id(), id -> match) != match) {
          throw new AssertionError("changed after it was closed: " + match);
        }
      }
    }

    private Command command() {
      return switch (random.nextInt(21)) {
        case 0, 1 -> new Command.Deposit(account(), amount(600_000));
        case 2 -> new Command.Withdraw(account(), amount(1_500_000));
        case 3 -> registration();
        case 4, 5, 6 -> trust();
        case 7 -> new Command.PostJobOffer(mostly(jobOwner(newJob())), lastJob());
        case 8 -> new Command.PostResourceOffer(mostly(owner(newResource())), lastResource());
        case 9 -> cancelJob();
        case 10 -> cancelResource();
        case 11, 12, 13, 14 -> match();
        case 15 -> random.nextInt(4) == 0 ? raiseNonceFloor() : closeWithAcceptance();
        default -> matchCommand();
      };
    }

    private Wei amount(int below) {
      return random.nextInt(20) == 0 ? Wei.ZERO : Wei.of(random.nextInt(below));
    }

    private Command registration() {
      Address account = account();
      return switch (random.nextInt(4)) {
        case 0 -> new Command.RegisterJobCreator(account);
        case 1 ->
            new Command.RegisterResourceProvider(
                account, new ResourceProvider(architecture(), random.nextInt(1_000_000)));
        case 2 ->
            new Command.RegisterMediator(
                account,
                new Mediator(
                    architecture(),
                    Prices.of(random.nextInt(9), random.nextInt(9)),
                    Wei.of(random.nextInt(50))));
        default ->
            new Command.RegisterDirectory(account, new Directory(Wei.of(random.nextInt(50)), ""));
      };
    }

    private Architecture architecture() {
      return random.nextInt(25) == 0 ? Architecture.ARM64 : Architecture.AMD64;
    }

    private Command trust() {
      List<Bytes32> subjects = List.of(pick(SUBJECTS), pick(SUBJECTS));
      return new Command.SetTrust(
          account(), pick(List.of(Trust.values())), subjects, random.nextInt(12) > 0);
    }

    private JobOffer newJob() {
      JobOffer job =
          jobOffer()
              .jobCreator(account())
              .directory(account())
              .architecture(architecture())
              .limits(new Limits(random.nextInt(500), 64, 32, random.nextInt(100)))
              .maxPrices(Prices.of(3 + random.nextInt(3), 5 + random.nextInt(3)))
              .matchIncentive(Wei.of(random.nextInt(10)))
              .completionDeadline(market.now() + random.nextInt(400))
              .expiry(market.now() + random.nextInt(400) - 20)
              .nonce(nonce++)
              .build();
      jobs.add(job);
      jobHashes.add(SmallMarket.HASHER.hash(job));
      return job;
    }

    private ResourceOffer newResource() {
      ResourceOffer resource =
          resourceOffer()
              .resourceProvider(account())
              .capacity(
                  new Capacity(
                      400 + random.nextInt(900),
                      60 + random.nextInt(60),
                      30 + random.nextInt(30),
                      80 + random.nextInt(200)))
              .prices(Prices.of(random.nextInt(5), random.nextInt(7)))
              .matchIncentive(Wei.of(random.nextInt(10)))
              .slots(random.nextInt(5))
              .expiry(market.now() + random.nextInt(400) - 20)
              .nonce(nonce++)
              .build();
      resources.add(resource);
      return resource;
    }

    private JobOffer lastJob() {
      return random.nextInt(5) == 0 ? recent(jobs) : jobs.getLast();
    }

    private ResourceOffer lastResource() {
      return random.nextInt(5) == 0 ? recent(resources) : resources.getLast();
    }

    private static Address jobOwner(JobOffer job) {
      return job.jobCreator();
    }

    private static Address owner(ResourceOffer resource) {
      return resource.resourceProvider();
    }

    private Command cancelJob() {
      JobOffer job = jobs.isEmpty() ? newJob() : recent(jobs);
      return new Command.CancelJobOffer(mostly(job.jobCreator()), job);
    }

    private Command cancelResource() {
      ResourceOffer resource = resources.isEmpty() ? newResource() : recent(resources);
      return new Command.CancelResourceOffer(mostly(resource.resourceProvider()), resource);
    }

    /**
     * Of the offers there are, or of new ones; a solver that looks first finds a fitting mediator.
     */
    private Command match() {
      JobOffer job = jobs.isEmpty() || random.nextInt(4) > 0 ? newJob() : recent(jobs);
      ResourceOffer resource =
          resources.isEmpty() || random.nextInt(4) > 0 ? newResource() : recent(resources);
      List<Address> mediators = new ArrayList<>(ACCOUNTS);
      Collections.shuffle(mediators, random);
      Address mediator =
          mediators.stream()
              .filter(m -> random.nextInt(10) > 0 && fits(job, resource, m))
              .findFirst()
              .orElse(mediators.getFirst());
      return new Command.PostMatch(
          account(),
          job,
          signature(job.jobCreator(), SmallMarket.HASHER.hash(job)),
          resource,
          signature(resource.resourceProvider(), SmallMarket.HASHER.hash(resource)),
          mediator);
    }

    private boolean fits(JobOffer job, ResourceOffer resource, Address mediator) {
      return Compatibility.check(job, resource, mediator, market.state().registry(), market.now())
          .isEmpty();
    }

    private Signature signature(Address owner, OfferHash hash) {
      return switch (random.nextInt(40)) {
        case 0 -> Signature.NONE;
        case 1 -> SmallMarket.signature(account(), hash);
        default -> SmallMarket.signature(owner, hash);
      };
    }

    /** Around the newest offers: on a nonce, above it, or no higher than the floor is. */
    private Command raiseNonceFloor() {
      Address account = account();
      long around = Math.max(0, nonce - 4 + random.nextInt(6));
      return new Command.RaiseNonceFloor(
          account, random.nextInt(5) == 0 ? market.state().nonceFloor(account) : around);
    }

    private Command closeWithAcceptance() {
      List<Match> open = market.state().matches().stream().filter(Match::isOpen).toList();
      if (open.isEmpty()) {
        return matchCommand();
      }
      Match match = recent(open);
      Result any = SmallMarket.result(match.id(), pick(List.of(ResultStatus.values())), usage());
      Result result = random.nextInt(5) == 0 ? any : match.state().postedResult().orElse(any);
      Address signer = mostly(match.terms().jobCreator());
      return new Command.CloseWithAcceptance(
          mostly(match.terms().resourceProvider()),
          match.id(),
          result,
          SmallMarket.acceptance(signer, match.id(), result));
    }

    private Command matchCommand() {
      List<Match> matches = List.copyOf(market.state().matches());
      List<Match> open = matches.stream().filter(Match::isOpen).toList();
      if (matches.isEmpty()) {
        return new Command.AcceptResult(account(), new MatchId(Bytes32.ZERO));
      }
      Match match = open.isEmpty() || random.nextInt(10) == 0 ? recent(matches) : recent(open);
      List<Transition> fitting =
          List.of(Transition.values()).stream()
              .filter(t -> t.from() == match.state().stage())
              .toList();
      Transition transition =
          fitting.isEmpty() || random.nextInt(5) == 0
              ? pick(List.of(Transition.values()))
              : pick(fitting);
      Address caller = mostly(transition.actor().entitled(match.terms()).orElse(account()));
      return command(transition, caller, match.id());
    }

    private Command command(Transition transition, Address caller, MatchId match) {
      return switch (transition) {
        case POST_RESULT ->
            new Command.PostResult(
                caller,
                match,
                SmallMarket.result(match, pick(List.of(ResultStatus.values())), usage()));
        case ACCEPT_RESULT -> new Command.AcceptResult(caller, match);
        case REJECT_RESULT ->
            new Command.RejectResult(caller, match, pick(List.of(RejectReason.values())));
        case CLOSE_BY_SILENCE -> new Command.CloseBySilence(caller, match);
        case CLOSE_RESULT_OVERDUE -> new Command.CloseResultOverdue(caller, match);
        case POST_VERDICT ->
            new Command.PostVerdict(
                caller, match, pick(List.of(Verdict.values())), usage(), SmallMarket.EVIDENCE);
        case CLOSE_MEDIATION_OVERDUE -> new Command.CloseMediationOverdue(caller, match);
      };
    }

    private Usage usage() {
      return new Usage(random.nextInt(2_000), random.nextInt(500));
    }

    private Address mostly(Address entitled) {
      return random.nextInt(10) == 0 ? account() : entitled;
    }

    private Address account() {
      return random.nextInt(30) == 0 ? ACCOUNTS.getLast() : pick(SETTLED);
    }

    private <T> T pick(List<T> from) {
      return from.get(random.nextInt(from.size()));
    }

    private <T> T recent(List<T> from) {
      int back = 1 + random.nextInt(Math.min(RECENT, from.size()));
      return from.get(from.size() - back);
    }
  }
}
