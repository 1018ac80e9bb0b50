package modicum.mediator;

import java.util.List;
import java.util.Optional;
import modicum.executor.RunOutcome;
import modicum.protocol.job.JobSpec;
import modicum.protocol.result.Usage;

/**
 * Everything that a mediation found out.
 *
 * @param usage what is billed for one run: the mean of the runs' instructions, and the n-th part of
 *     the bytes that were moved once for all of them, both rounded up
 * @param availability of the directory, where it made a difference
 * @param spec of the job, where it was needed and there
 * @param outcomes of the runs; fewer than there are reruns where the job could not be run
 */
record Finding(
    Judgement judgement,
    Usage usage,
    Dispute dispute,
    Optional<Availability> availability,
    Optional<JobSpec> spec,
    Optional<Reruns> reruns,
    List<RunOutcome> outcomes) {}
