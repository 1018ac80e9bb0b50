package modicum.executor.metering;

import java.util.ArrayList;
import java.util.List;

/** Makes a machine as busy as neighbours would: threads that calculate and go through memory. */
final class CpuLoad implements AutoCloseable {
  private static final int MEMORY = 4 << 20;
  private static final int LINE = 64;

  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean ended;
  private volatile long sink;

  private CpuLoad() {}

  static CpuLoad of(int threads) {
    CpuLoad load = new CpuLoad();
    for (int i = 0; i < threads; i++) {
      load.threads.add(Thread.ofPlatform().daemon().name("load-" + i).start(load::work));
    }
    return load;
  }

  int size() {
    return threads.size();
  }

  private void work() {
    byte[] memory = new byte[MEMORY];
    long sum = 1;
    for (int i = 0; !ended; i = (i + LINE) % MEMORY) {
      sum = sum * 31 + memory[i]++;
    }
    sink = sum;
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
  }

  /** So that nothing of the work can be left out as useless. */
  long sum() {
    return sink;
  }
}
