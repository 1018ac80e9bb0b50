package modicum.directory.app;

import org.springframework.http.HttpStatus;

/** Ends a request with a status, what is wrong and what to do. */
final class Refusal extends RuntimeException {
  private final transient HttpStatus status;
  private final String hint;

  Refusal(HttpStatus status, String error, String hint) {
    super(error, null, false, false);
    this.status = status;
    this.hint = hint;
  }

  static Refusal badRequest(String error, String hint) {
    return new Refusal(HttpStatus.BAD_REQUEST, error, hint);
  }

  HttpStatus status() {
    return status;
  }

  String hint() {
    return hint;
  }
}
