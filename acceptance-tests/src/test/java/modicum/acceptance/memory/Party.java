package modicum.acceptance.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import modicum.directory.Directory;
import modicum.executor.Executor;
import modicum.executor.RunName;
import modicum.executor.RunState;
import modicum.executor.scripted.ScriptedEngine;
import modicum.executor.scripted.ScriptedExecutor;
import modicum.ledger.Ledger;
import modicum.ledger.LedgerFollower;
import modicum.ledger.Submission;
import modicum.ledger.agent.Agent;
import modicum.ledger.agent.AgentLoop;
import modicum.ledger.orders.OfferNonces;
import modicum.protocol.Unavailable;
import modicum.protocol.identity.Address;
import modicum.protocol.market.Command;

/**
 * A party and its agent. Whoever kills the agent takes everything from it but its worlds and its
 * state folder; with its next step a new one is started there, which reads the ledger from the
 * deployment block on.
 */
abstract class Party {
  /** From one start of an agent to its death. */
  interface Life {
    /** What was decided and done in one round. */
    List<?> step() throws InterruptedException;

    /** What the end of a process does by itself. */
    default void end() {}
  }

  private final InMemoryMarket market;
  private final String name;
  private final MeteredLedger ledger;
  private final ScriptedEngine engine;
  private Trap trap = Trap.harmless();
  private Optional<Life> life = Optional.empty();
  private boolean away;
  private boolean slow;
  private int births;

  Party(InMemoryMarket market, String name) {
    this.market = market;
    this.name = name;
    this.ledger = new MeteredLedger(market.chain().ledger(name));
    this.engine = new ScriptedEngine(folder().resolve("engine"));
    engine.holdRuns();
  }

  /** Starts the agent over its worlds. Has no effects yet. */
  abstract Life start(int life);

  /** One round of the agent; returns whether it did or tried anything. */
  final boolean step() throws InterruptedException {
    if (away) {
      return false;
    }
    try {
      if (life.isEmpty()) {
        life = Optional.of(start(births++));
      }
      return !life.get().step().isEmpty();
    } catch (Trap.Killed killed) {
      die();
      return true;
    } catch (Unavailable e) {
      // The loop of a real agent would try again after a while; here that is the next round.
      return true;
    }
  }

  final void die() {
    life.ifPresent(Life::end);
    life = Optional.empty();
  }

  /** Time passes for what it computes. */
  final void passTime() {
    if (!slow) {
      engine.finishAll();
      engine.holdRuns();
    }
  }

  // ------------------------------------------------------------- for stories

  /** It is killed, and not started again for the time being. */
  final void leaves() {
    die();
    away = true;
  }

  final void returns() {
    away = false;
  }

  /** Whatever it offered and that is not matched is cancelled, in one transaction. */
  final void raisesItsNonceFloor() {
    long now = ledger.head().time();
    long floor = OfferNonces.floorAfter(now, market.chain().state().nonceFloor(account()));
    assertThat(ledger.submit(new Command.RaiseNonceFloor(account(), floor)))
        .isInstanceOf(Submission.Accepted.class);
  }

  /** What it starts from now on does not end. */
  final void isSlow() {
    slow = true;
  }

  /** What its agent does is counted, and it may die of it. */
  final void isTrappedBy(Trap another) {
    trap = another;
  }

  /** How often its agent was killed by its trap. */
  final int deaths() {
    return trap.deaths();
  }

  final ScriptedEngine engine() {
    return engine;
  }

  /** The runs that are still on its engine. */
  final List<RunName> leftRuns() {
    Executor executor = new ScriptedExecutor(engine, name);
    return engine.starts().keySet().stream()
        .filter(run -> !(executor.observe(run) instanceof RunState.NotStarted))
        .toList();
  }

  /** What its agent still keeps of matches, in folders of its state folder. */
  final List<Path> leftFiles() {
    return workFolders().stream().flatMap(kind -> entries(state().resolve(kind))).toList();
  }

  /** Names of the folders in which its agent keeps what it needs of open matches only. */
  List<String> workFolders() {
    return List.of();
  }

  private static Stream<Path> entries(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Stream.empty();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  final String name() {
    return name;
  }

  final Address account() {
    return ledger.account();
  }

  final MeteredLedger ledger() {
    return ledger;
  }

  // ------------------------------------------------------------- for parties

  final InMemoryMarket market() {
    return market;
  }

  final Path folder() {
    return market.folder().resolve(name);
  }

  final Path state() {
    return folder().resolve("state");
  }

  final Trap trap() {
    return trap;
  }

  final Ledger trappedLedger() {
    return new TrappedLedger(ledger, trap);
  }

  final Directory trappedDirectory() {
    return new TrappedDirectory(market.store().viewOf(account()), trap);
  }

  final Executor trappedExecutor(String owner) {
    return new TrappedExecutor(new HeldExecutor(new ScriptedExecutor(engine, owner), engine), trap);
  }

  static <A> Life lifeOf(Agent<A> agent, Ledger ledger) {
    return new AgentLoop<>(
            agent,
            new LedgerFollower(ledger, LedgerFollower.Options.DEFAULT),
            AgentLoop.Options.DEFAULT)
        ::step;
  }
}
