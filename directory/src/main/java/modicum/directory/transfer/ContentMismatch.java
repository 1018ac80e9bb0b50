package modicum.directory.transfer;

import java.io.IOException;

/** Content that is not what its digest says: too short, too long, or other bytes. */
public final class ContentMismatch extends IOException {
  public ContentMismatch(String message) {
    super(message);
  }
}
