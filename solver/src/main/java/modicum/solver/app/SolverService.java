package modicum.solver.app;

import java.net.URI;
import modicum.ledger.Ledger;
import modicum.ledger.agent.AgentHealth;
import modicum.ledger.agent.AgentLoop;
import modicum.ledger.config.BadConfiguration;
import modicum.ledger.orders.OrderBook;
import modicum.protocol.Unavailable;
import modicum.protocol.identity.SignatureCheck;
import modicum.solver.SolverOrderBook;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * A running solver: keeps an order book that parties reach over HTTP, follows the market, and posts
 * the matches that it finds.
 *
 * <p>Any number can run in one process, each with its own account and state folder.
 */
public final class SolverService implements AutoCloseable {
  private final ConfigurableApplicationContext context;
  private final String host;
  private final int port;
  private final SolverOrderBook orderBook;
  private final AgentLoop<?> loop;

  private SolverService(ConfigurableApplicationContext context, String host) {
    this.context = context;
    this.host = host;
    this.port = ((WebServerApplicationContext) context).getWebServer().getPort();
    this.orderBook = context.getBean(SolverOrderBook.class);
    this.loop = context.getBean(AgentLoop.class);
  }

  /**
   * Starts serving and matching; returns when it serves.
   *
   * @param ledger the solver's account; what it earns is credited to it
   * @throws BadConfiguration the port is taken
   * @throws Unavailable the state folder cannot be used
   */
  public static SolverService start(SolverConfig config, Ledger ledger, SignatureCheck signatures) {
    SpringApplication application = new SpringApplication(SolverApplication.class);
    application.setWebApplicationType(WebApplicationType.SERVLET);
    application.setBannerMode(Banner.Mode.OFF);
    application.setLogStartupInfo(false);
    application.setRegisterShutdownHook(false);
    leaveLoggingAlone(application);
    application.addInitializers(
        context -> {
          GenericApplicationContext beans = (GenericApplicationContext) context;
          beans.registerBean(SolverConfig.class, () -> config);
          beans.registerBean(
              Ledger.class, () -> ledger, definition -> definition.setDestroyMethodName(""));
          beans.registerBean(SignatureCheck.class, () -> signatures);
        });
    SolverService service = new SolverService(run(application, config), config.host());
    service.loop.start();
    return service;
  }

  private static ConfigurableApplicationContext run(
      SpringApplication application, SolverConfig config) {
    try {
      return application.run(
          "--server.address=" + config.host(),
          "--server.port=" + config.port(),
          // Properties meant for another application of this process are not read.
          "--spring.config.name=modicum-solver",
          "--spring.main.lazy-initialization=false",
          "--spring.threads.virtual.enabled=true",
          "--spring.jmx.enabled=false",
          "--server.tomcat.connection-timeout=20s",
          "--server.shutdown=immediate",
          "--management.metrics.use-global-registry=false",
          "--management.endpoints.web.exposure.include=health,prometheus");
    } catch (RuntimeException e) {
      throw understood(e, config);
    }
  }

  private static RuntimeException understood(RuntimeException e, SolverConfig config) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof PortInUseException) {
        return config.portIsTaken(e);
      }
      if (cause instanceof Unavailable unavailable) {
        return unavailable;
      }
    }
    return e;
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

  /** Where parties reach the order book, unless a proxy stands before it. */
  public URI endpoint() {
    String literal = host.contains(":") ? "[" + host + "]" : host;
    return URI.create("http://" + literal + ":" + port);
  }

  /** The order book, for whoever is in the same process. */
  public OrderBook orderBook() {
    return orderBook;
  }

  public AgentHealth health() {
    return loop.health();
  }

  /** Waits until the solver is closed, or a bug stops it. */
  public AgentHealth awaitEnd() throws InterruptedException {
    return loop.awaitEnd();
  }

  /** Stops serving and matching. What was left stays in the state folder. */
  @Override
  public void close() {
    context.close();
  }
}
