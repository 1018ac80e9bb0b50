package modicum.jobcreator.cli;

import java.nio.file.Path;
import java.util.List;
import modicum.executor.Executor;
import modicum.executor.ImageCatalog;
import modicum.jobcreator.MarketAccess;
import modicum.ledger.Ledger;
import modicum.ledger.MarketReader;
import modicum.ledger.config.MarketFile;
import modicum.ledger.orders.OrderBook;
import modicum.protocol.identity.Address;

/** Opens what commands need of the world; tests open another world. */
public interface Connections extends AutoCloseable {
  /** Makes a keystore for a new account. */
  Address createKeystore(Path file, String password);

  /** The market as the keystore's account sees it. */
  Ledger ledger(MarketFile market, Path keystore, String password);

  /** The market as the keystore's account sees it who only looks: no password is needed. */
  MarketReader reader(MarketFile market, Path keystore);

  /** The market as someone without an account sees it. */
  MarketReader onlooker(MarketFile market);

  /** The order books of the market's solvers. */
  List<OrderBook> orderBooks(MarketFile market);

  /** The market as a ledger of the account, and all else that posting jobs needs. */
  MarketAccess market(MarketFile market, Path keystore, String password, Path stateFolder);

  /** Runs jobs on this machine, for nobody but oneself. */
  Executor executor(Path stateFolder);

  /** The images of this machine. */
  ImageCatalog images();

  @Override
  void close();
}
