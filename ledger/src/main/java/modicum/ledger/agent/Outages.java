package modicum.ledger.agent;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import modicum.protocol.Unavailable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What does not answer at present, by kind, and who suffers from it. Each outage is logged once
 * when it begins and once when it ends, however many retries there are in between.
 */
final class Outages {
  private static final Logger LOG = LoggerFactory.getLogger(Outages.class);

  private record Outage(Instant since, String why, Set<Object> sufferers) {}

  private final String agent;
  private final InstantSource clock;
  private final Map<Class<?>, Outage> outages = new LinkedHashMap<>();

  Outages(String agent, InstantSource clock) {
    this.agent = agent;
    this.clock = clock;
  }

  synchronized void begin(Object sufferer, Unavailable unavailable) {
    outages
        .computeIfAbsent(unavailable.getClass(), kind -> announce(unavailable))
        .sufferers()
        .add(sufferer);
  }

  private Outage announce(Unavailable unavailable) {
    LOG.warn("{}: {} (trying again)", agent, unavailable.getMessage());
    return new Outage(clock.instant(), unavailable.getMessage(), new HashSet<>());
  }

  synchronized void end(Object sufferer) {
    outages.values().forEach(outage -> outage.sufferers().remove(sufferer));
    endUnsuffered(outages.values());
  }

  private void endUnsuffered(Collection<Outage> candidates) {
    candidates.removeIf(
        outage -> {
          boolean over = outage.sufferers().isEmpty();
          if (over) {
            LOG.info("{}: available again since {}: {}", agent, clock.instant(), outage.why());
          }
          return over;
        });
  }

  /** The oldest outage that still lasts. */
  synchronized Optional<AgentHealth> health() {
    return outages.values().stream()
        .findFirst()
        .map(outage -> new AgentHealth.Unavailable(outage.since(), outage.why()));
  }
}
