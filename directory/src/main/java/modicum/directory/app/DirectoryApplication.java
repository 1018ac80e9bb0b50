package modicum.directory.app;

import io.micrometer.core.instrument.MeterRegistry;
import modicum.directory.access.AccessRules;
import modicum.directory.access.Gatekeeper;
import modicum.directory.access.Reach;
import modicum.directory.access.StoredReach;
import modicum.directory.retention.Sweep;
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
 * configuration, its store and its uptime log are given by {@link DirectoryService}.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class DirectoryApplication {
  @Bean
  Heartbeat heartbeat(DirectoryServiceConfig config, UptimeLog log, S3ObjectStore store) {
    return new Heartbeat(log, config.clock(), store::isStoring, config.register()::newestBlock);
  }

  @Bean
  Reach reach(S3ObjectStore store) {
    return new StoredReach(store);
  }

  @Bean
  Sweep sweep(DirectoryServiceConfig config, S3ObjectStore store, Reach reach) {
    return new Sweep(
        store,
        config.register(),
        reach,
        config.limits().retention(),
        config.directory().address(),
        config.clock());
  }

  @Bean
  Broom broom(Sweep sweep, MeterRegistry meters) {
    return new Broom(sweep, meters);
  }

  @Bean
  RouterFunction<ServerResponse> routes(
      DirectoryServiceConfig config,
      S3ObjectStore store,
      Reach reach,
      Sweep sweep,
      UptimeLog log,
      MeterRegistry meters) {
    AccessRules rules = new AccessRules(config.limits().grace(), config.directory().address());
    Guard guard = new Guard(new Gatekeeper(rules, config.register(), reach));
    Endpoints endpoints = new Endpoints(config, store, guard, log, sweep);
    UploadEndpoints uploads = new UploadEndpoints(config, store, guard, sweep);
    return new Routes(endpoints, uploads, new Authentication(config), config, meters).table();
  }

  @Bean
  HealthIndicator storageHealthIndicator(S3ObjectStore store) {
    return () -> (store.isAvailable() ? Health.up() : Health.down()).build();
  }
}
