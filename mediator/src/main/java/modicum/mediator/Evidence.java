package modicum.mediator;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import modicum.executor.RunOutcome;
import modicum.executor.job.JobResult;
import modicum.executor.job.JobRunner;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.SignatureRecovery;
import modicum.protocol.identity.Signer;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchState;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.Result;
import modicum.protocol.result.Usage;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The evidence file that a verdict names: what was claimed, what the mediator's runs came to, and
 * how they were run, so that anyone can run them again. It is JSON without white space, in an
 * envelope with the mediator's signature over the Keccak hash of {@code modicum evidence 1}, a
 * newline and the bytes of the inner object.
 */
public final class Evidence {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String EVIDENCE = "evidence";
  private static final String HEADER = "modicum evidence 1\n";

  private Evidence() {}

  static byte[] of(Match match, Finding finding, MediatorConfig config, Signer mediator) {
    ObjectNode evidence = JSON.createObjectNode();
    writeMatch(evidence, match, mediator.address());
    writeClaim(evidence.putObject("claim"), (MatchState.InMediation) match.state());
    evidence.put("directory", finding.dispute().directory().name());
    finding
        .availability()
        .ifPresent(a -> AvailabilityMessage.write(evidence.putObject("availability"), a));
    evidence.put("claimedResult", finding.dispute().result().name());
    finding.spec().ifPresent(spec -> writeJob(evidence.putObject("job"), spec));
    writeSandbox(evidence.putObject("sandbox"), match, config);
    finding.reruns().ifPresent(reruns -> writeReruns(evidence, reruns, finding.outcomes()));
    evidence.put("verdict", finding.judgement().verdict().name());
    evidence.put("faultyParty", finding.judgement().verdict().faultyParty().name());
    evidence.put("why", finding.judgement().why());
    writeUsage(evidence.putObject("billedForEachRun"), finding.usage());
    return sealed(evidence, mediator);
  }

  /** Who signed an evidence file; empty where it is none, or was changed since. */
  public static Optional<Address> signer(byte[] file, SignatureRecovery recovery) {
    try {
      JsonNode envelope = JSON.readTree(file);
      Address claimed = Address.fromHex(envelope.path("mediator").asString());
      Signature signature = Signature.fromHex(envelope.path("signature").asString());
      return recovery
          .recover(hash(JSON.writeValueAsString(envelope.path(EVIDENCE))), signature)
          .filter(claimed::equals);
    } catch (JacksonException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * What an evidence file says of the directory's availability, to be judged again by {@link
   * Availability#conclusion}; whoever doubts the mediator compares with what the directory itself
   * answers. Empty where it made no difference, or the record was too long to be kept whole.
   *
   * @throws IllegalArgumentException it is no evidence file
   */
  public static Optional<Availability> availability(byte[] file) {
    try {
      return AvailabilityMessage.read(JSON.readTree(file).path(EVIDENCE).path("availability"));
    } catch (JacksonException e) {
      throw new IllegalArgumentException("this is no evidence file", e);
    }
  }

  private static byte[] sealed(ObjectNode evidence, Signer mediator) {
    ObjectNode envelope = JSON.createObjectNode();
    envelope.set(EVIDENCE, evidence);
    envelope.put("mediator", mediator.address().toString());
    envelope.put("signature", mediator.sign(hash(JSON.writeValueAsString(evidence))).toString());
    return JSON.writeValueAsBytes(envelope);
  }

  private static Bytes32 hash(String evidence) {
    return Keccak256.hash((HEADER + evidence).getBytes(StandardCharsets.UTF_8));
  }

  private static void writeMatch(ObjectNode node, Match match, Address mediator) {
    node.put("match", match.id().toString());
    node.put("jobCreator", match.terms().jobCreator().toString());
    node.put("resourceProvider", match.terms().resourceProvider().toString());
    node.put("mediator", mediator.toString());
    node.put("directoryAccount", match.terms().directory().toString());
    node.put("jobDigest", match.jobOffer().jobDigest().toHex());
  }

  private static void writeClaim(ObjectNode node, MatchState.InMediation state) {
    Result claim = state.result();
    node.put("status", claim.status().name());
    node.put("commitment", claim.commitment().toString());
    writeUsage(node.putObject("usage"), claim.usage());
    node.put("rejectedBecause", state.reason().name());
  }

  private static void writeUsage(ObjectNode node, Usage usage) {
    node.put("instructions", usage.instructions());
    node.put("bandwidth", usage.bandwidth());
  }

  private static void writeJob(ObjectNode node, JobSpec spec) {
    ImageReference image = spec.image();
    node.put("imageId", image.id().toHex());
    node.put("imageManifest", image.manifest().toString());
    node.put("baseLayer", image.baseLayer().toHex());
    spec.input().ifPresent(input -> node.put("input", input.toString()));
    spec.recipient().ifPresent(key -> node.put("encryptedTo", key.toString()));
    node.put("cpus", spec.cpus());
    node.put("cpuLevel", spec.cpuLevel().toString());
    node.put("equality", spec.equality().getClass().getSimpleName().toUpperCase(Locale.ROOT));
  }

  private static void writeSandbox(ObjectNode node, Match match, MediatorConfig config) {
    Limits limits = match.jobOffer().limits();
    node.put("description", config.sandbox());
    node.put("architecture", config.architecture());
    node.put("nanosecondsPerInstruction", config.timePerInstruction());
    node.put(
        "wallClockSeconds",
        JobRunner.wallClock(config.timePerInstruction(), limits.instructions()).toSeconds());
    node.put("instructionLimit", limits.instructions());
    node.put("memoryLimit", limits.memory());
    node.put("storageLimit", limits.storage());
    node.put("bandwidthLimit", limits.bandwidth());
  }

  private static void writeReruns(ObjectNode node, Reruns reruns, List<RunOutcome> outcomes) {
    ArrayNode runs = node.putArray("runs");
    for (int i = 0; i < reruns.results().size(); i++) {
      JobResult result = reruns.results().get(i);
      ObjectNode run = runs.addObject();
      run.put("status", result.status().name());
      run.put("resultDigest", result.output().digest().sha256().toHex());
      writeUsage(run.putObject("usage"), result.usage());
      run.put("explanation", result.explanation());
      if (i < outcomes.size()) {
        run.put("cpuNanoseconds", outcomes.get(i).cpuTime().toNanos());
        run.put("peakMemory", outcomes.get(i).peakMemory());
        run.put("exitCode", outcomes.get(i).exitCode());
      }
    }
    node.put("bytesToBringTheJobHere", reruns.traffic().whole());
    reruns.disagreement().ifPresent(d -> node.put("disagreementOfRuns", d));
    reruns.differenceFromClaim().ifPresent(d -> node.put("differenceFromClaim", d));
  }
}
