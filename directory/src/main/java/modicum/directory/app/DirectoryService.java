package modicum.directory.app;

import java.net.URI;
import java.time.Duration;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.s3.S3ObjectStore;
import modicum.directory.transfer.Retry;
import modicum.directory.uptime.Heartbeat;
import modicum.directory.uptime.UptimeLog;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * A hosted directory: tells registered parties where to put and get objects, by the rules of {@link
 * modicum.directory.access.AccessRules}, and keeps a record of its own availability. The bytes go
 * straight between the parties and the S3 service.
 *
 * <p>Any number can run in one process.
 */
public final class DirectoryService implements AutoCloseable {
  /** Short, because a client is waiting for the answer, and tries again itself. */
  private static final Retry RETRY =
      new Retry(3, Duration.ofMillis(200), Duration.ofMillis(500), Retry.DEFAULT.pause());

  private final ConfigurableApplicationContext context;
  private final S3ObjectStore store;
  private final UptimeLog uptime;
  private final String host;
  private final int port;

  private DirectoryService(
      ConfigurableApplicationContext context, S3ObjectStore store, UptimeLog uptime, String host) {
    this.context = context;
    this.store = store;
    this.uptime = uptime;
    this.host = host;
    this.port = ((WebServerApplicationContext) context).getWebServer().getPort();
  }

  /**
   * Starts serving; returns when it does.
   *
   * @throws DirectoryUnavailable the S3 service does not answer, the port is taken, or another
   *     directory writes to the state folder
   */
  public static DirectoryService start(DirectoryServiceConfig config) {
    UptimeLog uptime =
        UptimeLog.open(
            config.stateFolder().resolve("uptime"),
            config.directory(),
            config.limits().heartbeat(),
            config.clock().getAsLong());
    S3ObjectStore store = new S3ObjectStore(config.storage(), RETRY);
    try {
      store.prepare();
      ConfigurableApplicationContext context = run(config, store, uptime);
      context.getBean(Heartbeat.class).start(config.limits().heartbeat());
      context.getBean(Broom.class).start(config.limits().sweepPeriod());
      return new DirectoryService(context, store, uptime, config.host());
    } catch (RuntimeException e) {
      store.close();
      uptime.close();
      if (e.getCause() instanceof PortInUseException) {
        throw new DirectoryUnavailable(
            "port " + config.port() + " of " + config.host() + " is taken; configure another", e);
      }
      throw e;
    }
  }

  private static ConfigurableApplicationContext run(
      DirectoryServiceConfig config, S3ObjectStore store, UptimeLog uptime) {
    SpringApplication application = new SpringApplication(DirectoryApplication.class);
    application.setWebApplicationType(WebApplicationType.SERVLET);
    application.setBannerMode(Banner.Mode.OFF);
    application.setLogStartupInfo(false);
    application.setRegisterShutdownHook(false);
    leaveLoggingAlone(application);
    application.addInitializers(
        context -> {
          GenericApplicationContext beans = (GenericApplicationContext) context;
          beans.registerBean(DirectoryServiceConfig.class, () -> config);
          beans.registerBean(S3ObjectStore.class, () -> store);
          beans.registerBean(UptimeLog.class, () -> uptime);
        });
    return application.run(
        "--server.address=" + config.host(),
        "--server.port=" + config.port(),
        // Properties meant for another application of this process are not read.
        "--spring.config.name=modicum-directory",
        "--spring.main.lazy-initialization=false",
        "--spring.threads.virtual.enabled=true",
        "--spring.jmx.enabled=false",
        "--server.tomcat.connection-timeout=20s",
        "--server.shutdown=immediate",
        "--management.endpoints.web.exposure.include=health,prometheus");
  }

  /** The process that we are part of has set up its logs. */
  private static void leaveLoggingAlone(SpringApplication application) {
    application.setListeners(
        application.getListeners().stream()
            .filter(listener -> !(listener instanceof LoggingApplicationListener))
            .toList());
  }

  public int port() {
    return port;
  }

  /** What the directory registers on the ledger, unless a proxy stands before it. */
  public URI endpoint() {
    return URI.create("http://" + host + ":" + port);
  }

  /** Stops serving. */
  @Override
  public void close() {
    context.close();
    store.close();
    uptime.close();
  }
}
