package modicum.solver.app;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import modicum.ledger.Receipt;
import modicum.protocol.market.Rejection;
import modicum.solver.Refusal;
import modicum.solver.SolverAction;
import modicum.solver.SolverObserver;
import modicum.solver.SolverOrderBook;

/** Counts what the solver does. */
final class SolverMetrics implements SolverObserver {
  private final MeterRegistry meters;
  private final Counter posted;

  SolverMetrics(MeterRegistry meters) {
    this.meters = meters;
    this.posted =
        Counter.builder("modicum.solver.matches.posted")
            .description("Matches that this solver posted and the market took")
            .register(meters);
  }

  void watch(SolverOrderBook book) {
    Gauge.builder("modicum.solver.offers", book, SolverOrderBook::liveJobOffers)
        .description("Live offers")
        .tag("kind", "job")
        .register(meters);
    Gauge.builder("modicum.solver.offers", book, SolverOrderBook::liveResourceOffers)
        .description("Live offers")
        .tag("kind", "resource")
        .register(meters);
  }

  long matchesPosted() {
    return (long) posted.count();
  }

  @Override
  public void matchPosted(SolverAction.PostMatch match, Receipt receipt) {
    posted.increment();
  }

  @Override
  public void matchRefused(SolverAction.PostMatch match, Rejection rejection) {
    meters
        .counter("modicum.solver.matches.refused", "condition", rejection.condition().errorName())
        .increment();
  }

  @Override
  public void offerRefused(Refusal refusal) {
    meters.counter("modicum.solver.offers.refused", "condition", refusal.reason()).increment();
  }
}
