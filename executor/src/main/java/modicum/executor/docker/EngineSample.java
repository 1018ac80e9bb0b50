package modicum.executor.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Statistics;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** The engine's own view of a running container's use: all there is where the engine is remote. */
final class EngineSample {
  private static final int PATIENCE_SECONDS = 5;

  private EngineSample() {}

  /** Takes one sample, which an engine needs a second or two for; empty once the run has ended. */
  static Optional<Measurement> take(Engine engine, String containerId) {
    AtomicReference<Statistics> latest = new AtomicReference<>();
    var callback =
        new ResultCallback.Adapter<Statistics>() {
          @Override
          public void onNext(Statistics statistics) {
            latest.set(statistics);
          }
        };
    try {
      engine
          .ask(c -> c.statsCmd(containerId).withNoStream(true).exec(callback))
          .awaitCompletion(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (DockerException ended) {
      return Optional.empty();
    }
    return Optional.ofNullable(latest.get()).flatMap(EngineSample::measurement);
  }

  private static Optional<Measurement> measurement(Statistics statistics) {
    if (statistics.getCpuStats() == null
        || statistics.getCpuStats().getCpuUsage() == null
        || statistics.getCpuStats().getCpuUsage().getTotalUsage() == null) {
      return Optional.empty();
    }
    long nanos = statistics.getCpuStats().getCpuUsage().getTotalUsage();
    var memory = statistics.getMemoryStats();
    Long peak = memory == null ? null : memory.getMaxUsage();
    Long usage = memory == null ? null : memory.getUsage();
    long bytes = peak != null ? peak : usage != null ? usage : 0;
    return Optional.of(new Measurement(Duration.ofNanos(nanos), bytes, false));
  }
}
