package modicum.directory.transfer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import modicum.directory.DirectoryUnavailable;

/**
 * Does some things at the same time, at most {@value #AT_ONCE} of them. The first failure is the
 * one reported; what has not begun by then is left out, and what has is stopped.
 */
public final class Transfers implements AutoCloseable {
  /** What keeps a line busy; more would only take memory. */
  public static final int AT_ONCE = 4;

  /** Of the platform: a virtual one gives up its carrier at nearly every read of a quick line. */
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("transfer").factory());

  private final Semaphore free = new Semaphore(AT_ONCE);
  private final List<Future<?>> begun = new ArrayList<>();

  /** Begins a thing, once fewer than {@value #AT_ONCE} are going on; the caller looks after it. */
  public <T> Future<T> begin(Callable<T> thing) {
    acquire();
    return threads.submit(
        () -> {
          try {
            return thing.call();
          } finally {
            free.release();
          }
        });
  }

  /**
   * Begins work on what has come: beside the things that are counted; the caller looks after it.
   */
  public Future<?> beside(Runnable work) {
    return threads.submit(work);
  }

  /** Begins a thing that {@link #finish} waits for. What comes of it is kept until then. */
  public <T> Future<T> add(Callable<T> thing) {
    Future<T> future = begin(thing);
    begun.add(future);
    return future;
  }

  /** Waits for everything that was added. */
  public void finish() throws Exception {
    for (Future<?> future : begun) {
      resultOf(future);
    }
    begun.clear();
  }

  /** Stops early where something that was added has failed already. */
  public void throwIfOneFailed() throws Exception {
    for (Future<?> future : begun) {
      if (future.state() == Future.State.FAILED) {
        resultOf(future);
      }
    }
    begun.removeIf(future -> future.state() == Future.State.SUCCESS);
  }

  /** What came of one thing; its own exception where it failed. */
  public static <T> T resultOf(Future<T> future) throws Exception {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (Exception) e.getCause();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void acquire() {
    try {
      free.acquire();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static DirectoryUnavailable interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new DirectoryUnavailable("interrupted while moving content", e);
  }

  /** Stops what is still going on, and waits until it has stopped. */
  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
