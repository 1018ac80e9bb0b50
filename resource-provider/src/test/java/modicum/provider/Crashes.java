package modicum.provider;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import modicum.directory.Directory;
import modicum.executor.Executor;
import modicum.ledger.Ledger;
import modicum.ledger.orders.OrderBook;
import modicum.protocol.identity.Address;

/** Kills an agent just before or just after the k-th thing that it does to the world. */
final class Crashes {
  /** What a killed agent does not live to see. */
  static final class Killed extends RuntimeException {}

  private static final Set<String> EFFECTS =
      Set.of(
          "submit",
          "submitAll",
          "put",
          "fetch",
          "read",
          "announceResult",
          "findResult",
          "loadImage",
          "start",
          "await",
          "remove",
          "leave");

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

  ProviderWorld around(ProviderWorld world) {
    Function<Address, Directory> directories =
        address -> around(Directory.class, world.directories().apply(address));
    Map<String, OrderBook> books =
        world.orderBooks().entrySet().stream()
            .collect(
                Collectors.toMap(Map.Entry::getKey, e -> around(OrderBook.class, e.getValue())));
    return new ProviderWorld(
        around(Ledger.class, world.ledger()),
        directories,
        around(Executor.class, world.executor()),
        books);
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
