package modicum.ledger.web3j;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Role;
import modicum.protocol.market.Condition;
import modicum.protocol.market.Rejection;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.Stage;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.OfferHash;

/**
 * Reads the contract's errors as rejections. The data have the very types that {@code Market} gives
 * them, so that a rejection by the one equals a rejection by the other.
 */
final class RefusalDecoder {
  private static final int SELECTOR_SIZE = 4;

  /** How a node words an error of which it sends no data. */
  private static final Pattern WORDED =
      Pattern.compile("custom error 0x([0-9a-fA-F]{8})(?:: ?([0-9a-fA-F]*))?");

  private static final Pattern HEXADECIMAL = Pattern.compile("0x([0-9a-fA-F]{8,})");

  /** One value of an error's data: its type in Solidity, and how its word is read. */
  private enum Field {
    ACCOUNT("address", RefusalDecoder::account),
    OFFER("bytes32", OfferHash::new),
    MATCH("bytes32", MatchId::new),
    WORD("bytes32", word -> word),
    MONEY("uint256", word -> new Wei(unsigned(word))),
    QUANTITY("uint256", word -> unsigned(word).longValueExact()),
    LARGE_QUANTITY("uint256", RefusalDecoder::unsigned),
    ARCHITECTURE("uint256", word -> Abi.architecture(unsigned(word))),
    ROLE("uint8", word -> Abi.choice(Role.values(), unsigned(word))),
    STAGE("uint8", word -> Abi.choice(Stage.values(), unsigned(word)));

    private final String type;
    private final Function<Bytes32, Object> reader;

    Field(String type, Function<Bytes32, Object> reader) {
      this.type = type;
      this.reader = reader;
    }
  }

  private static final Map<Condition, List<Field>> FIELDS = fields();
  private static final Map<String, Condition> BY_SELECTOR = bySelector();

  private RefusalDecoder() {}

  /**
   * Reads the message of a node's error, for nodes that put the data there and nowhere else.
   *
   * @return empty where it is no error of the contract
   */
  static Optional<Rejection> decodeMessage(String message) {
    Matcher worded = WORDED.matcher(message == null ? "" : message);
    return worded.find()
        ? decode("0x" + worded.group(1) + Optional.ofNullable(worded.group(2)).orElse(""))
        : Optional.empty();
  }

  /**
   * Reads the data of a node's error. Nodes wrap them in different ways (a string, a string in
   * quotes, an object, a text), so the first hexadecimal run is taken.
   *
   * @return empty where it is no error of the contract
   */
  static Optional<Rejection> decode(String errorData) {
    Matcher run = HEXADECIMAL.matcher(errorData == null ? "" : errorData);
    if (!run.find()) {
      return Optional.empty();
    }
    String digits = run.group(1).toLowerCase(Locale.ROOT);
    Condition condition = BY_SELECTOR.get(digits.substring(0, 2 * SELECTOR_SIZE));
    if (condition == null) {
      return Optional.empty();
    }
    byte[] data = HexFormat.of().parseHex(digits.substring(2 * SELECTOR_SIZE));
    List<Field> fields = FIELDS.get(condition);
    if (data.length != fields.size() * Bytes32.SIZE) {
      throw new IllegalArgumentException(
          condition.errorName() + " with " + data.length + " bytes of data");
    }
    return Optional.of(new Rejection(condition, read(fields, data)));
  }

  private static List<Object> read(List<Field> fields, byte[] data) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      byte[] word = Arrays.copyOfRange(data, i * Bytes32.SIZE, (i + 1) * Bytes32.SIZE);
      values.add(fields.get(i).reader.apply(Bytes32.of(word)));
    }
    return values;
  }

  private static Address account(Bytes32 word) {
    return Address.of(
        Arrays.copyOfRange(word.toArray(), Bytes32.SIZE - Address.SIZE, Bytes32.SIZE));
  }

  private static BigInteger unsigned(Bytes32 word) {
    return new BigInteger(1, word.toArray());
  }

  private static Map<String, Condition> bySelector() {
    Map<String, Condition> conditions = new HashMap<>();
    FIELDS.forEach((condition, fields) -> conditions.put(selector(condition, fields), condition));
    return Map.copyOf(conditions);
  }

  private static String selector(Condition condition, List<Field> fields) {
    List<String> types = fields.stream().map(field -> field.type).toList();
    return Keccak256.hashUtf8(condition.errorName() + "(" + String.join(",", types) + ")")
        .toHex()
        .substring(0, 2 * SELECTOR_SIZE);
  }

  private static Map<Condition, List<Field>> fields() {
    Map<Condition, List<Field>> fields = new EnumMap<>(Condition.class);
    for (Condition condition : Condition.values()) {
      fields.put(condition, fieldsOf(condition));
    }
    return fields;
  }

  private static List<Field> fieldsOf(Condition condition) {
    return switch (condition) {
      case ZERO_AMOUNT -> List.of();
      case WRONG_AMOUNT -> List.of(Field.MONEY, Field.MONEY);
      case TRANSFER_FAILED -> List.of(Field.ACCOUNT, Field.MONEY);
      case INSUFFICIENT_FUNDS -> List.of(Field.ACCOUNT, Field.MONEY, Field.MONEY);
      case BALANCE_TOO_LARGE -> List.of(Field.ACCOUNT);
      case NOT_REGISTERED -> List.of(Field.ROLE, Field.ACCOUNT);
      case NOT_THE_OWNER, NOT_ENTITLED -> List.of(Field.ACCOUNT, Field.ACCOUNT);
      case OFFER_ALREADY_POSTED, OFFER_IS_CANCELLED, OFFER_ALREADY_MATCHED -> List.of(Field.OFFER);
      case NONCE_BELOW_FLOOR -> List.of(Field.OFFER, Field.QUANTITY, Field.QUANTITY);
      case NOT_ACCEPTED_BY_JOB_CREATOR -> List.of(Field.MATCH, Field.ACCOUNT);
      case OFFER_EXPIRED -> List.of(Field.OFFER, Field.QUANTITY, Field.QUANTITY);
      case OFFER_NEITHER_POSTED_NOR_SIGNED -> List.of(Field.OFFER, Field.ACCOUNT);
      case NO_FREE_SLOT -> List.of(Field.OFFER, Field.QUANTITY);
      case INSTRUCTION_CAPACITY_TOO_SMALL,
          MEMORY_CAPACITY_TOO_SMALL,
          STORAGE_CAPACITY_TOO_SMALL,
          BANDWIDTH_CAPACITY_TOO_SMALL,
          NONCE_NOT_ABOVE_FLOOR,
          DEADLINE_PASSED,
          DEADLINE_NOT_PASSED ->
          List.of(Field.QUANTITY, Field.QUANTITY);
      case INSTRUCTION_PRICE_TOO_HIGH, BANDWIDTH_PRICE_TOO_HIGH ->
          List.of(Field.MONEY, Field.MONEY);
      case ARCHITECTURE_MISMATCH ->
          List.of(Field.ARCHITECTURE, Field.ARCHITECTURE, Field.ARCHITECTURE);
      case DIRECTORY_NOT_TRUSTED_BY_RESOURCE_PROVIDER,
          DIRECTORY_NOT_TRUSTED_BY_MEDIATOR,
          MEDIATOR_NOT_TRUSTED_BY_JOB_CREATOR,
          MEDIATOR_NOT_TRUSTED_BY_RESOURCE_PROVIDER ->
          List.of(Field.ACCOUNT, Field.ACCOUNT);
      case BASE_LAYER_NOT_SUPPORTED_BY_RESOURCE_PROVIDER, BASE_LAYER_NOT_SUPPORTED_BY_MEDIATOR ->
          List.of(Field.WORD, Field.ACCOUNT);
      case COMPLETION_DEADLINE_TOO_EARLY -> List.of(Field.LARGE_QUANTITY, Field.QUANTITY);
      case NOT_IN_STAGE -> List.of(Field.MATCH, Field.STAGE, Field.STAGE);
      case TERMS_MISMATCH -> List.of(Field.MATCH);
    };
  }
}
