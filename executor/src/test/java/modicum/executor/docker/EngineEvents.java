package modicum.executor.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import modicum.executor.RunName;

/** What the engine remembers of having done. */
final class EngineEvents {
  private EngineEvents() {}

  /** How often the engine started the container of a run, within the last hour. */
  static int starts(RunName name) {
    AtomicInteger starts = new AtomicInteger();
    var counting =
        new ResultCallback.Adapter<Event>() {
          @Override
          public void onNext(Event event) {
            starts.incrementAndGet();
          }
        };
    Instant now = Instant.now();
    try (Engine engine = Engine.at(Optional.empty())) {
      engine
          .ask(
              c ->
                  c.eventsCmd()
                      .withSince(Long.toString(now.minus(Duration.ofHours(1)).getEpochSecond()))
                      .withUntil(Long.toString(now.getEpochSecond() + 1))
                      .withContainerFilter(name.containerName())
                      .withEventFilter("start")
                      .exec(counting))
          .awaitCompletion(20, TimeUnit.SECONDS);
      return starts.get();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
