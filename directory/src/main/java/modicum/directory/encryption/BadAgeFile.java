package modicum.directory.encryption;

import java.io.IOException;

/** Bytes that are no age file of ours, or one that the key does not open, or not to its end. */
final class BadAgeFile extends IOException {
  BadAgeFile(String message, Throwable cause) {
    super(message, cause);
  }

  BadAgeFile(String message) {
    super(message);
  }
}
