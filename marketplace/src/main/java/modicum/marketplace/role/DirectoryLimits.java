package modicum.marketplace.role;

import java.time.Duration;
import java.util.Optional;
import modicum.directory.app.DirectoryServiceConfig.Limits;
import modicum.directory.retention.Retention;
import modicum.jobcreator.file.ByteCount;
import modicum.jobcreator.file.Span;

/**
 * How much a directory takes, and for how long it keeps and shows it, as its operator writes it.
 * What is left out is as {@link Limits#DEFAULT}.
 *
 * @param accountQuota what one account may keep
 * @param maximumObjectSize of one object
 * @param grace how long results and evidence of a closed match can be read, block time
 * @param grantLifetime how long a presigned URL can be used
 * @param clockWindow how far a request's time may be off, either way
 * @param retention when what is kept goes
 * @param sweepPeriod between two looks for what has to go
 */
public record DirectoryLimits(
    ByteCount accountQuota,
    ByteCount maximumObjectSize,
    Span grace,
    Span grantLifetime,
    Span clockWindow,
    RetentionEntry retention,
    Span sweepPeriod) {
  static final DirectoryLimits NONE = new DirectoryLimits(null, null, null, null, null, null, null);

  /**
   * When what is kept goes.
   *
   * @param unmatched objects of no match, since they were put or last asked for
   * @param afterClose objects of a closed match, block time
   */
  public record RetentionEntry(Span unmatched, Span afterClose) {}

  public DirectoryLimits {
    // What does not fit together is said where it stands in the file.
    complete(
        accountQuota, maximumObjectSize, grace, grantLifetime, clockWindow, retention, sweepPeriod);
  }

  Limits complete() {
    return complete(
        accountQuota, maximumObjectSize, grace, grantLifetime, clockWindow, retention, sweepPeriod);
  }

  private static Limits complete(
      ByteCount accountQuota,
      ByteCount maximumObjectSize,
      Span grace,
      Span grantLifetime,
      Span clockWindow,
      RetentionEntry retention,
      Span sweepPeriod) {
    Limits defaults = Limits.DEFAULT;
    return new Limits(
        orElse(grace, defaults.grace()),
        orElse(maximumObjectSize, defaults.maximumObjectSize()),
        orElse(grantLifetime, defaults.grantLifetime()),
        defaults.heartbeat(),
        orElse(clockWindow, defaults.clockWindow()),
        orElse(accountQuota, defaults.accountQuota()),
        retention == null
            ? defaults.retention()
            : new Retention(
                orElse(retention.afterClose(), defaults.retention().afterClose()),
                orElse(retention.unmatched(), defaults.retention().unmatched())),
        orElse(sweepPeriod, defaults.sweepPeriod()));
  }

  private static long orElse(ByteCount entry, long otherwise) {
    return entry == null ? otherwise : entry.bytes();
  }

  private static Duration orElse(Span entry, Duration otherwise) {
    return Optional.ofNullable(entry).map(e -> Duration.ofSeconds(e.seconds())).orElse(otherwise);
  }
}
