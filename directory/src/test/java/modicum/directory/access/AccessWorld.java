package modicum.directory.access;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.BiFunction;
import modicum.directory.MatchAccess;
import modicum.directory.MatchAccess.Stage;
import modicum.directory.MatchRegister.Standing;
import modicum.directory.ScriptedRegister;
import modicum.directory.TestKeys;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.ManifestEntry;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signer;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.Equality;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;
import modicum.protocol.job.SandboxProfile;
import modicum.protocol.match.MatchId;

/** The parties, objects and states that the table of accesses speaks of. */
public final class AccessWorld {
  public static final MatchId MATCH = new MatchId(Sha256.ofUtf8("the match").sha256());
  private static final MatchId DUPLICATE = new MatchId(Sha256.ofUtf8("the duplicate").sha256());
  private static final long CLOSED_AT = 1_000_000;
  private static final long GRACE = 24 * 3600;

  private final ScriptedRegister register;
  private final JobSpec spec;
  private final Bytes32 job;
  private final Bytes32 result;
  private final Bytes32 evidence;
  private final Bytes32 others;
  private final Digest manifest;

  /**
   * @param put puts an object into a party's name space, past all rules
   */
  public AccessWorld(ScriptedRegister register, BiFunction<Address, byte[], Digest> put) {
    this.register = register;
    register.register(Standing.JOB_CREATOR, address("job creator"));
    register.register(
        Standing.REGISTERED,
        address("provider"),
        address("mediator"),
        address("provider of a duplicate"),
        address("directory"),
        address("stranger"));
    for (String party : List.of("job creator", "provider", "mediator", "directory")) {
      put.apply(address(party), bytes("another object"));
    }
    others = Sha256.ofUtf8("another object").sha256();
    evidence = put.apply(address("mediator"), bytes("evidence")).sha256();
    Digest file = put.apply(address("provider"), bytes("a file of the output"));
    manifest =
        put.apply(
            address("provider"),
            new Manifest(List.of(ManifestEntry.file("o", 0644, file))).canonical());
    result = file.sha256();
    Digest input = put.apply(address("job creator"), bytes("a file of the input"));
    Digest inputs =
        put.apply(
            address("job creator"),
            new Manifest(List.of(ManifestEntry.file("i", 0644, input))).canonical());
    spec = spec(inputs);
    put.apply(address("job creator"), spec.canonical());
    job = input.sha256();
  }

  private static JobSpec spec(Digest input) {
    Digest image = Sha256.ofUtf8("an image");
    return new JobSpec(
        new ImageReference(image, image.sha256(), image.sha256()),
        List.of("run"),
        new TreeMap<>(),
        Optional.of(input),
        "/out",
        1,
        CpuLevel.DEFAULT,
        Equality.EXACT,
        new SandboxProfile(1, Bytes32.ZERO));
  }

  public static Signer key(String actor) {
    return TestKeys.of(actor.equals("directory") ? actor : "access " + actor);
  }

  public static Address address(String actor) {
    return key(actor).address();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Makes the ledger say that the match is in that state. */
  public void enter(String state) {
    Stage stage =
        switch (state) {
          case "awaiting result" -> Stage.AWAITING_RESULT;
          case "awaiting reaction" -> Stage.AWAITING_REACTION;
          case "in mediation" -> Stage.IN_MEDIATION;
          default -> Stage.CLOSED;
        };
    boolean posted = !state.equals("awaiting result") && !state.equals("closed without result");
    boolean mediated = state.equals("closed after mediation") || state.equals("grace over");
    register.say(
        match(
            MATCH, "provider", stage, posted, mediated ? Optional.of(evidence) : Optional.empty()));
    register.say(
        match(
            DUPLICATE, "provider of a duplicate", Stage.AWAITING_REACTION, true, Optional.empty()));
    register.setBlockTime(CLOSED_AT + GRACE + (state.equals("grace over") ? 1 : 0));
  }

  private MatchAccess match(
      MatchId id, String provider, Stage stage, boolean posted, Optional<Bytes32> evidence) {
    return new MatchAccess(
        id,
        address("job creator"),
        address(provider),
        mediatorOf(id),
        spec.digest().sha256(),
        stage,
        posted,
        stage == Stage.CLOSED ? OptionalLong.of(CLOSED_AT) : OptionalLong.empty(),
        evidence);
  }

  /** The duplicate has a mediator of its own, so that the table's has one match only. */
  private static Address mediatorOf(MatchId id) {
    return id.equals(MATCH) ? address("mediator") : address("another mediator");
  }

  /** What the provider announces. */
  public Digest manifest() {
    return manifest;
  }

  /** What the table calls it. */
  public AccessRequest request(String actor, String does) {
    return switch (does) {
      case "reads the job" -> new AccessRequest.Read(address("job creator"), job);
      case "reads the result" -> new AccessRequest.Read(address("provider"), result);
      case "reads the evidence" -> new AccessRequest.Read(address("mediator"), evidence);
      case "reads another object of the job creator" ->
          new AccessRequest.Read(address("job creator"), others);
      case "reads another object of the provider" ->
          new AccessRequest.Read(address("provider"), others);
      case "reads another object of the mediator" ->
          new AccessRequest.Read(address("mediator"), others);
      case "reads the shelf" -> new AccessRequest.Read(address("directory"), others);
      case "finds the result" -> new AccessRequest.FindResult(MATCH, address("provider"));
      case "announces the result" -> new AccessRequest.AnnounceResult(MATCH);
      case "writes its own" -> new AccessRequest.Write(address(actor));
      case "writes the shelf" -> new AccessRequest.Write(address("directory"));
      case "writes the provider's" -> new AccessRequest.Write(address("provider"));
      case "writes the job creator's" -> new AccessRequest.Write(address("job creator"));
      case "leaves the job creator a note" -> leave("job creator");
      case "leaves the provider a note" -> leave("provider");
      case "leaves the mediator a note" -> leave("mediator");
      case "reads the job creator's note for the provider" -> find("job creator", "provider");
      case "reads the provider's note for the job creator" -> find("provider", "job creator");
      case "reads the job creator's note for the mediator" -> find("job creator", "mediator");
      case "reads the provider's note for the mediator" -> find("provider", "mediator");
      case "reads the mediator's note for the job creator" -> find("mediator", "job creator");
      case "reads the mediator's note for the provider" -> find("mediator", "provider");
      default -> throw new AssertionError("the table has a new request: " + does);
    };
  }

  private static AccessRequest leave(String recipient) {
    return new AccessRequest.LeaveNote(MATCH, address(recipient));
  }

  private static AccessRequest find(String sender, String recipient) {
    return new AccessRequest.FindNote(MATCH, address(sender), address(recipient));
  }
}
