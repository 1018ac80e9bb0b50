package modicum.mediator;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import modicum.directory.Directory;
import modicum.directory.uptime.UptimeSource;
import modicum.executor.Executor;
import modicum.ledger.Ledger;

/** Kills an agent just before or just after the k-th thing that it asks of the world. */
final class Crashes {
  /** What a killed agent does not live to see. */
  static final class Killed extends RuntimeException {}

  private static final Set<String> CALLS =
      Set.of(
          "submit",
          "put",
          "fetch",
          "read",
          "findResult",
          "uptime",
          "loadImage",
          "start",
          "await",
          "remove");

  private final int killAt;
  private final boolean after;
  private int done;

  private Crashes(int killAt, boolean after) {
    this.killAt = killAt;
    this.after = after;
  }

  static Crashes never() {
    return new Crashes(-1, false);
  }

  static Crashes at(int call, boolean after) {
    return new Crashes(call, after);
  }

  /** How many calls there were. */
  int done() {
    return done;
  }

  MediatorWorld around(MediatorWorld world) {
    return new MediatorWorld(
        around(Ledger.class, world.ledger()),
        address -> around(Directory.class, world.directories().apply(address)),
        address -> around(UptimeSource.class, world.uptimes().apply(address)),
        around(Executor.class, world.executor()),
        world.clock());
  }

  private <T> T around(Class<T> port, T real) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              int number = CALLS.contains(method.getName()) ? done++ : -2;
              if (number == killAt && !after) {
                throw new Killed();
              }
              try {
                Object answer = method.invoke(real, arguments);
                if (number == killAt) {
                  throw new Killed();
                }
                return answer;
              } catch (InvocationTargetException e) {
                if (number == killAt) {
                  throw new Killed();
                }
                throw e.getCause();
              }
            }));
  }
}
