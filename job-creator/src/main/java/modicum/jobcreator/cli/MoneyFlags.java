package modicum.jobcreator.cli;

import java.util.OptionalLong;
import modicum.jobcreator.JobCreator;
import modicum.jobcreator.record.Channel;
import picocli.CommandLine.Option;

/** How offers are made known and what they may cost. */
final class MoneyFlags {
  @Option(
      names = "--on-chain",
      description = "Post the offer on the chain instead of leaving it, signed, with solvers.")
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
            .with(onChain ? Channel.ON_CHAIN : Channel.ORDER_BOOK)
            .depositing(!noDeposit);
    return timePerInstruction == null
        ? options
        : options.measuringBy(OptionalLong.of(timePerInstruction));
  }
}
