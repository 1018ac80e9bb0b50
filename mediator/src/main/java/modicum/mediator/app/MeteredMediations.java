package modicum.mediator.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import modicum.mediator.MediatorMeter;
import modicum.protocol.match.Verdict;

/** Counts and times verdicts by kind, once the service has somewhere to count. */
final class MeteredMediations implements MediatorMeter {
  private volatile Optional<MeterRegistry> registry = Optional.empty();

  /** Shows every kind from the start, so that a first verdict is seen as an increase. */
  void countIn(MeterRegistry meters) {
    for (Verdict verdict : Verdict.values()) {
      timer(meters, verdict);
    }
    registry = Optional.of(meters);
  }

  @Override
  public void judged(Verdict verdict, Duration took) {
    registry.ifPresent(meters -> timer(meters, verdict).record(took));
  }

  private static Timer timer(MeterRegistry meters, Verdict verdict) {
    return Timer.builder("modicum.mediation")
        .description("Time from taking a dispute up to its verdict")
        .tag("verdict", verdict.name().toLowerCase(Locale.ROOT))
        .register(meters);
  }
}
