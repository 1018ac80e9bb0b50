package modicum.jobcreator;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import modicum.directory.Directory;
import modicum.executor.Executor;
import modicum.executor.ImageCatalog;
import modicum.ledger.Ledger;
import modicum.ledger.orders.OrderBook;
import modicum.protocol.identity.Address;

/**
 * All that a job creator reaches of the world.
 *
 * @param ledger in whose account's name jobs are posted
 * @param directories those that may be used, the preferred first
 * @param directory opens one of them; throws IllegalArgumentException for one that is not known
 * @param mediators those that are trusted where a job names none
 * @param orderBooks of the solvers that signed offers are left with
 * @param executor runs jobs again to verify results; opened when first needed
 * @param images on this machine; opened when first needed
 */
public record MarketAccess(
    Ledger ledger,
    List<Address> directories,
    Function<Address, Directory> directory,
    List<Address> mediators,
    List<OrderBook> orderBooks,
    Supplier<Executor> executor,
    Supplier<ImageCatalog> images) {
  public MarketAccess {
    directories = List.copyOf(directories);
    mediators = List.copyOf(mediators);
    orderBooks = List.copyOf(orderBooks);
  }
}
