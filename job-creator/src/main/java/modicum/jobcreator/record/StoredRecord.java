package modicum.jobcreator.record;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import modicum.jobcreator.verification.VerificationMethod;
import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Signature;
import modicum.protocol.job.ImageReference;
import modicum.protocol.match.MatchId;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.Limits;

/** A {@link JobRecord} as it stands in its file: numbers and texts only. */
record StoredRecord(
    String id,
    String name,
    StoredOffer offer,
    String signature,
    Channel channel,
    String jobSpec,
    List<String> mediators,
    VerificationMethod method,
    StoredImage checker,
    String output,
    long submittedAt) {
  record StoredOffer(
      String jobCreator,
      long instructions,
      long memory,
      long storage,
      long bandwidth,
      String instructionPrice,
      String bandwidthPrice,
      long completionDeadline,
      String matchIncentive,
      String baseLayer,
      String jobDigest,
      String directory,
      int architecture,
      long nonce,
      long expiry) {
    static StoredOffer of(JobOffer offer) {
      return new StoredOffer(
          offer.jobCreator().toString(),
          offer.limits().instructions(),
          offer.limits().memory(),
          offer.limits().storage(),
          offer.limits().bandwidth(),
          offer.maxPrices().instruction().toString(),
          offer.maxPrices().bandwidth().toString(),
          offer.completionDeadline(),
          offer.matchIncentive().toString(),
          offer.baseLayer().toHex(),
          offer.jobDigest().toHex(),
          offer.directory().toString(),
          offer.architecture().code(),
          offer.nonce(),
          offer.expiry());
    }

    JobOffer toOffer() {
      return new JobOffer(
          Address.fromHex(jobCreator),
          new Limits(instructions, memory, storage, bandwidth),
          new Prices(Wei.parse(instructionPrice), Wei.parse(bandwidthPrice)),
          completionDeadline,
          Wei.parse(matchIncentive),
          Bytes32.fromHex(baseLayer),
          Bytes32.fromHex(jobDigest),
          Address.fromHex(directory),
          new Architecture(architecture),
          nonce,
          expiry);
    }
  }

  record StoredImage(String manifest, String id, String baseLayer) {
    static StoredImage of(ImageReference image) {
      return new StoredImage(
          image.manifest().toString(), image.id().toHex(), image.baseLayer().toHex());
    }

    ImageReference toImage() {
      return new ImageReference(
          Digest.parse(manifest), Bytes32.fromHex(id), Bytes32.fromHex(baseLayer));
    }
  }

  static StoredRecord of(JobRecord record) {
    return new StoredRecord(
        record.id().toHex(),
        record.name(),
        StoredOffer.of(record.offer()),
        record.signature().toString(),
        record.channel(),
        record.jobSpec().toString(),
        record.mediators().stream().map(Address::toString).toList(),
        record.method(),
        record.checker().map(StoredImage::of).orElse(null),
        record.output().toString(),
        record.submittedAt());
  }

  JobRecord toRecord() {
    return new JobRecord(
        MatchId.fromHex(id),
        name,
        offer.toOffer(),
        Signature.fromHex(signature),
        channel,
        Digest.parse(jobSpec),
        mediators.stream().map(Address::fromHex).toList(),
        method,
        Optional.ofNullable(checker).map(StoredImage::toImage),
        Path.of(output),
        submittedAt);
  }
}
