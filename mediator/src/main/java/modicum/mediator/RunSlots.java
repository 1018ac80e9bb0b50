package modicum.mediator;

import java.util.concurrent.Semaphore;

/**
 * Room for runs, in CPUs. A run that has to share its CPUs with too many others exceeds the time
 * that it may take: many disputes at once would then turn honest results into wrong ones.
 */
final class RunSlots {
  private final int cpus;
  private final Semaphore free;

  RunSlots(int cpus) {
    this.cpus = cpus;
    this.free = new Semaphore(cpus, true);
  }

  static RunSlots ofThisMachine() {
    return new RunSlots(Runtime.getRuntime().availableProcessors());
  }

  /** A run. */
  interface Run<T> {
    T run() throws InterruptedException, GaveUp;
  }

  /** Runs once there is room for it. */
  <T> T withRoomFor(int wanted, Run<T> run) throws InterruptedException, GaveUp {
    int taken = Math.min(wanted, cpus);
    free.acquire(taken);
    try {
      return run.run();
    } finally {
      free.release(taken);
    }
  }
}
