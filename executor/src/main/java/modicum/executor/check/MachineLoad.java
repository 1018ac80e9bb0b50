package modicum.executor.check;

import java.util.ArrayList;
import java.util.List;
import modicum.executor.sandbox.Conditions;

/** Makes this machine another for the time of a run: busy, short of memory, with another CPU. */
public final class MachineLoad implements AutoCloseable {
  private static final int MEMORY = 128 << 20;
  private static final int PAGE = 4096;

  private final boolean busy;
  private final int turn;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean ended;
  private byte[] memory = {};

  private MachineLoad(int turn) {
    this.turn = turn;
    this.busy = turn % 2 == 1;
  }

  /**
   * @param turn another number gives another CPU and other paces; at odd ones the machine is busy
   */
  public static MachineLoad during(int turn) {
    MachineLoad load = new MachineLoad(turn);
    if (load.busy) {
      load.threads.add(Thread.ofPlatform().daemon().start(load::work));
    }
    return load;
  }

  /** What is to be said of it, behind a comma; nothing where there is no load. */
  public String described() {
    return busy ? ", busy and with less memory" : "";
  }

  /** Under which a job of so many CPUs is to be run. */
  public Conditions conditions(int cpus) {
    int all = Runtime.getRuntime().availableProcessors();
    Conditions unrest = Conditions.NORMAL.withUnrest(turn);
    return cpus >= all ? unrest : unrest.withCpuSet(cpuSet(turn % all, cpus, all));
  }

  private static String cpuSet(int first, int count, int all) {
    List<String> set = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      set.add(Integer.toString((first + i) % all));
    }
    return String.join(",", set);
  }

  private void work() {
    memory = new byte[MEMORY];
    for (int i = 0; !ended; i = (i + PAGE) % MEMORY) {
      memory[i]++;
    }
  }

  @Override
  public void close() {
    ended = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    memory = new byte[0];
  }
}
