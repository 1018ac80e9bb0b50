package modicum.jobcreator.cli;

import java.util.OptionalLong;
import modicum.jobcreator.JobCreator;
import modicum.jobcreator.record.Channel;
import picocli.CommandLine.Option;

/** How offers are made known and what they may cost. */
final class MoneyFlags {
  /** For those who always want it: the same as the flag. */
  private static final String ALWAYS_ON_CHAIN = "MODICUM_ON_CHAIN_OFFERS";

  @Option(
      names = {"--on-chain-offer", "--on-chain"},
      description =
          "Post the offer on the chain, for gas, instead of leaving it, signed, with solvers."
              + " Always so where the environment's "
              + ALWAYS_ON_CHAIN
              + " is true.")
  private boolean onChain;

  @Option(names = "--no-deposit", description = "Never take a missing deposit from the wallet.")
  private boolean noDeposit;

  @Option(
      names = "--time-per-instruction",
      paramLabel = "NANOSECONDS",
      description =
          "CPU time that counts as one instruction on this machine, for checking what a provider"
              + " claims. Default: not known; claims of CPU time are then not held against a"
              + " provider.")
  private Long timePerInstruction;

  JobCreator.Options options() {
    JobCreator.Options options =
        JobCreator.Options.DEFAULT
            .with(channel(onChain, System.getenv(ALWAYS_ON_CHAIN)))
            .depositing(!noDeposit);
    return timePerInstruction == null
        ? options
        : options.measuringBy(OptionalLong.of(timePerInstruction));
  }

  static Channel channel(boolean wanted, String always) {
    boolean onChain =
        switch (always == null ? "" : always) {
          case "", "false" -> wanted;
          case "true" -> true;
          default ->
              throw new IllegalArgumentException(
                  ALWAYS_ON_CHAIN + " is true or false, got '" + always + "'");
        };
    return onChain ? Channel.ON_CHAIN : Channel.ORDER_BOOK;
  }
}
