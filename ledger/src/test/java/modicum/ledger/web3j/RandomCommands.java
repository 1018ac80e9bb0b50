package modicum.ledger.web3j;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.Trust;
import modicum.protocol.market.Command;
import modicum.protocol.market.MarketState;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Stage;
import modicum.protocol.match.Transition;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Capacity;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.Limits;
import modicum.protocol.offer.OfferHasher;
import modicum.protocol.offer.Quantity;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.party.Directory;
import modicum.protocol.party.Mediator;
import modicum.protocol.party.ResourceProvider;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;

/**
 * Draws commands: mostly ones that get somewhere, and many that are just beside a bound. It looks
 * at the market's state to aim, never to avoid.
 */
final class RandomCommands {
  private static final BigInteger HIGHEST_PRICE =
      BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
  private static final BigInteger HIGHEST_BALANCE =
      BigInteger.ONE.shiftLeft(96).subtract(BigInteger.ONE);
  private static final BigInteger HIGHEST_AMOUNT =
      BigInteger.ONE.shiftLeft(96).subtract(BigInteger.ONE);
  private static final List<Bytes32> BASE_LAYERS =
      List.of(Keccak256.hashUtf8("debian"), Keccak256.hashUtf8("alpine"));

  /**
   * Who takes part.
   *
   * @param key that signs for the account: its own, or its owner's where it is a contract
   */
  record Actor(Address address, Web3jSigner key) {}

  private final RandomGenerator random;
  private final List<Actor> actors;
  private final OfferHasher hasher;
  private final List<JobOffer> jobOffers = new ArrayList<>();
  private final List<ResourceOffer> resourceOffers = new ArrayList<>();
  private final Deque<Command> followUps = new ArrayDeque<>();
  private Optional<Address> onlyCaller = Optional.empty();
  private long nonce;

  RandomCommands(RandomGenerator random, List<Actor> actors, OfferHasher hasher) {
    this.random = random;
    this.actors = actors;
    this.hasher = hasher;
  }

  // -------------------------------------------------------------------- world

  /**
   * A market in which most of what {@link #next} draws can succeed; the last actor is a stranger.
   */
  List<Command> world() {
    List<Command> commands = new ArrayList<>();
    for (int i = 0; i < actors.size() - 1; i++) {
      commands.addAll(registrations(actor(i), i));
    }
    commands.addAll(gaps());
    return commands;
  }

  /** Of each kind of trust one entry is missing, so that each is missed now and then. */
  private List<Command> gaps() {
    List<Command> gaps = new ArrayList<>();
    for (Trust kind : Trust.values()) {
      int number = kind.ordinal() % (actors.size() - 1);
      Bytes32 subject =
          isOfLayers(kind)
              ? BASE_LAYERS.getLast()
              : actor((number + 1) % (actors.size() - 1)).toWord();
      gaps.add(new Command.SetTrust(actor(number), kind, List.of(subject), false));
    }
    return gaps;
  }

  private List<Command> registrations(Address account, int number) {
    List<Bytes32> everyone = actors.stream().map(a -> a.address().toWord()).toList();
    Wei wealth = new Wei(BigInteger.ONE.shiftLeft(number < 3 ? 93 : 24));
    return List.of(
        new Command.Deposit(account, wealth),
        new Command.RegisterJobCreator(account),
        new Command.RegisterResourceProvider(
            account, new ResourceProvider(Architecture.AMD64, 1_500_000_000L)),
        new Command.RegisterMediator(
            account, new Mediator(Architecture.AMD64, Prices.of(2, 1), Wei.of(7 + number))),
        new Command.RegisterDirectory(account, new Directory(Wei.of(3), "https://d" + number)),
        new Command.SetTrust(account, Trust.JOB_CREATOR_TRUSTS_MEDIATOR, everyone, true),
        new Command.SetTrust(account, Trust.RESOURCE_PROVIDER_TRUSTS_MEDIATOR, everyone, true),
        new Command.SetTrust(account, Trust.RESOURCE_PROVIDER_TRUSTS_DIRECTORY, everyone, true),
        new Command.SetTrust(account, Trust.MEDIATOR_TRUSTS_DIRECTORY, everyone, true),
        new Command.SetTrust(
            account, Trust.RESOURCE_PROVIDER_SUPPORTS_BASE_LAYER, BASE_LAYERS, true),
        new Command.SetTrust(account, Trust.MEDIATOR_SUPPORTS_BASE_LAYER, BASE_LAYERS, true));
  }

  // --------------------------------------------------------------------- time

  /** The time of the next block: often the last second of a deadline, or the first after it. */
  long nextTime(MarketState state, long now) {
    List<Long> deadlines = new ArrayList<>();
    for (Match match : state.matches()) {
      if (match.state() instanceof MatchState.Open open) {
        deadlines.add(open.deadline());
      }
    }
    List<Long> expiries = new ArrayList<>();
    jobOffers.forEach(offer -> expiries.add(offer.expiry()));
    resourceOffers.forEach(offer -> expiries.add(offer.expiry()));
    List<Long> bounds = chance(80) ? deadlines : expiries;
    if (!bounds.isEmpty() && chance(30)) {
      long time = pick(bounds) + between(0, 1);
      if (time > now && time < now + 400) {
        return time;
      }
    }
    return now + between(1, 6);
  }

  /** The job offers drawn so far, made use of or not. */
  List<JobOffer> jobOffers() {
    return jobOffers;
  }

  // ----------------------------------------------------------------- commands

  /** A command of this caller, of any kind but those that need the value they carry. */
  Optional<Command> nextOf(Address caller, MarketState state, long time, boolean withDeposits) {
    onlyCaller = Optional.of(caller);
    try {
      for (int draws = 0; draws < 8; draws++) {
        Command command = next(state, time);
        if (command.caller().equals(caller)
            && (withDeposits || !(command instanceof Command.Deposit))) {
          return Optional.of(command);
        }
      }
      return Optional.empty();
    } finally {
      onlyCaller = Optional.empty();
    }
  }

  Command next(MarketState state, long time) {
    if (!followUps.isEmpty()) {
      return followUps.removeFirst();
    }
    int draw = random.nextInt(100);
    if (draw < 5) {
      return deposit(state);
    }
    if (draw < 7) {
      return withdraw(state);
    }
    if (draw < 10) {
      return withdrawAllButADeposit(state, time);
    }
    if (draw < 12) {
      return register();
    }
    if (draw < 15) {
      return setTrust();
    }
    if (draw < 17) {
      return raiseNonceFloor(state);
    }
    if (draw < 22) {
      return jobOfferCommand(time);
    }
    if (draw < 27) {
      return resourceOfferCommand(time);
    }
    boolean anyOpen = state.matches().stream().anyMatch(Match::isOpen);
    return draw < (anyOpen ? 44 : 95) ? postMatch(state, time) : step(state, time);
  }

  private Command deposit(MarketState state) {
    BigInteger rest = HIGHEST_BALANCE.subtract(state.total().value());
    return new Command.Deposit(
        anyone(),
        new Wei(
            pick(
                List.of(
                    BigInteger.ZERO,
                    BigInteger.ONE,
                    BigInteger.valueOf(between(1, 1 << 20)),
                    rest,
                    rest.add(BigInteger.ONE).min(HIGHEST_BALANCE),
                    HIGHEST_BALANCE))));
  }

  private Command withdraw(MarketState state) {
    Address account = anyone();
    BigInteger free = state.balance(account).free().value();
    BigInteger more = free.add(BigInteger.ONE).min(HIGHEST_BALANCE);
    return new Command.Withdraw(
        account,
        new Wei(pick(List.of(BigInteger.ZERO, BigInteger.ONE, free, more, free.shiftRight(1)))));
  }

  /** Leaves what the next match needs, or one wei too little; often both sides are one account. */
  private Command withdrawAllButADeposit(MarketState state, long time) {
    Address mediator = mediator(state);
    JobOffer job = newJobOffer(time);
    ResourceOffer resource = newResourceOffer(chance(60) ? job.jobCreator() : anyone(), time);
    followUps.add(
        new Command.PostMatch(
            anyone(),
            job,
            signerOf(job.jobCreator()).sign(hasher.hash(job).value()),
            resource,
            signerOf(resource.resourceProvider()).sign(hasher.hash(resource).value()),
            mediator));
    Wei availability =
        state
            .registry()
            .mediator(mediator)
            .map(Mediator::availabilityValue)
            .orElse(Wei.ZERO)
            .plus(
                state
                    .registry()
                    .directory(job.directory())
                    .map(Directory::availabilityValue)
                    .orElse(Wei.ZERO));
    Wei needed = state.pricing().deposit(job.estimate(), availability, job.matchIncentive());
    if (job.jobCreator().equals(resource.resourceProvider())) {
      needed =
          needed.plus(
              state.pricing().deposit(job.estimate(), availability, resource.matchIncentive()));
    }
    Wei left = chance(50) ? needed : needed.minusOrZero(Wei.of(1));
    Wei free = state.balance(job.jobCreator()).free();
    return new Command.Withdraw(job.jobCreator(), free.minusOrZero(left));
  }

  private Command register() {
    Address account = anyone();
    return switch (random.nextInt(4)) {
      case 0 -> new Command.RegisterJobCreator(account);
      case 1 ->
          new Command.RegisterResourceProvider(
              account,
              new ResourceProvider(
                  architecture(),
                  pick(List.of(0L, 1L, 999_999_999L, 2_000_000_001L, Quantity.MAXIMUM))));
      case 2 ->
          new Command.RegisterMediator(
              account, new Mediator(architecture(), new Prices(price(), price()), availability()));
      default ->
          new Command.RegisterDirectory(
              account,
              new Directory(availability(), pick(List.of("", "https://x", "\u00fc".repeat(40)))));
    };
  }

  private Command setTrust() {
    Trust kind = pick(List.of(Trust.values()));
    List<Bytes32> subjects = new ArrayList<>();
    for (long i = between(0, 2); i >= 0; i--) {
      subjects.add(isOfLayers(kind) ? pick(BASE_LAYERS) : anyone().toWord());
    }
    return new Command.SetTrust(
        anyone(), kind, chance(10) ? List.of() : subjects, random.nextBoolean());
  }

  private static boolean isOfLayers(Trust kind) {
    return kind == Trust.RESOURCE_PROVIDER_SUPPORTS_BASE_LAYER
        || kind == Trust.MEDIATOR_SUPPORTS_BASE_LAYER;
  }

  /** Around the newest nonce: on it, beside it, or no higher than the floor is. */
  private Command raiseNonceFloor(MarketState state) {
    Address account = anyone();
    long floor = state.nonceFloor(account);
    long beyond = chance(4) ? Quantity.MAXIMUM : nonce + between(1, 12);
    return new Command.RaiseNonceFloor(
        account,
        pick(
            List.of(
                0L, floor, Math.min(floor + 1, Quantity.MAXIMUM), nonce, beyond, nonce / 2 + 1)));
  }

  private Command jobOfferCommand(long time) {
    JobOffer offer = jobOffers.isEmpty() || chance(50) ? newJobOffer(time) : pick(jobOffers);
    Address caller = chance(85) ? offer.jobCreator() : anyone();
    return chance(70)
        ? new Command.PostJobOffer(caller, offer)
        : new Command.CancelJobOffer(caller, offer);
  }

  private Command resourceOfferCommand(long time) {
    ResourceOffer offer =
        resourceOffers.isEmpty() || chance(50) ? newResourceOffer(time) : pick(resourceOffers);
    Address caller = chance(85) ? offer.resourceProvider() : anyone();
    return chance(70)
        ? new Command.PostResourceOffer(caller, offer)
        : new Command.CancelResourceOffer(caller, offer);
  }

  private Command postMatch(MarketState state, long time) {
    JobOffer job = jobOffer(state, time);
    ResourceOffer resource = resourceOffer(time);
    return new Command.PostMatch(
        anyone(),
        job,
        signature(hasher.hash(job).value(), job.jobCreator()),
        resource,
        signature(hasher.hash(resource).value(), resource.resourceProvider()),
        chance(97) ? mediator(state) : Address.fromHex("0x" + "0".repeat(39) + "9"));
  }

  /** A new one, one that waits to be matched, or any. */
  private JobOffer jobOffer(MarketState state, long time) {
    List<JobOffer> waiting =
        jobOffers.stream()
            .filter(offer -> offer.expiry() >= time)
            .filter(offer -> isUnmatched(state.stage(hasher.hash(offer).asMatchId())))
            .toList();
    if (!waiting.isEmpty() && chance(30)) {
      return pick(waiting);
    }
    return jobOffers.isEmpty() || chance(88) ? newJobOffer(time) : pick(jobOffers);
  }

  private ResourceOffer resourceOffer(long time) {
    List<ResourceOffer> unexpired =
        resourceOffers.stream().filter(offer -> offer.expiry() >= time).toList();
    if (!unexpired.isEmpty() && chance(20)) {
      return pick(unexpired);
    }
    return resourceOffers.isEmpty() || chance(90) ? newResourceOffer(time) : pick(resourceOffers);
  }

  private static boolean isUnmatched(Stage stage) {
    return stage == Stage.UNKNOWN || stage == Stage.POSTED;
  }

  private Address mediator(MarketState state) {
    List<Address> registered = state.registry().mediators().stream().sorted().toList();
    return registered.isEmpty() || chance(10) ? anyone() : pick(registered);
  }

  private Command step(MarketState state, long time) {
    List<Match> matches = List.copyOf(state.matches());
    List<Match> open = matches.stream().filter(Match::isOpen).toList();
    if (matches.isEmpty() || chance(3)) {
      return step(pick(List.of(Transition.values())), anyone(), unmatchedId(), Usage.NOTHING);
    }
    Match match = open.isEmpty() || chance(3) ? pick(matches) : pick(concerning(open));
    if (Command.CloseWithAcceptance.STAGES.contains(match.state().stage())
        ? chance(15)
        : chance(4)) {
      return closeWithAcceptance(match);
    }
    Transition transition = transition(match, time);
    Address entitled = transition.actor().entitled(match.terms()).orElseGet(this::anyone);
    Address caller = chance(93) ? entitled : anyone();
    return step(transition, caller, match.id(), match.terms().pricedLimits());
  }

  /** Those in which the caller has a part, if only one may call, and it has. */
  private List<Match> concerning(List<Match> matches) {
    List<Match> own =
        matches.stream()
            .filter(match -> onlyCaller.filter(match::locksMoneyOf).isPresent())
            .toList();
    return own.isEmpty() || chance(20) ? matches : own;
  }

  private Command closeWithAcceptance(Match match) {
    Result any = result(match.terms().pricedLimits());
    Result result = chance(20) ? any : match.state().postedResult().orElse(any);
    MatchId signed = chance(4) ? unmatchedId() : match.id();
    Address jobCreator = chance(8) ? anyone() : match.terms().jobCreator();
    return new Command.CloseWithAcceptance(
        chance(93) ? match.terms().resourceProvider() : anyone(),
        match.id(),
        result,
        signature(hasher.hashAcceptance(signed, result), jobCreator));
  }

  /** Mostly one that is due, else one of the stage on the wrong side of its deadline, or any. */
  private Transition transition(Match match, long time) {
    List<Transition> ofStage =
        Arrays.stream(Transition.values()).filter(t -> t.from() == match.state().stage()).toList();
    if (ofStage.isEmpty() || chance(6)) {
      return pick(List.of(Transition.values()));
    }
    long deadline = ((MatchState.Open) match.state()).deadline();
    Transition.Timing timing =
        time <= deadline ? Transition.Timing.UNTIL_DEADLINE : Transition.Timing.AFTER_DEADLINE;
    List<Transition> due = ofStage.stream().filter(t -> t.timing() == timing).toList();
    return due.isEmpty() || chance(12) ? pick(ofStage) : pick(due);
  }

  private Command step(Transition transition, Address caller, MatchId id, Usage limits) {
    return switch (transition) {
      case POST_RESULT -> new Command.PostResult(caller, id, result(limits));
      case ACCEPT_RESULT -> new Command.AcceptResult(caller, id);
      case REJECT_RESULT ->
          new Command.RejectResult(caller, id, pick(List.of(RejectReason.values())));
      case CLOSE_BY_SILENCE -> new Command.CloseBySilence(caller, id);
      case CLOSE_RESULT_OVERDUE -> new Command.CloseResultOverdue(caller, id);
      case POST_VERDICT ->
          new Command.PostVerdict(
              caller, id, pick(List.of(Verdict.values())), usage(limits), word("evidence"));
      case CLOSE_MEDIATION_OVERDUE -> new Command.CloseMediationOverdue(caller, id);
    };
  }

  private MatchId unmatchedId() {
    return jobOffers.isEmpty() || chance(50)
        ? new MatchId(word("no match"))
        : hasher.hash(pick(jobOffers)).asMatchId();
  }

  // ------------------------------------------------------------------- values

  private JobOffer newJobOffer(long time) {
    Limits limits = limits();
    JobOffer offer =
        new JobOffer(
            anyRegistered(),
            limits,
            new Prices(price(), price()),
            completionDeadline(time, limits),
            incentive(),
            chance(97) ? pick(BASE_LAYERS) : word("another layer"),
            word("job"),
            anyRegistered(),
            architecture(),
            chance(97) ? ++nonce : Quantity.MAXIMUM,
            expiry(time));
    jobOffers.add(offer);
    return offer;
  }

  private ResourceOffer newResourceOffer(long time) {
    return newResourceOffer(anyRegistered(), time);
  }

  private ResourceOffer newResourceOffer(Address provider, long time) {
    ResourceOffer offer =
        new ResourceOffer(
            provider,
            capacity(),
            prices(),
            incentive(),
            chance(3) ? 0 : pick(List.of(1L, 2L, 3L, 0xffff_ffffL)),
            ++nonce,
            expiry(time));
    resourceOffers.add(offer);
    return offer;
  }

  /** Around what the newest job offer needs: on the bound, or one beside it. */
  private Capacity capacity() {
    if (jobOffers.isEmpty() || chance(4)) {
      return new Capacity(between(0, 50), between(0, 50), between(0, 50), between(0, 50));
    }
    if (chance(30)) {
      long most = Quantity.MAXIMUM;
      return new Capacity(most, most, most, most);
    }
    Limits needed = jobOffers.getLast().limits();
    return new Capacity(
        around(needed.instructions()),
        around(needed.memory()),
        around(needed.storage()),
        around(needed.bandwidth()));
  }

  private Prices prices() {
    if (jobOffers.isEmpty() || chance(10)) {
      return new Prices(price(), price());
    }
    Prices most = jobOffers.getLast().maxPrices();
    return new Prices(around(most.instruction()), around(most.bandwidth()));
  }

  private long around(long value) {
    int draw = random.nextInt(100);
    if (draw < 3) {
      return Math.max(0, value - 1);
    }
    return draw < 60 ? value : Math.min(Quantity.MAXIMUM, value + between(0, 9));
  }

  private Wei around(Wei price) {
    int draw = random.nextInt(100);
    if (draw < 4) {
      return new Wei(price.value().add(BigInteger.ONE).min(HIGHEST_PRICE));
    }
    return draw < 60 ? price : new Wei(price.value().shiftRight(random.nextInt(4)));
  }

  private Limits limits() {
    if (chance(6)) {
      return new Limits(Quantity.MAXIMUM, Quantity.MAXIMUM, Quantity.MAXIMUM, Quantity.MAXIMUM);
    }
    return new Limits(between(0, 40), between(0, 1 << 20), between(0, 1 << 20), between(0, 5000));
  }

  private Wei price() {
    int draw = random.nextInt(100);
    if (draw < 12) {
      return Wei.ZERO;
    }
    if (draw < 18) {
      return new Wei(HIGHEST_PRICE);
    }
    return draw < 26 ? new Wei(BigInteger.ONE.shiftLeft(33)) : Wei.of(between(1, 9));
  }

  private Wei incentive() {
    return chance(2)
        ? new Wei(HIGHEST_AMOUNT)
        : pick(List.of(Wei.ZERO, Wei.of(1), Wei.of(between(2, 500))));
  }

  private Wei availability() {
    return chance(5) ? new Wei(HIGHEST_AMOUNT) : Wei.of(between(0, 90));
  }

  private Architecture architecture() {
    return chance(95)
        ? Architecture.AMD64
        : pick(List.of(Architecture.ARM64, new Architecture(255)));
  }

  /** At the earliest completion on the usual machine, one second earlier, or later. */
  private long completionDeadline(long time, Limits limits) {
    if (limits.instructions() == Quantity.MAXIMUM) {
      return time + (chance(50) ? (1L << 39) : 10);
    }
    long runs = (limits.instructions() * 3 + 1) / 2;
    int draw = random.nextInt(100);
    if (draw < 8) {
      return time + runs - 1;
    }
    return draw < 30 ? time + runs : time + runs + between(1, 60);
  }

  private long expiry(long time) {
    int draw = random.nextInt(100);
    if (draw < 4) {
      return time - 1;
    }
    return draw < 12 ? time : time + between(1, 120);
  }

  private Result result(Usage limits) {
    return new Result(pick(List.of(ResultStatus.values())), word("commitment"), usage(limits));
  }

  private Usage usage(Usage limits) {
    return new Usage(used(limits.instructions()), used(limits.bandwidth()));
  }

  private long used(long limit) {
    return pick(
        List.of(
            0L,
            limit,
            Math.min(Quantity.MAXIMUM, limit + 1),
            limit / 2,
            chance(30) ? Quantity.MAXIMUM : limit));
  }

  private Signature signature(Bytes32 hash, Address owner) {
    int draw = random.nextInt(100);
    if (draw < 4) {
      return Signature.NONE;
    }
    Web3jSigner signer = draw < 6 ? pick(actors).key() : signerOf(owner);
    Signature good = signer.sign(hash);
    return draw < 10 ? spoilt(good) : good;
  }

  /** The other valid form of the signature, a wrong v, or a changed byte. */
  private Signature spoilt(Signature good) {
    byte[] bytes = good.toArray();
    switch (random.nextInt(4)) {
      case 0 -> {
        BigInteger order = org.web3j.crypto.Sign.CURVE_PARAMS.getN();
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(bytes, 32, 64));
        byte[] high = order.subtract(s).toByteArray();
        System.arraycopy(high, high.length - 32, bytes, 32, 32);
        bytes[64] = (byte) (bytes[64] == 27 ? 28 : 27);
      }
      case 1 -> bytes[64] = (byte) (bytes[64] - 27);
      case 2 -> bytes[random.nextInt(64)] ^= 1;
      default -> Arrays.fill(bytes, 0, 64, (byte) random.nextInt(2));
    }
    return Signature.of(bytes);
  }

  private final Map<Address, Web3jSigner> signers = new HashMap<>();

  private Web3jSigner signerOf(Address account) {
    if (signers.isEmpty()) {
      actors.forEach(actor -> signers.put(actor.address(), actor.key()));
    }
    return signers.get(account);
  }

  private Address anyRegistered() {
    return chance(97) ? actor(random.nextInt(actors.size() - 1)) : anyone();
  }

  private Address anyone() {
    return onlyCaller.orElseGet(() -> actor(random.nextInt(actors.size())));
  }

  private Address actor(int number) {
    return actors.get(number).address();
  }

  private Bytes32 word(String text) {
    return Keccak256.hashUtf8(text + random.nextInt());
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private long between(long least, long most) {
    return random.nextLong(least, most + 1);
  }

  private <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
