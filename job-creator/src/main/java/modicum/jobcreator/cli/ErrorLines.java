package modicum.jobcreator.cli;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Optional;
import modicum.directory.DirectoryUnavailable;
import modicum.executor.EngineUnavailable;
import modicum.jobcreator.LocalTrouble;
import modicum.jobcreator.record.JobInUse;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.WalletTooSmall;
import modicum.ledger.config.BadConfiguration;
import modicum.ledger.orders.OrderBookUnavailable;
import modicum.ledger.web3j.WrongPassword;
import modicum.protocol.Unavailable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Turns whatever goes wrong in a command into one line on the error stream, {@code error: what;
 * hint: what to do}, and an exit code. A stack trace only with {@code --verbose} or {@code
 * MODICUM_DEBUG}.
 */
public final class ErrorLines implements IExecutionExceptionHandler, IParameterExceptionHandler {
  /** The command did what was asked. */
  public static final int OK = 0;

  /** The job did not end accepted, with an output. */
  public static final int NOT_ACCEPTED = 1;

  /** Something about the input is wrong. */
  public static final int BAD_INPUT = 2;

  /** Something outside does not answer; the same command may work later. */
  public static final int UNAVAILABLE = 3;

  /** A bug in this program. */
  public static final int BUG = 70;

  private ErrorLines() {}

  /** Makes a command line and all its subcommands report errors like this. */
  public static CommandLine installOn(CommandLine commandLine) {
    ErrorLines errors = new ErrorLines();
    return commandLine
        .setExecutionExceptionHandler(errors)
        .setParameterExceptionHandler(errors)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public int handleExecutionException(
      Exception exception, CommandLine commandLine, ParseResult parsed) {
    print(commandLine.getErr(), lineOf(exception));
    if (isVerbose(commandLine)) {
      exception.printStackTrace(commandLine.getErr());
    }
    return exitCodeOf(exception);
  }

  @Override
  public int handleParseException(ParameterException exception, String[] arguments) {
    CommandLine commandLine = exception.getCommandLine();
    String hint = commandLine.getCommandSpec().qualifiedName() + " --help";
    print(
        commandLine.getErr(), "error: " + oneLine(exception.getMessage()) + "; hint: see " + hint);
    return BAD_INPUT;
  }

  /** The whole line for people. */
  static String lineOf(Exception exception) {
    String what = oneLine(messageOf(exception));
    return "error: " + what + hintOf(exception).map(hint -> "; hint: " + hint).orElse("");
  }

  static int exitCodeOf(Exception exception) {
    return switch (exception) {
      case Unavailable unavailable -> UNAVAILABLE;
      case JobInUse inUse -> UNAVAILABLE;
      case BadConfiguration bad -> BAD_INPUT;
      case WrongPassword wrong -> BAD_INPUT;
      case RefusedCommand refused -> BAD_INPUT;
      case IllegalArgumentException bad -> BAD_INPUT;
      case UncheckedIOException bad -> BAD_INPUT;
      default -> BUG;
    };
  }

  private static String messageOf(Exception exception) {
    return switch (exception) {
      case UncheckedIOException e -> e.getMessage() + ": " + e.getCause().getMessage();
      default -> {
        String message = exception.getMessage();
        yield exitCodeOf(exception) == BUG || message == null
            ? "a bug in this program: " + exception
            : message;
      }
    };
  }

  private static Optional<String> hintOf(Exception exception) {
    return switch (exception) {
      case WalletTooSmall e -> Optional.of("see 'modicum wallet balance'");
      case LedgerUnavailable e ->
          Optional.of("is the node up that the market file (--market) names as rpc?");
      case DirectoryUnavailable e ->
          Optional.of("try again later, or choose another directory with --directory");
      case EngineUnavailable e -> Optional.of("start the Docker engine and try again");
      case OrderBookUnavailable e ->
          Optional.of("try again later, or post the offer on the chain with --on-chain-offer");
      case LocalTrouble e -> Optional.of("mend it and run 'modicum job fetch ID'");
      case WrongPassword e -> Optional.of("name the right password file with --password-file");
      case BadConfiguration e -> Optional.of("mend the file, or name another");
      default ->
          exitCodeOf(exception) == BUG
              ? Optional.of("run it again with --verbose and report what it prints")
              : Optional.empty();
    };
  }

  /** Messages quote what other parties say, so control characters go. */
  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cntrl}", "?");
  }

  private static void print(PrintWriter err, String line) {
    err.println(line);
    err.flush();
  }

  private static boolean isVerbose(CommandLine commandLine) {
    return System.getenv("MODICUM_DEBUG") != null
        || commandLine.getParseResult().hasMatchedOption("--verbose");
  }
}
