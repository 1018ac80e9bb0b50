package modicum.executor.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import modicum.executor.EngineUnavailable;
import modicum.executor.RunOutcome;
import modicum.executor.output.OddOutput;
import modicum.executor.output.OutputFolder;
import modicum.executor.output.OutputSize;
import modicum.protocol.content.Manifest;
import modicum.protocol.result.ResultStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches one run until it has ended, stops it at its limits, and writes down what came of it. It
 * looks at the container as it is, each time anew, so that it can take over a run that another
 * process started.
 */
final class Supervision {
  private static final Logger LOG = LoggerFactory.getLogger(Supervision.class);
  private static final String NOT_STARTED = "sandbox: cannot start ";
  private static final int EXIT_NOT_RUNNABLE = 126;
  private static final int EXIT_NOT_FOUND = 127;
  private static final Duration ENGINE_PAUSE = Duration.ofSeconds(1);

  private final Engine engine;
  private final Accounting accounting;
  private final DockerOptions options;
  private final RunTerms terms;
  private final RunFolder folder;
  private final OutputFolder output;
  private final DiskWatch disk;
  private final CompletableFuture<RunOutcome> outcome = new CompletableFuture<>();
  private final Thread thread;
  private volatile boolean cancelled;

  Supervision(
      Engine engine,
      Accounting accounting,
      DockerOptions options,
      RunTerms terms,
      RunFolder folder) {
    this.engine = engine;
    this.accounting = accounting;
    this.options = options;
    this.terms = terms;
    this.folder = folder;
    this.output = new OutputFolder(folder.output(), options.outputEntries());
    this.disk = new DiskWatch(folder.output());
    this.thread =
        Thread.ofPlatform().daemon().name("run-" + containerName()).unstarted(this::supervise);
  }

  Supervision begin() {
    thread.start();
    return this;
  }

  RunTerms terms() {
    return terms;
  }

  CompletableFuture<RunOutcome> outcome() {
    return outcome;
  }

  /** Stops watching; the run itself goes on. Whoever waits for it is told. */
  void cancel() {
    cancelled = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    giveUp("run " + containerName() + " is no longer watched");
  }

  private void giveUp(String why) {
    cancelled = true;
    outcome.completeExceptionally(new EngineUnavailable(why, null));
  }

  private void supervise() {
    try {
      while (!cancelled) {
        Optional<RunOutcome> ended = lookWhateverTheEngineDoes();
        if (ended.isPresent()) {
          outcome.complete(ended.get());
          return;
        }
        Thread.sleep(options.pollInterval());
      }
    } catch (InterruptedException e) {
      // Cancelled.
    } catch (RuntimeException | Error bug) {
      LOG.error("run {} is no longer watched", containerName(), bug);
      outcome.completeExceptionally(bug);
    }
  }

  private Optional<RunOutcome> lookWhateverTheEngineDoes() throws InterruptedException {
    try {
      return look();
    } catch (EngineUnavailable e) {
      if (!cancelled) {
        LOG.warn("run {}: {}", containerName(), e.getMessage());
        Thread.sleep(ENGINE_PAUSE);
      }
      return Optional.empty();
    }
  }

  private Optional<RunOutcome> look() throws InterruptedException {
    Optional<InspectContainerResponse> found = engine.inspect(containerName());
    if (found.isEmpty()) {
      giveUp("someone removed container " + containerName() + "; start the run again");
      return Optional.empty();
    }
    InspectContainerResponse container = found.get();
    if (Boolean.TRUE.equals(container.getState().getRunning())) {
      Optional<StopReason> excess = excess(container);
      excess.ifPresent(this::stop);
      if (excess.isEmpty() && disk.free() < options.diskReserve()) {
        saveTheMachine();
      }
      return Optional.empty();
    }
    if (Ending.isBeingRemoved(container.getState())) {
      // How it ended says nothing of the job: someone removes it, and soon it is not found.
      return Optional.empty();
    }
    RunOutcome ended = end(container);
    folder.writeOutcome(ended);
    return Optional.of(ended);
  }

  private Optional<StopReason> excess(InspectContainerResponse container) {
    if (accounting.hasRunOutOfMemory(terms.name(), container)) {
      // It counts whatever the rest of the job does, so that is not worth waiting and paying for.
      return Optional.of(StopReason.MEMORY);
    }
    Measurement measured = accounting.read(terms.name(), folder, container);
    if (terms.instructions(measured.cpuTime()) > terms.limits().instructions()) {
      return Optional.of(StopReason.INSTRUCTIONS);
    }
    if (Instant.now().isAfter(Ending.startedAt(container.getState()).plus(terms.wallClock()))) {
      return Optional.of(StopReason.WALL_CLOCK);
    }
    return outputIsTooLarge(container) ? Optional.of(StopReason.STORAGE) : Optional.empty();
  }

  private boolean outputIsTooLarge(InspectContainerResponse container) {
    long storage = terms.limits().storage();
    if (!disk.isDue(storage)) {
      return false;
    }
    disk.begin();
    OutputSize size = measure();
    long unlinked =
        UnlinkedFiles.measure(
            accounting.processes(terms.name(), container), folder.output(), storage);
    disk.end(size.bytes() + unlinked);
    return size.bytes() + unlinked > storage || size.isOdd(options.outputEntries());
  }

  /**
   * A run is stopped where the disk is nearly full, whoever has filled it. What comes free when the
   * run has ended says who it was: files that only the run knew of. If it was not this run, then it
   * is as if it had not been started.
   */
  private void saveTheMachine() throws InterruptedException {
    LOG.warn("run {} is stopped: the disk of {} is nearly full", containerName(), folder.output());
    long before = disk.free();
    engine.kill(containerName());
    while (isRunning()) {
      Thread.sleep(options.pollInterval());
    }
    if (disk.free() - before + measure().bytes() > terms.limits().storage()) {
      folder.writeStopReason(StopReason.STORAGE);
      return;
    }
    engine.remove(containerName());
    giveUp("the disk is nearly full; free some of it and start run " + containerName() + " again");
  }

  private boolean isRunning() {
    return engine
        .inspect(containerName())
        .filter(c -> Boolean.TRUE.equals(c.getState().getRunning()))
        .isPresent();
  }

  private OutputSize measure() {
    try {
      return output.measure(terms.limits().storage());
    } catch (IOException e) {
      // A folder that its own user may not list while the job runs is opened when it has ended.
      LOG.debug("run {}: output cannot be measured now", containerName(), e);
      return OutputSize.UNKNOWN;
    }
  }

  private void stop(StopReason reason) {
    LOG.info("run {} exceeds a limit and is stopped: {}", containerName(), reason);
    if (folder.stopReason().isEmpty()) {
      folder.writeStopReason(reason);
    }
    engine.kill(containerName());
  }

  private RunOutcome end(InspectContainerResponse container) throws InterruptedException {
    ContainerState state = container.getState();
    int exitCode = Math.toIntExact(state.getExitCodeLong());
    Manifest manifest = Manifest.EMPTY;
    Optional<String> odd = Optional.empty();
    OutputSize size = measure();
    if (exitCode == 0 && size.bytes() <= terms.limits().storage()) {
      try {
        manifest = output.collect();
      } catch (OddOutput e) {
        odd = Optional.of(e.getMessage());
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read the output of " + containerName(), e);
      }
    }
    Measurement measured = accounting.read(terms.name(), folder, container);
    String log = JobLog.tail(engine, containerName());
    Ending ending =
        new Ending(
            exitCode,
            Boolean.TRUE.equals(state.getOOMKilled()),
            Ending.wallTime(state),
            size.isOdd(options.outputEntries())
                ? Optional.of(StopReason.STORAGE)
                : folder.stopReason(),
            measured,
            size.bytes(),
            notStarted(exitCode, log),
            odd);
    return outcome(Judge.judge(terms, ending), ending, manifest, log);
  }

  /** The sandbox's program says so itself, as a container that cannot start its own cannot. */
  private static Optional<String> notStarted(int exitCode, String log) {
    if (exitCode != EXIT_NOT_RUNNABLE && exitCode != EXIT_NOT_FOUND) {
      return Optional.empty();
    }
    return Optional.of(log.strip())
        .filter(line -> line.startsWith(NOT_STARTED) && line.lines().count() == 1)
        .map(line -> line.substring(NOT_STARTED.length()));
  }

  private RunOutcome outcome(
      Judge.Judgement judgement, Ending ending, Manifest manifest, String log) {
    boolean completed = judgement.status() == ResultStatus.COMPLETED;
    Measurement measured = ending.measured();
    return new RunOutcome(
        judgement.status(),
        completed ? manifest : Manifest.EMPTY,
        folder.output(),
        terms.instructions(measured.cpuTime()),
        measured.cpuTime(),
        ending.wallTime(),
        measured.peakMemory(),
        ending.exitCode(),
        log,
        judgement.explanation()
            + (measured.exact() ? "" : " (measured by samples: the last moments are missing)"));
  }

  private String containerName() {
    return terms.name().containerName();
  }
}
