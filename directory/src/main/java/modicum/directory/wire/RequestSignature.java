package modicum.directory.wire;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.Signer;

/**
 * Who asks a hosted directory: four headers of a request, of which the last is a signature with the
 * party's Ethereum key over everything that matters:
 *
 * <pre>
 * keccak256("modicum directory request 1" directory requester method target
 *           sha256(body) timestamp nonce), each ended by a newline
 * </pre>
 *
 * The directory's address is in it, so that a directory cannot use a request at another; the
 * timestamp and nonce, so that a listener cannot use it again. The text can't be mistaken for an
 * EIP-712 message or a transaction, which begin with other bytes.
 *
 * @param timestamp seconds since 1970, by the requester's clock
 * @param nonce 32 hexadecimal digits, never used twice
 */
public record RequestSignature(
    Address requester, long timestamp, String nonce, Signature signature) {
  public static final String REQUESTER_HEADER = "Modicum-Requester";
  public static final String TIMESTAMP_HEADER = "Modicum-Timestamp";
  public static final String NONCE_HEADER = "Modicum-Nonce";
  public static final String SIGNATURE_HEADER = "Modicum-Signature";

  private static final int NONCE_SIZE = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  public RequestSignature {
    if (!nonce.matches("[0-9a-f]{" + 2 * NONCE_SIZE + "}")) {
      throw new IllegalArgumentException(NONCE_HEADER + " has 32 hexadecimal digits");
    }
  }

  /**
   * What is signed of a request.
   *
   * @param target path and query, as the service sees them: beginning with {@code /v1/}, whatever
   *     path a proxy before it adds
   */
  public record Content(Address directory, String method, String target, byte[] body) {}

  public static RequestSignature sign(Content content, Signer requester, long timestamp) {
    byte[] random = new byte[NONCE_SIZE];
    RANDOM.nextBytes(random);
    String nonce = HexFormat.of().formatHex(random);
    Bytes32 hash = hash(content, requester.address(), timestamp, nonce);
    return new RequestSignature(requester.address(), timestamp, nonce, requester.sign(hash));
  }

  /**
   * Reads the headers of a request.
   *
   * @param header gives null for one that is absent
   * @throws IllegalArgumentException one is absent or malformed; the message names it
   */
  public static RequestSignature fromHeaders(Function<String, String> header) {
    return new RequestSignature(
        Address.fromHex(required(header, REQUESTER_HEADER)),
        timestamp(required(header, TIMESTAMP_HEADER)),
        required(header, NONCE_HEADER),
        Signature.fromHex(required(header, SIGNATURE_HEADER)));
  }

  private static String required(Function<String, String> header, String name) {
    String value = header.apply(name);
    if (value == null) {
      throw new IllegalArgumentException("header " + name + " is missing");
    }
    return value;
  }

  private static long timestamp(String text) {
    if (!text.matches("[0-9]{1,12}")) {
      throw new IllegalArgumentException(TIMESTAMP_HEADER + " is in seconds since 1970");
    }
    return Long.parseLong(text);
  }

  public Map<String, String> toHeaders() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(REQUESTER_HEADER, requester.toString());
    headers.put(TIMESTAMP_HEADER, Long.toString(timestamp));
    headers.put(NONCE_HEADER, nonce);
    headers.put(SIGNATURE_HEADER, signature.toString());
    return headers;
  }

  /** The hash that the requester signs. */
  public Bytes32 hash(Content content) {
    return hash(content, requester, timestamp, nonce);
  }

  private static Bytes32 hash(Content content, Address requester, long timestamp, String nonce) {
    return Keccak256.hashUtf8(
        String.join(
            "\n",
            "modicum directory request 1",
            content.directory().toString(),
            requester.toString(),
            content.method(),
            content.target(),
            Sha256.of(content.body()).sha256().toHex(),
            Long.toString(timestamp),
            nonce,
            ""));
  }
}
