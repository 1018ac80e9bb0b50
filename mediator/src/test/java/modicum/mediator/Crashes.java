package modicum.mediator;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.function.Function;
import modicum.directory.Directory;
import modicum.directory.UptimeSource;
import modicum.executor.Executor;
import modicum.ledger.Ledger;
import modicum.protocol.identity.Address;

/** Kills an agent just before or just after the k-th thing that it does to the world. */
final class Crashes {
  /** What a killed agent does not live to see. */
  static final class Killed extends RuntimeException {}

  private static final Set<String> EFFECTS =
      Set.of(
          "submit",
          "put",
          "fetch",
          "read",
          "announceResult",
          "findResult",
          "loadImage",
          "start",
          "await",
          "remove",
          "uptime");

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

  static Crashes at(int effect, boolean after) {
    return new Crashes(effect, after);
  }

  /** How many effects there were. */
  int done() {
    return done;
  }

  MediatorWorld around(MediatorWorld world) {
    Function<Address, Directory> directories =
        address -> around(Directory.class, world.directories().apply(address));
    Function<Address, UptimeSource> uptimes =
        address -> around(UptimeSource.class, world.uptimes().apply(address));
    return new MediatorWorld(
        around(Ledger.class, world.ledger()),
        directories,
        uptimes,
        around(Executor.class, world.executor()));
  }

  private <T> T around(Class<T> port, T real) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              boolean effect = EFFECTS.contains(method.getName());
              int number = effect ? done++ : -1;
              if (effect && number == killAt && !after) {
                throw new Killed();
              }
              try {
                Object answer = method.invoke(real, arguments);
                if (effect && number == killAt) {
                  throw new Killed();
                }
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
