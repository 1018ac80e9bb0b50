package modicum.mediator;

import org.slf4j.bridge.SLF4JBridgeHandler;

/** Tomcat logs to java.util.logging; in tests that goes where all other logs go. */
final class TestLogs {
  private TestLogs() {}

  static void bridge() {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }
}
