package modicum.jobcreator;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import modicum.directory.Directory;
import modicum.directory.DirectoryRefused;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.encryption.KeyExchange;
import modicum.executor.ImageCatalog;
import modicum.executor.LocalImage;
import modicum.jobcreator.file.JobRequest;
import modicum.jobcreator.packaging.JobPackager;
import modicum.jobcreator.packaging.PackagedJob;
import modicum.jobcreator.packaging.PackagingProgress;
import modicum.jobcreator.record.Channel;
import modicum.jobcreator.record.JobRecord;
import modicum.jobcreator.record.JobRecords;
import modicum.jobcreator.verification.Verifier;
import modicum.ledger.Ledger;
import modicum.ledger.LedgerFollower;
import modicum.ledger.MarketMoney;
import modicum.ledger.Submission;
import modicum.ledger.agent.AgentHealth;
import modicum.ledger.agent.AgentLoop;
import modicum.ledger.orders.OfferNonces;
import modicum.protocol.content.Sha256;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Role;
import modicum.protocol.identity.Signature;
import modicum.protocol.market.Command;
import modicum.protocol.market.MarketState;
import modicum.protocol.match.MatchId;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.OfferHash;

/**
 * Posts jobs and sees them through: the library behind the commands.
 *
 * <p>Whatever it must remember is in its state folder and on the ledger: a killed job creator is
 * made again over the same folder, told to {@link #follow} its jobs, and goes on.
 */
public final class JobCreator implements AutoCloseable {
  /** How long a directory may take to notice that an account has registered. */
  private static final Duration ADMISSION_TIME = Duration.ofSeconds(30);

  /**
   * @param channel how offers are made known
   * @param depositWhenNeeded whether missing deposits are taken from the wallet
   * @param timePerInstruction nanoseconds of CPU time that count as one instruction on this
   *     machine; empty: not known, so that claims of CPU time are not held against providers
   * @param random draws what is verified; must be unpredictable in life
   * @param loop of the agent
   */
  public record Options(
      Channel channel,
      boolean depositWhenNeeded,
      OptionalLong timePerInstruction,
      RandomGenerator random,
      AgentLoop.Options loop) {
    public static final Options DEFAULT =
        new Options(
            Channel.ORDER_BOOK,
            true,
            OptionalLong.empty(),
            new SecureRandom(),
            AgentLoop.Options.DEFAULT);

    public Options with(Channel other) {
      return new Options(other, depositWhenNeeded, timePerInstruction, random, loop);
    }

    public Options depositing(boolean whenNeeded) {
      return new Options(channel, whenNeeded, timePerInstruction, random, loop);
    }

    public Options measuringBy(OptionalLong nanoseconds) {
      return new Options(channel, depositWhenNeeded, nanoseconds, random, loop);
    }

    public Options drawingFrom(RandomGenerator other) {
      return new Options(channel, depositWhenNeeded, timePerInstruction, other, loop);
    }

    public Options with(AgentLoop.Options other) {
      return new Options(channel, depositWhenNeeded, timePerInstruction, random, other);
    }
  }

  private final MarketAccess market;
  private final Options options;
  private final JobRecords records;
  private final JobCreatorAgent agent;
  private final AgentLoop<JobCreatorAction> loop;
  private final JobSurvey survey;
  private final Map<MatchId, AutoCloseable> locks = new ConcurrentHashMap<>();

  public JobCreator(MarketAccess market, Path stateFolder, Options options) {
    this.market = market;
    this.options = options;
    this.records = new JobRecords(stateFolder);
    KeyExchange exchange =
        new KeyExchange(
            market.ledger().signer(), market.ledger().signatures(), stateFolder.resolve("keys"));
    this.agent =
        new JobCreatorAgent(
            market,
            records,
            exchange,
            new JobCreatorPolicy(options.depositWhenNeeded()),
            new Verifier(
                market.executor(),
                market.directory(),
                records,
                exchange,
                market.ledger().parameters(),
                options.timePerInstruction()));
    this.loop =
        new AgentLoop<>(
            agent,
            new LedgerFollower(market.ledger(), LedgerFollower.Options.DEFAULT),
            options.loop());
    this.survey = new JobSurvey(market.ledger(), records);
  }

  /** Starts to see followed jobs through, on a thread of its own, until closed. */
  public void start() {
    loop.start();
  }

  /** One round in the calling thread, instead of {@link #start}: for tests and simulations. */
  public List<JobCreatorAction> step() throws InterruptedException {
    return loop.step();
  }

  public JobRecords records() {
    return records;
  }

  /**
   * Packs a job, uploads it, remembers it and follows it; its offer leaves with the next rounds of
   * the agent. Of several directories the first that answers is used.
   *
   * @throws DirectoryUnavailable none answers
   * @throws IllegalArgumentException the job cannot be posted as it is; one line for people
   */
  public synchronized JobHandle submit(JobRequest request, PackagingProgress progress)
      throws InterruptedException {
    requireSolver();
    ImageCatalog images = market.images().get();
    JobPackager packager = new JobPackager(records, images);
    LocalImage image = packager.find(request.image());
    MarketState state = survey.market();
    List<DirectoryUnavailable> silent = new ArrayList<>();
    for (Address directory : directories(request, state)) {
      List<Address> mediators = mediators(request, state, image, directory);
      requireMoney(request, state, directory, mediators);
      register(state, progress);
      try {
        PackagedJob job = upload(packager, request, directory, progress);
        JobRecord record = newRecord(request, job, directory, mediators, state);
        records.add(record, job.key());
        return follow(record);
      } catch (DirectoryUnavailable e) {
        silent.add(e);
      }
    }
    DirectoryUnavailable first = silent.removeFirst();
    silent.forEach(first::addSuppressed);
    throw first;
  }

  private PackagedJob upload(
      JobPackager packager, JobRequest request, Address directory, PackagingProgress progress)
      throws InterruptedException {
    Directory door = market.directory().apply(directory);
    awaitAdmission(door);
    return packager.pack(request, door, progress);
  }

  /**
   * Goes on with a job of the state folder.
   *
   * @throws modicum.jobcreator.record.JobInUse another process follows it
   */
  public JobHandle follow(JobRecord record) {
    locks.computeIfAbsent(record.id(), records::lock);
    agent.follow(record);
    return new JobHandle(record, this);
  }

  /** What is known of a followed job as of the agent's last round; empty before its first. */
  Optional<JobStatus> status(MatchId id) {
    if (loop.health() instanceof AgentHealth.Stopped stopped) {
      throw new IllegalStateException("the job creator stopped", stopped.cause());
    }
    return agent.status(id);
  }

  /** Where all these jobs stand, without doing anything for them. */
  public List<JobStatus> survey(List<JobRecord> jobs) {
    return survey.of(jobs);
  }

  /** Stops following; the jobs go on, and can be followed again. */
  @Override
  public void close() {
    loop.close();
    locks.values().forEach(JobCreator::release);
    locks.clear();
  }

  private static void release(AutoCloseable lock) {
    try {
      lock.close();
    } catch (Exception ignored) {
      // The process's end releases it as well.
    }
  }

  // ------------------------------------------------------------ submission

  private void requireSolver() {
    if (options.channel() == Channel.ORDER_BOOK && market.orderBooks().isEmpty()) {
      throw new IllegalArgumentException(
          "no solver is known to leave the offer with; add one to the market file or use"
              + " --on-chain-offer");
    }
  }

  /** Those to try, in order: the one that the job names, or else all that are known. */
  private List<Address> directories(JobRequest request, MarketState state) {
    List<Address> known = request.directory().map(List::of).orElse(market.directories());
    if (known.isEmpty()) {
      throw new IllegalArgumentException("no directory is known; add one to the market file");
    }
    List<Address> registered =
        known.stream().filter(d -> state.registry().isRegistered(Role.DIRECTORY, d)).toList();
    if (registered.isEmpty()) {
      throw new IllegalArgumentException(
          "directory %s is not registered with the market; choose another"
              .formatted(known.getFirst()));
    }
    return registered;
  }

  private List<Address> mediators(
      JobRequest request, MarketState state, LocalImage image, Address directory) {
    List<Address> candidates =
        request.mediators().isEmpty() ? market.mediators() : request.mediators();
    return new MediatorChoice(
            state.registry(),
            JobPackager.architecture(request, image),
            directory,
            image.baseLayer())
        .usable(candidates);
  }

  private void requireMoney(
      JobRequest request, MarketState state, Address directory, List<Address> mediators) {
    Wei estimate = request.maxPrices().priceOf(request.limits().priced());
    Wei needed = JobCreatorView.deposit(state, estimate, directory, mediators, request.incentive());
    Wei free = state.balance(account()).free();
    Wei wallet = options.depositWhenNeeded() ? ledger().wallet(account()) : Wei.ZERO;
    if (free.plus(wallet).covers(needed)) {
      return;
    }
    MarketMoney money = MarketMoney.of(ledger().parameters());
    throw new IllegalArgumentException(
        ("the job needs a deposit of %s; free in the market are %s%s; send the account %s money,"
                + " or lower the job's limits or prices")
            .formatted(
                money.forPeople(needed),
                money.forPeople(free),
                options.depositWhenNeeded()
                    ? ", in the wallet " + money.forPeople(wallet)
                    : " and none is taken from the wallet",
                account()));
  }

  /** A directory serves registered accounts only, so this cannot wait for the agent. */
  private void register(MarketState state, PackagingProgress progress) {
    if (state.registry().isRegistered(Role.JOB_CREATOR, account())) {
      return;
    }
    progress.at(PackagingProgress.Phase.REGISTERING, 0, 0);
    if (ledger().submit(new Command.RegisterJobCreator(account()))
        instanceof Submission.Refused refused) {
      throw new IllegalArgumentException(refused.rejection().sentence());
    }
  }

  private static void awaitAdmission(Directory directory) throws InterruptedException {
    long deadline = System.nanoTime() + ADMISSION_TIME.toNanos();
    while (true) {
      try {
        directory.has(Sha256.of(new byte[0]));
        return;
      } catch (DirectoryRefused e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(500);
      }
    }
  }

  /** An offer that is equal to an earlier one in all, its nonce included, would be that one. */
  private JobRecord newRecord(
      JobRequest request,
      PackagedJob job,
      Address directory,
      List<Address> mediators,
      MarketState state) {
    while (true) {
      JobRecord record = record(request, job, directory, mediators, state.nonceFloor(account()));
      if (records.find(record.id()).isEmpty()) {
        return record;
      }
    }
  }

  private JobRecord record(
      JobRequest request,
      PackagedJob job,
      Address directory,
      List<Address> mediators,
      long nonceFloor) {
    long now = ledger().head().time();
    JobOffer offer =
        new JobOffer(
            account(),
            request.limits(),
            request.maxPrices(),
            now + request.deadline().seconds(),
            request.incentive(),
            job.spec().image().baseLayer(),
            job.spec().digest().sha256(),
            directory,
            job.architecture(),
            OfferNonces.ofJobOffer(now, nonceFloor, options.random()),
            now + request.expiry().seconds());
    OfferHash hash = ledger().hasher().hash(offer);
    Signature signature =
        options.channel() == Channel.ORDER_BOOK
            ? ledger().signer().sign(hash.value())
            : Signature.NONE;
    return new JobRecord(
        hash.asMatchId(),
        name(request),
        offer,
        signature,
        options.channel(),
        job.spec().digest(),
        mediators,
        request.verify().draw(options.random()),
        job.checker(),
        request.output(),
        now);
  }

  private static String name(JobRequest request) {
    return Stream.concat(Stream.of(request.image()), request.command().stream())
        .collect(Collectors.joining(" "));
  }

  private Ledger ledger() {
    return market.ledger();
  }

  private Address account() {
    return ledger().account();
  }
}
