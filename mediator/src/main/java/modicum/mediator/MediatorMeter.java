package modicum.mediator;

import java.time.Duration;
import modicum.protocol.match.Verdict;

/** Told what a mediator does, for whoever watches it. */
public interface MediatorMeter {
  MediatorMeter NONE = (verdict, took) -> {};

  /** A verdict was reached, after so long. */
  void judged(Verdict verdict, Duration took);
}
