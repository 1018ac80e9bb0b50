package modicum.mediator;

import java.util.function.Function;
import java.util.function.LongSupplier;
import modicum.directory.Directory;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.uptime.UptimeSource;
import modicum.executor.Executor;
import modicum.ledger.Ledger;
import modicum.protocol.identity.Address;

/**
 * All that a mediator reaches of the world.
 *
 * @param ledger in whose account's name it acts
 * @param directories opens a directory by its account; throws DirectoryUnavailable for one of which
 *     it is not known where it is
 * @param uptimes asks a directory, by its account, for its record of its own availability
 * @param clock seconds since 1970, that probes go by
 */
public record MediatorWorld(
    Ledger ledger,
    Function<Address, Directory> directories,
    Function<Address, UptimeSource> uptimes,
    Executor executor,
    LongSupplier clock) {

  /** By the system's clock. */
  public MediatorWorld(
      Ledger ledger,
      Function<Address, Directory> directories,
      Function<Address, UptimeSource> uptimes,
      Executor executor) {
    this(ledger, directories, uptimes, executor, () -> System.currentTimeMillis() / 1000);
  }

  /**
   * @throws NoDoor it is not known where the directory is
   */
  Directory directory(Address account) {
    return open(directories, account);
  }

  /**
   * @throws NoDoor it is not known where the directory is
   */
  UptimeSource uptime(Address account) {
    return open(uptimes, account);
  }

  private static <T> T open(Function<Address, T> doors, Address account) {
    try {
      return doors.apply(account);
    } catch (DirectoryUnavailable e) {
      throw new NoDoor(e.getMessage(), e);
    }
  }
}
