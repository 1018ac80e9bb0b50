package modicum.directory.client;

import modicum.directory.DirectoryRefused;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.ObjectNotFound;

/** Remembers the last refusal, which is tried again like an outage, but ends as a refusal. */
final class Refusals {
  private volatile DirectoryUnavailable last;

  DirectoryUnavailable note(Answer answer) {
    last = new DirectoryUnavailable(answer.trouble());
    return last;
  }

  /** Of an object: one that is not there is not found, at once. */
  Answer requireFound(Answer answer) throws ObjectNotFound {
    if (answer.is(404)) {
      throw new ObjectNotFound(answer.trouble());
    }
    return requireShown(answer);
  }

  Answer requireShown(Answer answer) {
    return switch (answer.status()) {
      case 200 -> answer;
      case 403 -> throw note(answer);
      default -> throw new DirectoryUnavailable(answer.trouble());
    };
  }

  void throwIfLast(DirectoryUnavailable e) throws ObjectNotFound {
    if (e == last) {
      throw new ObjectNotFound(e.getMessage());
    }
  }

  DirectoryUnavailable asRefused(DirectoryUnavailable e) {
    return e == last ? new DirectoryRefused(e.getMessage()) : e;
  }
}
