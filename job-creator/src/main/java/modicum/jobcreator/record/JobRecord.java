package modicum.jobcreator.record;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import modicum.jobcreator.verification.VerificationMethod;
import modicum.protocol.content.Digest;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signature;
import modicum.protocol.job.ImageReference;
import modicum.protocol.match.MatchId;
import modicum.protocol.offer.JobOffer;

/**
 * Everything that a job creator must remember of a job, written before the offer leaves: whoever
 * finds this record can go on with the job. Where it stands is on the ledger, not here.
 *
 * @param id hash of the offer, and the name of the match that is made of it
 * @param name for people: the image and the command
 * @param signature of the offer; none where it is posted on the chain
 * @param jobSpec digest of the canonical job spec
 * @param mediators those that may judge this job
 * @param method drawn by the verification policy when the job was submitted
 * @param checker the checker's image, where there is one
 * @param output local folder that the results are put into
 * @param submittedAt block time, seconds since 1970
 */
public record JobRecord(
    MatchId id,
    String name,
    JobOffer offer,
    Signature signature,
    Channel channel,
    Digest jobSpec,
    List<Address> mediators,
    VerificationMethod method,
    Optional<ImageReference> checker,
    Path output,
    long submittedAt) {
  public JobRecord {
    mediators = List.copyOf(mediators);
    if (!offer.jobDigest().equals(jobSpec.sha256())) {
      throw new IllegalArgumentException("the offer is of another job");
    }
    if (signature.isNone() != (channel == Channel.ON_CHAIN)) {
      throw new IllegalArgumentException("offers for order books, and only they, are signed");
    }
    if (checker.isPresent() != (method == VerificationMethod.CHECK)) {
      throw new IllegalArgumentException("a checker is for checking");
    }
  }
}
