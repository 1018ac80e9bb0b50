package modicum.executor.job;

import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.Limits;

/**
 * Which job is to be brought here, as its job offer says.
 *
 * @param jobCreator in whose name space of the directory everything is
 * @param jobDigest SHA-256 of the job spec
 * @param baseLayer what the image has to stand on
 * @param architecture with the CPU level that the job has to be for
 */
public record JobSource(
    MatchId match,
    Address jobCreator,
    Bytes32 jobDigest,
    Bytes32 baseLayer,
    Architecture architecture,
    Limits limits) {
  public static JobSource of(MatchId match, JobOffer offer) {
    return new JobSource(
        match,
        offer.jobCreator(),
        offer.jobDigest(),
        offer.baseLayer(),
        offer.architecture(),
        offer.limits());
  }

  public static JobSource of(Match match) {
    return of(match.id(), match.jobOffer());
  }
}
