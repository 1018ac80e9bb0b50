package modicum.solver.app;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import modicum.ledger.Head;
import modicum.ledger.Ledger;
import modicum.ledger.LedgerFollower;
import modicum.ledger.agent.AgentHealth;
import modicum.ledger.agent.AgentLoop;
import modicum.protocol.identity.SignatureCheck;
import modicum.solver.GreedyMatchFinder;
import modicum.solver.SolverAction;
import modicum.solver.SolverAgent;
import modicum.solver.SolverOrderBook;
import modicum.solver.SolverPolicy;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/** How the parts of a solver are put together; nothing is found by scanning. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class SolverApplication {
  @Bean
  SolverMetrics solverMetrics(MeterRegistry meters) {
    return new SolverMetrics(meters);
  }

  @Bean
  SolverOrderBook orderBook(
      SolverConfig config, Ledger ledger, SignatureCheck signatures, SolverMetrics metrics) {
    SolverOrderBook book =
        new SolverOrderBook(
            Path.of(config.stateFolder()),
            ledger.hasher(),
            signatures,
            config.orderBookOptions(),
            metrics);
    metrics.watch(book);
    return book;
  }

  @Bean(destroyMethod = "close")
  AgentLoop<SolverAction> agentLoop(
      SolverConfig config, Ledger ledger, SolverOrderBook book, SolverMetrics metrics) {
    SolverPolicy policy = new SolverPolicy(new GreedyMatchFinder());
    SolverAgent agent = new SolverAgent(ledger, book, policy, config.solverOptions(), metrics);
    LedgerFollower follower = new LedgerFollower(ledger, config.followerOptions());
    return new AgentLoop<>(agent, follower, config.loopOptions());
  }

  @Bean
  RouterFunction<ServerResponse> routes(
      SolverConfig config,
      Ledger ledger,
      SolverOrderBook book,
      AgentLoop<SolverAction> loop,
      SolverMetrics metrics) {
    RateLimit rateLimit = new RateLimit(config.requestsPerMinute(), System::nanoTime);
    return new Routes(book, () -> status(ledger, book, loop, metrics), rateLimit).table();
  }

  @Bean
  HealthIndicator agentHealthIndicator(AgentLoop<SolverAction> loop) {
    return () ->
        switch (loop.health()) {
          case AgentHealth.Running running -> Health.up().build();
          case AgentHealth.Idle idle -> Health.outOfService().build();
          case AgentHealth.Unavailable outage ->
              Health.down().withDetail("since", outage.since().toString()).build();
          case AgentHealth.Stopped bug -> Health.down().build();
        };
  }

  private static SolverStatus status(
      Ledger ledger, SolverOrderBook book, AgentLoop<SolverAction> loop, SolverMetrics metrics) {
    return new SolverStatus(
        ledger.account().toString(),
        word(loop.health()),
        book.head().map(Head::number).orElse(-1L),
        book.head().map(Head::time).orElse(-1L),
        book.liveJobOffers(),
        book.liveResourceOffers(),
        metrics.matchesPosted());
  }

  /** Why it is so is in the log: an outage's words may name the operator's nodes. */
  private static String word(AgentHealth health) {
    return switch (health) {
      case AgentHealth.Running running -> "running";
      case AgentHealth.Idle idle -> "idle";
      case AgentHealth.Unavailable outage -> "unavailable";
      case AgentHealth.Stopped bug -> "stopped";
    };
  }
}
