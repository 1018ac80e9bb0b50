package modicum.directory.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.transfer.Retry;
import modicum.directory.uptime.UptimeHead;
import modicum.directory.uptime.UptimeRecord;
import modicum.directory.uptime.UptimeSource;
import modicum.directory.uptime.UptimeUnproven;
import modicum.directory.wire.Messages.Head;
import modicum.directory.wire.Messages.Uptime;
import modicum.directory.wire.UptimeMessages;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.SignatureRecovery;

/**
 * Asks a hosted directory for its availability, and believes what is proven.
 *
 * @param patience a record that takes longer, page by page, is given up
 */
record UptimeClient(
    ServiceConnection service,
    Address directory,
    SignatureRecovery recovery,
    Retry retry,
    Duration patience) {
  /** A record comes in no more pages. */
  private static final int MOST_PAGES = 64;

  UptimeHead head() throws UptimeUnproven {
    Head message = ask("/v1/uptime/head", Head.class);
    try {
      return believed(UptimeMessages.read(message));
    } catch (IllegalArgumentException e) {
      throw new UptimeUnproven("the head cannot be read: " + e.getMessage(), e);
    }
  }

  UptimeRecord record(long from, long to) throws UptimeUnproven {
    List<UptimeRecord> pages = new ArrayList<>();
    int beats = 0;
    boolean more = true;
    long start = System.nanoTime();
    while (more) {
      long after = pages.isEmpty() ? 0 : pages.getLast().head().beat().number();
      Uptime message =
          ask("/v1/uptime?from=" + from + "&to=" + to + "&after=" + after, Uptime.class);
      UptimeRecord page = page(message, from, to, UptimeSource.MOST_BEATS - beats);
      believed(page.head());
      pages.add(page);
      beats += page.beats().size();
      more = message.more();
      if (more && System.nanoTime() - start > patience.toNanos()) {
        throw new DirectoryUnavailable(
            "the uptime record of directory %s did not come within %d s"
                .formatted(directory, patience.toSeconds()));
      }
      if (more && (pages.size() == MOST_PAGES || beats >= UptimeSource.MOST_BEATS)) {
        throw new UptimeUnproven("the record does not end; ask for a shorter range");
      }
    }
    try {
      return UptimeRecord.joined(pages);
    } catch (IllegalArgumentException e) {
      throw new UptimeUnproven("the record does not hold together: " + e.getMessage(), e);
    }
  }

  private static UptimeRecord page(Uptime message, long from, long to, int most)
      throws UptimeUnproven {
    try {
      UptimeRecord page = UptimeMessages.read(message, most);
      if (page.from() != from || page.to() != to) {
        throw new UptimeUnproven("the record is of another range than was asked for");
      }
      return page;
    } catch (IllegalArgumentException e) {
      throw new UptimeUnproven("the record does not hold together: " + e.getMessage(), e);
    }
  }

  private UptimeHead believed(UptimeHead head) throws UptimeUnproven {
    if (!head.directory().equals(directory) || !head.isSigned(recovery)) {
      throw new UptimeUnproven("the uptime record is not signed by directory " + directory);
    }
    return head;
  }

  private <T> T ask(String target, Class<T> type) {
    return retry.call(
        () -> {
          Answer answer = service.get(target);
          if (!answer.is(200)) {
            throw new DirectoryUnavailable(answer.trouble());
          }
          return answer.as(type);
        });
  }
}
