package modicum.mediator.app;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import modicum.ledger.LedgerFollower;
import modicum.ledger.agent.AgentHealth;
import modicum.ledger.agent.AgentLoop;
import modicum.mediator.MediatorAction;
import modicum.mediator.MediatorAgent;
import modicum.mediator.MediatorConfig;
import modicum.mediator.MediatorWorld;
import modicum.mediator.probe.ProbeTimer;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * A hosted mediator: the agent, and a small HTTP service that says what it does and did.
 *
 * <p>Any number can run in one process.
 */
public final class MediatorService implements AutoCloseable {
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);

  private final ConfigurableApplicationContext context;
  private final AgentLoop<MediatorAction> loop;
  private final Optional<ProbeTimer> probing;
  private final String host;

  private MediatorService(
      ConfigurableApplicationContext context,
      AgentLoop<MediatorAction> loop,
      Optional<ProbeTimer> probing,
      String host) {
    this.context = context;
    this.loop = loop;
    this.probing = probing;
    this.host = host;
  }

  /** Starts the service and then the agent; returns when both run. */
  public static MediatorService start(
      MediatorConfig config, MediatorWorld world, LedgerFollower.Options following) {
    MeteredMediations meter = new MeteredMediations();
    MediatorAgent agent = new MediatorAgent(config, world, meter);
    LedgerFollower follower = new LedgerFollower(world.ledger(), following);
    AgentLoop<MediatorAction> loop = new AgentLoop<>(agent, follower, options(config));
    SpringApplication application = new SpringApplication(MediatorApplication.class);
    application.setWebApplicationType(WebApplicationType.SERVLET);
    application.setBannerMode(Banner.Mode.OFF);
    application.setLogStartupInfo(false);
    application.setRegisterShutdownHook(false);
    leaveLoggingAlone(application);
    application.addInitializers(
        context -> {
          GenericApplicationContext beans = (GenericApplicationContext) context;
          beans.registerBean(
              MediatorStatus.class,
              () -> new MediatorStatus(world.ledger().account(), agent, loop::health));
          beans.registerBean(MeteredMediations.class, () -> meter);
        });
    ConfigurableApplicationContext context =
        application.run(
            "--server.address=" + config.host(),
            "--server.port=" + config.port(),
            // Properties meant for another application of this process are not read.
            "--spring.config.name=modicum-mediator",
            "--spring.main.lazy-initialization=false",
            "--spring.threads.virtual.enabled=true",
            "--spring.jmx.enabled=false",
            "--server.tomcat.connection-timeout=20s",
            "--server.shutdown=immediate",
            "--management.endpoints.web.exposure.include=health,prometheus");
    loop.start();
    Optional<ProbeTimer> probing = probing(config, agent);
    probing.ifPresent(ProbeTimer::start);
    return new MediatorService(context, loop, probing, config.host());
  }

  private static Optional<ProbeTimer> probing(MediatorConfig config, MediatorAgent agent) {
    return config.probePeriod() == 0
        ? Optional.empty()
        : Optional.of(
            new ProbeTimer(
                agent.probes(),
                Duration.ofSeconds(config.probePeriod()),
                () -> agent.snapshot().registered(),
                new SecureRandom()));
  }

  /** Something that does not answer is asked again soon enough before a mediation deadline. */
  private static AgentLoop.Options options(MediatorConfig config) {
    return AgentLoop.Options.polling(config.polling()).withRetries(FIRST_RETRY, LONGEST_RETRY);
  }

  /** The process that we are part of has set up its logs. */
  private static void leaveLoggingAlone(SpringApplication application) {
    application.setListeners(
        application.getListeners().stream()
            .filter(listener -> !(listener instanceof LoggingApplicationListener))
            .toList());
  }

  public int port() {
    return ((WebServerApplicationContext) context).getWebServer().getPort();
  }

  public URI endpoint() {
    return URI.create("http://" + host + ":" + port());
  }

  public AgentHealth health() {
    return loop.health();
  }

  /** Waits until the service is closed, or a bug stops the agent. */
  public AgentHealth awaitEnd() throws InterruptedException {
    return loop.awaitEnd();
  }

  /** Stops the agent, then the service. */
  @Override
  public void close() {
    probing.ifPresent(ProbeTimer::close);
    loop.close();
    context.close();
  }
}
