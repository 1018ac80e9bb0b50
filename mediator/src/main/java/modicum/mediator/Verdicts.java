package modicum.mediator;

import java.nio.file.Path;
import java.util.Optional;
import modicum.executor.job.AtomicFile;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.Verdict;
import modicum.protocol.result.Result;
import modicum.protocol.result.Usage;

/**
 * The verdicts that were reached and their evidence, on the disk: once one is here, no restart
 * reaches another.
 */
final class Verdicts {
  private final Path folder;

  Verdicts(Path folder) {
    this.folder = folder;
  }

  Optional<VerdictRecord> of(Match match) {
    return record(match).readText().map(Verdicts::parse);
  }

  /** The evidence first: a verdict is reached once its record is there. */
  VerdictRecord keep(Match match, Finding finding, byte[] evidence) {
    Digest digest = Sha256.of(evidence);
    file(digest.sha256()).write(evidence);
    VerdictRecord verdict =
        new VerdictRecord(finding.judgement().verdict(), finding.usage(), digest.sha256());
    record(match)
        .write(
            "%s %d %d %s"
                .formatted(
                    verdict.verdict().name(),
                    verdict.usage().instructions(),
                    verdict.usage().bandwidth(),
                    verdict.evidence().toHex()));
    return verdict;
  }

  Optional<byte[]> evidence(Bytes32 sha256) {
    return file(sha256).read();
  }

  /** After a re-organisation of the chain, one match may be about another claim. */
  private AtomicFile record(Match match) {
    Bytes32 dispute = Sha256.ofUtf8(subject((MatchState.InMediation) match.state())).sha256();
    return new AtomicFile(folder.resolve(match.id().toHex() + "-" + dispute.toHex()));
  }

  private static String subject(MatchState.InMediation dispute) {
    Result claim = dispute.result();
    return "%s %s %d %d %s"
        .formatted(
            claim.status(),
            claim.commitment().toHex(),
            claim.usage().instructions(),
            claim.usage().bandwidth(),
            dispute.reason());
  }

  private AtomicFile file(Bytes32 sha256) {
    return new AtomicFile(folder.resolve("evidence").resolve(sha256.toHex() + ".json"));
  }

  private static VerdictRecord parse(String text) {
    String[] f = text.split(" ");
    return new VerdictRecord(
        Verdict.valueOf(f[0]),
        new Usage(Long.parseLong(f[1]), Long.parseLong(f[2])),
        Bytes32.fromHex(f[3]));
  }
}
