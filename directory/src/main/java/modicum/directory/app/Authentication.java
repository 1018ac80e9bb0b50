package modicum.directory.app;

import java.util.function.Function;
import modicum.directory.MatchRegister.Standing;
import modicum.directory.wire.RequestSignature;
import modicum.protocol.identity.Address;
import org.springframework.http.HttpStatus;

/** Finds out who sent a request, or refuses it. */
final class Authentication {
  private static final int NONCES_OF_ONE = 20_000;
  private static final int NONCES_OF_ALL = 200_000;

  private final DirectoryServiceConfig config;
  private final long window;
  private final long startedAt;
  private final NonceMemory nonces;

  Authentication(DirectoryServiceConfig config) {
    this.config = config;
    this.window = config.limits().clockWindow().toSeconds();
    this.startedAt = config.clock().getAsLong();
    this.nonces = new NonceMemory(2 * window + 1, NONCES_OF_ONE, NONCES_OF_ALL);
  }

  /**
   * @param header gives null for one that is absent
   */
  Address authenticate(RequestSignature.Content content, Function<String, String> header) {
    RequestSignature signature = read(header);
    long now = config.clock().getAsLong();
    requireTimely(signature.timestamp(), now);
    requireSigned(signature, content);
    requireRegistered(signature.requester());
    requireFresh(signature, now);
    return signature.requester();
  }

  private static RequestSignature read(Function<String, String> header) {
    try {
      return RequestSignature.fromHeaders(header);
    } catch (IllegalArgumentException e) {
      throw unauthorized(e.getMessage(), "sign every request with the key of your account");
    }
  }

  private void requireTimely(long timestamp, long now) {
    if (Math.abs(timestamp - now) > window) {
      throw unauthorized(
          "the request is dated " + timestamp + ", it is " + now,
          "set your clock; " + window + " seconds off are accepted");
    }
    // What was used before this start is forgotten, so nothing from before it is accepted.
    if (timestamp < startedAt) {
      throw new Refusal(
          HttpStatus.SERVICE_UNAVAILABLE,
          "the request is older than this service",
          "sign it again and send it in a moment");
    }
  }

  private void requireSigned(RequestSignature signature, RequestSignature.Content content) {
    boolean signed =
        config
            .recovery()
            .recover(signature.hash(content), signature.signature())
            .filter(signature.requester()::equals)
            .isPresent();
    if (!signed) {
      throw unauthorized(
          "the signature is not one of " + signature.requester() + " over this request",
          "check the key, and that you mean directory " + config.directory().address());
    }
  }

  /** Before nonces are remembered, so that unknown keys, which cost nothing, fill no memory. */
  private void requireRegistered(Address requester) {
    if (config.register().standingOf(requester) == Standing.UNREGISTERED) {
      throw new Refusal(
          HttpStatus.FORBIDDEN,
          requester + " is not registered on the ledger in any role",
          "register the account, wait until it is confirmed, and try again");
    }
  }

  private void requireFresh(RequestSignature signature, long now) {
    switch (nonces.use(signature.requester(), signature.nonce(), now)) {
      case FRESH -> {}
      case USED ->
          throw unauthorized("the request was sent before", "sign each request with a new nonce");
      case FULL ->
          throw new Refusal(
              HttpStatus.TOO_MANY_REQUESTS,
              "too many requests in the last minutes",
              "try again in a minute");
    }
  }

  private static Refusal unauthorized(String error, String hint) {
    return new Refusal(HttpStatus.UNAUTHORIZED, error, hint);
  }
}
