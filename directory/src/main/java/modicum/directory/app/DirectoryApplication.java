package modicum.directory.app;

import io.micrometer.core.instrument.MeterRegistry;
import modicum.directory.access.AccessRules;
import modicum.directory.access.Gatekeeper;
import modicum.directory.s3.S3ObjectStore;
import modicum.directory.uptime.Heartbeat;
import modicum.directory.uptime.UptimeLog;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * How the parts of a hosted directory are put together; nothing is found by scanning. Its
 * configuration and its store are given by {@link DirectoryService}.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class DirectoryApplication {
  @Bean
  UptimeLog uptimeLog(DirectoryServiceConfig config) {
    return new UptimeLog(config.stateFolder().resolve("uptime"), config.limits().heartbeat());
  }

  @Bean
  Heartbeat heartbeat(DirectoryServiceConfig config, UptimeLog log, S3ObjectStore store) {
    return new Heartbeat(log, config.clock(), store::isAvailable);
  }

  @Bean
  RouterFunction<ServerResponse> routes(
      DirectoryServiceConfig config, S3ObjectStore store, UptimeLog log, MeterRegistry meters) {
    AccessRules rules = new AccessRules(config.limits().grace());
    Gatekeeper gatekeeper = new Gatekeeper(rules, config.register(), store);
    Endpoints endpoints = new Endpoints(config, store, gatekeeper, log);
    return new Routes(endpoints, new Authentication(config), config, meters).table();
  }

  @Bean
  HealthIndicator storageHealthIndicator(S3ObjectStore store) {
    return () -> (store.isAvailable() ? Health.up() : Health.down()).build();
  }
}
