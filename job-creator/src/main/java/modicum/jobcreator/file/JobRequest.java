package modicum.jobcreator.file;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import modicum.jobcreator.verification.VerificationPolicy;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Limits;

/**
 * A job to be posted, with nothing left open but what depends on the market.
 *
 * @param input file or folder; a file is the only one in the job's input folder
 * @param output local folder that the results are put into
 * @param collect folder in the container that is collected as the output
 * @param maxPrices the most that the job creator pays
 * @param deadline from the submission until a result must be posted, block time
 * @param expiry from the submission until the offer must be matched, block time
 * @param incentive wei to the solver
 * @param comparator image that decides whether two outputs are equal
 * @param directory the market file's first where empty
 * @param mediators the market file's where empty
 * @param architecture the image's where empty
 * @param encrypt whether input and output are kept from the directory
 */
public record JobRequest(
    String image,
    List<String> command,
    SortedMap<String, String> environment,
    Optional<Path> input,
    Path output,
    String collect,
    int cpus,
    CpuLevel cpuLevel,
    Limits limits,
    Prices maxPrices,
    Span deadline,
    Span expiry,
    Wei incentive,
    VerificationPolicy verify,
    Optional<String> comparator,
    Optional<Address> directory,
    List<Address> mediators,
    Optional<Architecture> architecture,
    boolean encrypt) {
  public JobRequest {
    command = List.copyOf(command);
    mediators = List.copyOf(mediators);
    output = output.toAbsolutePath().normalize();
    if (expiry.seconds() > deadline.seconds()) {
      throw new IllegalArgumentException(
          "the offer's expiry (%ds) is after the job's deadline (%ds); make it earlier"
              .formatted(expiry.seconds(), deadline.seconds()));
    }
    if (input.isPresent() && !Files.exists(input.get())) {
      throw new IllegalArgumentException(
          "the input %s does not exist; paths are relative to the job file".formatted(input.get()));
    }
    if (Files.exists(output) && !Files.isDirectory(output)) {
      throw new IllegalArgumentException(
          "the output %s is not a folder; name another".formatted(output));
    }
  }
}
