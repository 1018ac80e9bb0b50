package modicum.protocol.result;

import modicum.protocol.encoding.Bytes32;

/**
 * What a resource provider posts for a match.
 *
 * @param commitment see {@link ResultCommitment}
 * @param usage as the provider claims it; what is paid is capped at the job's limits
 */
public record Result(ResultStatus status, Bytes32 commitment, Usage usage) {}
