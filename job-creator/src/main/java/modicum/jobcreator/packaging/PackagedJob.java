package modicum.jobcreator.packaging;

import java.util.Optional;
import modicum.directory.encryption.AgeKey;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;

/**
 * A job of which everything that a provider needs is in the directory.
 *
 * @param key that opens input and output, where they are encrypted; stays on this machine until
 *     there is a match
 * @param checker of the verification policy, where it has one; stays on this machine
 */
public record PackagedJob(
    JobSpec spec,
    Architecture architecture,
    Optional<AgeKey> key,
    Optional<ImageReference> checker) {}
