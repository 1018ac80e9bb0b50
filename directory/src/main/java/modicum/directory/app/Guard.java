package modicum.directory.app;

import java.util.function.Supplier;
import modicum.directory.access.AccessRequest;
import modicum.directory.access.Decision;
import modicum.directory.access.Gatekeeper;
import modicum.protocol.identity.Address;
import org.springframework.http.HttpStatus;

/** Lets requests through that are well-formed and allowed, and refuses the others. */
record Guard(Gatekeeper gatekeeper) {
  void requireAllowed(Address requester, AccessRequest request) {
    switch (gatekeeper.decide(requester, request)) {
      case Decision.Allowed allowed -> {}
      case Decision.NotYet notYet ->
          throw new Refusal(
              HttpStatus.TOO_EARLY, notYet.why(), "try again when the ledger has moved on");
      case Decision.Refused refused ->
          throw new Refusal(
              HttpStatus.FORBIDDEN,
              refused.why(),
              "a match opens its objects to its parties; it may not have been seen here yet");
    }
  }

  static Refusal notFound(String error, String hint) {
    return new Refusal(HttpStatus.NOT_FOUND, error, hint);
  }

  static String required(String value) {
    if (value == null) {
      throw new IllegalArgumentException("it is missing");
    }
    return value;
  }

  static <T> T parse(String name, Supplier<T> parser) {
    try {
      return parser.get();
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest(
          "bad " + name + ": " + e.getMessage(), "see the directory's reference for its form");
    }
  }
}
