package modicum.provider;

import java.util.Map;
import java.util.function.Function;
import modicum.directory.Directory;
import modicum.executor.Executor;
import modicum.ledger.Ledger;
import modicum.ledger.orders.OrderBook;
import modicum.protocol.identity.Address;

/**
 * All that a resource provider reaches of the world.
 *
 * @param ledger in whose account's name it acts
 * @param directories opens a directory by its account; throws DirectoryUnavailable for one of which
 *     it is not known where it is
 * @param orderBooks of the solvers, by their names in the configuration
 */
public record ProviderWorld(
    Ledger ledger,
    Function<Address, Directory> directories,
    Executor executor,
    Map<String, OrderBook> orderBooks) {
  public ProviderWorld {
    orderBooks = Map.copyOf(orderBooks);
  }
}
