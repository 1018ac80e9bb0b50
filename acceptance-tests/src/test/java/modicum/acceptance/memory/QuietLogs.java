package modicum.acceptance.memory;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Agents tell their operators what they do: of hundreds of markets that is more than one reads. */
final class QuietLogs implements BeforeAllCallback, AfterAllCallback {
  private static final Logger OURS = (Logger) LoggerFactory.getLogger("modicum");

  private Level before;

  @Override
  public void beforeAll(ExtensionContext context) {
    before = OURS.getLevel();
    OURS.setLevel(Level.ERROR);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    OURS.setLevel(before);
  }
}
