package modicum.ledger.orders;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Signature;
import modicum.protocol.money.Prices;
import modicum.protocol.offer.Capacity;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.Limits;
import modicum.protocol.offer.ResourceOffer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Signed offers as JSON, as order books take and give them. Amounts and quantities are decimal
 * strings (they exceed 2^53, above which many readers of JSON round), times, slots and architecture
 * codes are numbers, addresses, hashes and signatures are 0x and hexadecimal digits. The signature
 * of an offer that its owner posted is {@code "0x"}.
 *
 * <p>Reading is strict: a missing, unknown, repeated or ill-typed field, or anything beyond the
 * size limits, gives an {@link IllegalArgumentException} of one line.
 */
public final class OfferJson {
  /** No offer is longer, characters. */
  public static final int MAXIMUM_LENGTH = 4096 + 2 * Signature.MAXIMUM_SIZE;

  /** Of a reason, as it is kept. */
  private static final int MAXIMUM_REASON = 512;

  private static final int MAXIMUM_DEPTH = 8;
  private static final int MAXIMUM_REASONS = 64;
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAXIMUM_DEPTH)
                          .maxStringLength(MAXIMUM_LENGTH)
                          .maxNameLength(64)
                          .maxNumberLength(20)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private OfferJson() {}

  /** One line. */
  public static String write(SignedJobOffer offer) {
    return node(offer).toString();
  }

  /** One line. */
  public static String write(SignedResourceOffer offer) {
    return node(offer).toString();
  }

  public static String writeJobOffers(Collection<SignedJobOffer> offers) {
    return array(offers, OfferJson::node);
  }

  public static String writeResourceOffers(Collection<SignedResourceOffer> offers) {
    return array(offers, OfferJson::node);
  }

  public static String write(JobOfferStatus status) {
    ObjectNode node = JSON.createObjectNode();
    node.put("status", status.place().name().toLowerCase(Locale.ROOT));
    ArrayNode reasons = node.putArray("reasons");
    status.reasons().stream()
        .limit(MAXIMUM_REASONS)
        .map(reason -> cut(reason, MAXIMUM_REASON))
        .forEach(reasons::add);
    return node.toString();
  }

  public static SignedJobOffer readJobOffer(String json) {
    return jobOffer(new JsonFields(parseOne(json), "job offer"));
  }

  public static SignedResourceOffer readResourceOffer(String json) {
    return resourceOffer(new JsonFields(parseOne(json), "resource offer"));
  }

  public static List<SignedJobOffer> readJobOffers(String json) {
    return list(json, node -> jobOffer(new JsonFields(node, "job offer")));
  }

  public static List<SignedResourceOffer> readResourceOffers(String json) {
    return list(json, node -> resourceOffer(new JsonFields(node, "resource offer")));
  }

  public static JobOfferStatus readStatus(String json) {
    JsonFields fields = new JsonFields(parse(json), "status");
    String place = fields.text("status");
    List<String> reasons = fields.texts("reasons");
    fields.requireNothingElse();
    return new JobOfferStatus(place(place), reasons);
  }

  /**
   * Reads the body of a refusal, {@code {"error": ..., "hint": ...}}, as one printable line: it is
   * another party's text.
   */
  public static String readRefusal(String json) {
    JsonFields fields = new JsonFields(parseOne(json), "refusal");
    String error = fields.text("error");
    String hint = fields.text("hint");
    return printable(hint.isBlank() ? error : error + "; " + hint);
  }

  /** Other parties' text may go to a terminal or a log: no control characters. */
  static String printable(String text) {
    return text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
  }

  private static JobOfferStatus.Place place(String name) {
    for (JobOfferStatus.Place place : JobOfferStatus.Place.values()) {
      if (place.name().toLowerCase(Locale.ROOT).equals(name)) {
        return place;
      }
    }
    throw new IllegalArgumentException("status.status is not one that is known");
  }

  private static <T> String array(Collection<T> offers, Function<T, ObjectNode> node) {
    ArrayNode array = JSON.createArrayNode();
    offers.forEach(offer -> array.add(node.apply(offer)));
    return array.toString();
  }

  private static ObjectNode node(SignedJobOffer signed) {
    JobOffer offer = signed.offer();
    ObjectNode node = JSON.createObjectNode();
    ObjectNode fields = node.putObject("offer");
    fields.put("jobCreator", offer.jobCreator().toString());
    Limits limits = offer.limits();
    quantities(
        fields.putObject("limits"),
        limits.instructions(),
        limits.memory(),
        limits.storage(),
        limits.bandwidth());
    prices(fields.putObject("maxPrices"), offer.maxPrices());
    fields.put("completionDeadline", offer.completionDeadline());
    fields.put("matchIncentive", offer.matchIncentive().toString());
    fields.put("baseLayer", offer.baseLayer().toString());
    fields.put("jobDigest", offer.jobDigest().toString());
    fields.put("directory", offer.directory().toString());
    fields.put("architecture", offer.architecture().code());
    fields.put("nonce", Long.toString(offer.nonce()));
    fields.put("expiry", offer.expiry());
    node.put("signature", signed.signature().toString());
    return node;
  }

  private static ObjectNode node(SignedResourceOffer signed) {
    ResourceOffer offer = signed.offer();
    ObjectNode node = JSON.createObjectNode();
    ObjectNode fields = node.putObject("offer");
    fields.put("resourceProvider", offer.resourceProvider().toString());
    Capacity capacity = offer.capacity();
    quantities(
        fields.putObject("capacity"),
        capacity.instructions(),
        capacity.memory(),
        capacity.storage(),
        capacity.bandwidth());
    prices(fields.putObject("prices"), offer.prices());
    fields.put("matchIncentive", offer.matchIncentive().toString());
    fields.put("slots", offer.slots());
    fields.put("nonce", Long.toString(offer.nonce()));
    fields.put("expiry", offer.expiry());
    node.put("signature", signed.signature().toString());
    return node;
  }

  private static void quantities(
      ObjectNode node, long instructions, long memory, long storage, long bandwidth) {
    node.put("instructions", Long.toString(instructions));
    node.put("memory", Long.toString(memory));
    node.put("storage", Long.toString(storage));
    node.put("bandwidth", Long.toString(bandwidth));
  }

  private static void prices(ObjectNode node, Prices prices) {
    node.put("instruction", prices.instruction().toString());
    node.put("bandwidth", prices.bandwidth().toString());
  }

  private static SignedJobOffer jobOffer(JsonFields signed) {
    JsonFields fields = signed.object("offer");
    JobOffer offer =
        new JobOffer(
            address(fields, "jobCreator"),
            limits(fields.object("limits")),
            prices(fields.object("maxPrices")),
            fields.number("completionDeadline"),
            fields.wei("matchIncentive"),
            bytes32(fields, "baseLayer"),
            bytes32(fields, "jobDigest"),
            address(fields, "directory"),
            new Architecture(Math.clamp(fields.number("architecture"), -1, 256)),
            fields.quantity("nonce"),
            fields.number("expiry"));
    fields.requireNothingElse();
    return new SignedJobOffer(offer, signature(signed));
  }

  private static SignedResourceOffer resourceOffer(JsonFields signed) {
    JsonFields fields = signed.object("offer");
    ResourceOffer offer =
        new ResourceOffer(
            address(fields, "resourceProvider"),
            capacity(fields.object("capacity")),
            prices(fields.object("prices")),
            fields.wei("matchIncentive"),
            fields.number("slots"),
            fields.quantity("nonce"),
            fields.number("expiry"));
    fields.requireNothingElse();
    return new SignedResourceOffer(offer, signature(signed));
  }

  private static Signature signature(JsonFields signed) {
    String hex = signed.hexAtMost("signature", Signature.MAXIMUM_SIZE);
    signed.requireNothingElse();
    return Signature.fromHex(hex);
  }

  private static Limits limits(JsonFields fields) {
    Limits limits =
        new Limits(
            fields.quantity("instructions"),
            fields.quantity("memory"),
            fields.quantity("storage"),
            fields.quantity("bandwidth"));
    fields.requireNothingElse();
    return limits;
  }

  private static Capacity capacity(JsonFields fields) {
    Capacity capacity =
        new Capacity(
            fields.quantity("instructions"),
            fields.quantity("memory"),
            fields.quantity("storage"),
            fields.quantity("bandwidth"));
    fields.requireNothingElse();
    return capacity;
  }

  private static Prices prices(JsonFields fields) {
    Prices prices = new Prices(fields.wei("instruction"), fields.wei("bandwidth"));
    fields.requireNothingElse();
    return prices;
  }

  private static Address address(JsonFields fields, String name) {
    return Address.fromHex(fields.hex(name, Address.SIZE));
  }

  private static Bytes32 bytes32(JsonFields fields, String name) {
    return Bytes32.fromHex(fields.hex(name, Bytes32.SIZE));
  }

  private static <T> List<T> list(String json, Function<JsonNode, T> read) {
    JsonNode array = parse(json);
    if (!array.isArray()) {
      throw new IllegalArgumentException("a list of offers is a JSON array");
    }
    List<T> offers = new ArrayList<>(array.size());
    array.forEach(node -> offers.add(read.apply(node)));
    return offers;
  }

  private static JsonNode parseOne(String json) {
    if (json.length() > MAXIMUM_LENGTH) {
      throw new IllegalArgumentException(
          "longer than any offer can be (" + MAXIMUM_LENGTH + " characters)");
    }
    return parse(json);
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JacksonException e) {
      var where = e.getLocation();
      String place =
          where == null
              ? ""
              : " (line " + where.getLineNr() + ", column " + where.getColumnNr() + ")";
      throw new IllegalArgumentException("this is not the JSON of an offer" + place, e);
    }
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length - 3) + "...";
  }
}
