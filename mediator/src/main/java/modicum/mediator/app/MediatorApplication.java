package modicum.mediator.app;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import modicum.protocol.encoding.Bytes32;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** How the parts of the service are put together; nothing is found by scanning. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class MediatorApplication {
  /** The answer to a request that cannot be served. */
  record Problem(String error, String hint) {}

  @Bean
  RouterFunction<ServerResponse> routes(
      MediatorStatus status, MeteredMediations meter, MeterRegistry meters) {
    meter.countIn(meters);
    Gauge.builder("modicum.mediation.queue", status, MediatorStatus::queue)
        .description("Disputes that wait for a verdict")
        .register(meters);
    return RouterFunctions.route()
        .GET("/v1/status", request -> ServerResponse.ok().body(status.status()))
        .GET("/v1/mediations", request -> ServerResponse.ok().body(status.mediations()))
        .GET("/v1/evidence/{sha256}", request -> evidence(status, request))
        .build();
  }

  @Bean
  HealthIndicator agentHealthIndicator(MediatorStatus status) {
    return () -> (status.isAlive() ? Health.up() : Health.down()).build();
  }

  private static ServerResponse evidence(MediatorStatus status, ServerRequest request) {
    Bytes32 sha256;
    try {
      sha256 = Bytes32.fromHex(request.pathVariable("sha256"));
    } catch (IllegalArgumentException e) {
      return ServerResponse.badRequest()
          .body(new Problem(e.getMessage(), "name evidence by the hash in its verdict"));
    }
    return status
        .evidence(sha256)
        .map(file -> ServerResponse.ok().contentType(MediaType.APPLICATION_JSON).body(file))
        .orElseGet(() -> ServerResponse.notFound().build());
  }
}
