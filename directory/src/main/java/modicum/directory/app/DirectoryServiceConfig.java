package modicum.directory.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import modicum.directory.MatchRegister;
import modicum.directory.access.AccessRules;
import modicum.directory.retention.Retention;
import modicum.directory.s3.S3Settings;
import modicum.directory.transfer.PartSizes;
import modicum.protocol.identity.SignatureRecovery;
import modicum.protocol.identity.Signer;

/**
 * What a hosted directory needs.
 *
 * @param host the interface to listen on
 * @param port 0 for a free one
 * @param directory the directory's key: its account on the ledger, and what uptime is signed with
 * @param storage the S3 service that holds the objects
 * @param stateFolder for the uptime record; survives restarts
 * @param clock seconds since 1970, which requests' timestamps and heartbeats go by
 * @param limits what it lets callers do
 */
public record DirectoryServiceConfig(
    String host,
    int port,
    Signer directory,
    SignatureRecovery recovery,
    MatchRegister register,
    S3Settings storage,
    Path stateFolder,
    LongSupplier clock,
    Limits limits) {

  /** The system's clock. */
  public static final LongSupplier SYSTEM_CLOCK = () -> System.currentTimeMillis() / 1000;

  /**
   * @param grace how long the objects of a closed match can be read, in block time
   * @param maximumObjectSize bytes
   * @param grantLifetime how long a presigned URL can be used
   * @param heartbeat between two notes of being available
   * @param clockWindow how far a request's timestamp may be off, either way
   * @param accountQuota how much an account may keep, bytes
   * @param retention when what is kept goes
   * @param sweepPeriod between two looks for what has to go
   */
  public record Limits(
      Duration grace,
      long maximumObjectSize,
      Duration grantLifetime,
      Duration heartbeat,
      Duration clockWindow,
      long accountQuota,
      Retention retention,
      Duration sweepPeriod) {
    public static final long DEFAULT_OBJECT_SIZE = 5L << 30;

    /** Every nonce of that time has to be remembered. */
    private static final Duration LARGEST_WINDOW = Duration.ofHours(1);

    public static final long DEFAULT_QUOTA = 100L << 30;

    public static final Limits DEFAULT =
        new Limits(
            AccessRules.DEFAULT_GRACE,
            DEFAULT_OBJECT_SIZE,
            Duration.ofMinutes(15),
            Duration.ofSeconds(10),
            Duration.ofSeconds(120),
            DEFAULT_QUOTA,
            Retention.DEFAULT,
            Duration.ofHours(1));

    public Limits {
      if (maximumObjectSize < 0 || maximumObjectSize > PartSizes.LARGEST_OBJECT) {
        throw new IllegalArgumentException(
            "maximumObjectSize is at most 5 TiB, as S3 services take; got %d bytes"
                .formatted(maximumObjectSize));
      }
      if (grantLifetime.toSeconds() < 1 || grantLifetime.compareTo(Duration.ofDays(1)) > 0) {
        throw new IllegalArgumentException(
            "grantLifetime is a second to a day, got " + seconds(grantLifetime));
      }
      if (grace.isNegative()) {
        throw new IllegalArgumentException("grace is not negative, got " + seconds(grace));
      }
      if (retention.afterClose().compareTo(grace) < 0) {
        throw new IllegalArgumentException(
            "retention.afterClose is at least grace, %s, in which objects can be read; got %s"
                .formatted(seconds(grace), seconds(retention.afterClose())));
      }
      if (retention.unmatched().compareTo(grantLifetime) < 0) {
        throw new IllegalArgumentException(
            "retention.unmatched is at least grantLifetime, %s, in which objects are put; got %s"
                .formatted(seconds(grantLifetime), seconds(retention.unmatched())));
      }
      if (clockWindow.toSeconds() < 1 || clockWindow.compareTo(LARGEST_WINDOW) > 0) {
        throw new IllegalArgumentException(
            "clockWindow is a second to an hour, got " + seconds(clockWindow));
      }
      if (accountQuota < 0) {
        throw new IllegalArgumentException("accountQuota is not negative, got " + accountQuota);
      }
      if (sweepPeriod.toMillis() < 1) {
        throw new IllegalArgumentException("sweepPeriod is above 0, got " + sweepPeriod);
      }
    }

    private static String seconds(Duration duration) {
      return duration.toSeconds() + "s";
    }
  }
}
