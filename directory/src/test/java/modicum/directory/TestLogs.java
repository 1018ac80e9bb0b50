package modicum.directory;

import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sends what the web server logs by the JDK's logging to where everything else goes. */
public final class TestLogs {
  private TestLogs() {}

  public static void quieten() {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }
}
