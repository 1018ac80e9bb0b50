package modicum.jobcreator.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import modicum.ledger.config.MarketFile;
import picocli.CommandLine.Option;

/** What all commands take: where the market is, whose account it is, and how to print. */
public final class CommonOptions {
  /** Where {@code modicum up} leaves its market file. */
  private static final Path LOCAL_MARKET = Path.of(".modicum", "local", "market.yaml");

  /** The keys of its job creator, which lie beside. */
  private static final Path LOCAL_KEYSTORE =
      Path.of(".modicum", "local", "keys", "job-creator.json");

  private static final Path LOCAL_PASSWORD = Path.of(".modicum", "local", "keys", "password");
  private static final Path DEFAULT_MARKET = Path.of(".modicum", "market.yaml");
  private static final Path DEFAULT_KEYSTORE = Path.of(".modicum", "wallet.json");

  @Option(
      names = "--market",
      paramLabel = "FILE",
      defaultValue = "${env:MODICUM_MARKET}",
      description =
          "Market file. Default: the environment's MODICUM_MARKET, or .modicum/market.yaml, or"
              + " .modicum/local/market.yaml.")
  private Path market;

  @Option(
      names = "--keystore",
      paramLabel = "FILE",
      defaultValue = "${env:MODICUM_KEYSTORE}",
      description =
          "Keystore file of your account. Default: the environment's MODICUM_KEYSTORE, or"
              + " .modicum/wallet.json, or the local market's job creator's.")
  private Path keystore;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      defaultValue = "${env:MODICUM_PASSWORD_FILE}",
      description =
          "File whose first line is the keystore's password. Default: the environment's"
              + " MODICUM_PASSWORD_FILE, or asked for.")
  private Path passwordFile;

  @Option(
      names = "--state",
      paramLabel = "FOLDER",
      defaultValue = "${env:MODICUM_STATE:-.modicum/job-creator}",
      description = "Where jobs are remembered. Default: ${DEFAULT-VALUE}.")
  private Path state;

  @Option(names = "--json", description = "Print one JSON object instead of text.")
  private boolean json;

  @Option(names = "--verbose", description = "Print stack traces of errors.")
  private boolean verbose;

  MarketFile market() {
    if (market != null) {
      return MarketFile.read(market);
    }
    return MarketFile.read(isLocalMarket() ? LOCAL_MARKET : DEFAULT_MARKET);
  }

  /** Whether a market file is meant, and none is looked for. */
  boolean namesAMarket() {
    return market != null;
  }

  private boolean isLocalMarket() {
    return market == null && !Files.exists(DEFAULT_MARKET) && Files.exists(LOCAL_MARKET);
  }

  Path keystore() {
    return isLocalAccount() ? LOCAL_KEYSTORE : newKeystore();
  }

  /** Where a new account's keystore goes. */
  Path newKeystore() {
    return keystore == null ? DEFAULT_KEYSTORE : keystore;
  }

  /** Someone who only started a local market has no account but that market's. */
  private boolean isLocalAccount() {
    return keystore == null
        && isLocalMarket()
        && !Files.exists(DEFAULT_KEYSTORE)
        && Files.exists(LOCAL_KEYSTORE);
  }

  Path state() {
    return state;
  }

  boolean isJson() {
    return json;
  }

  /** The password of an existing keystore. */
  String password() {
    Optional<Path> file =
        Optional.ofNullable(passwordFile)
            .or(() -> isLocalAccount() ? Optional.of(LOCAL_PASSWORD) : Optional.empty());
    return new Password(file).ask("Password of " + keystore() + ": ");
  }

  /** The password of a keystore to be made: asked for twice. */
  String newPassword() {
    return new Password(Optional.ofNullable(passwordFile))
        .askTwice("Password for " + newKeystore());
  }
}
