package modicum.jobcreator.packaging;

import java.util.Optional;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;

/**
 * A job of which everything that a provider needs is in the directory.
 *
 * @param checker of the verification policy, where it has one; stays on this machine
 */
public record PackagedJob(
    JobSpec spec, Architecture architecture, Optional<ImageReference> checker) {}
