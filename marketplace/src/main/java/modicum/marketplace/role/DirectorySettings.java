package modicum.marketplace.role;

import java.math.BigInteger;
import java.net.URI;
import modicum.directory.s3.S3Settings;
import modicum.ledger.config.BadConfiguration;

/**
 * What the operator of a directory decides.
 *
 * @param host the interface that the service listens on; default 127.0.0.1
 * @param port 0 for a free one; default 8480
 * @param endpoint URL by which others reach it; default: host and port
 * @param availabilityValue wei that each side of a match pays it for being available; default 0
 * @param stateFolder where its uptime record is, and the objects of the embedded S3 server
 * @param s3 an S3 service of its own; left out: one embedded in this process
 * @param limits what it takes and keeps, and for how long
 */
public record DirectorySettings(
    String host,
    Integer port,
    String endpoint,
    BigInteger availabilityValue,
    String stateFolder,
    S3 s3,
    DirectoryLimits limits) {
  private static final int DEFAULT_PORT = 8480;

  /**
   * An S3 or MinIO service.
   *
   * @param endpoint URL
   * @param publicEndpoint URL by which the parties reach it; default: the endpoint
   * @param region default us-east-1
   * @param bucket default modicum
   */
  public record S3(
      String endpoint,
      String publicEndpoint,
      String region,
      String accessKey,
      String secretKey,
      String bucket) {
    public S3 {
      if (endpoint == null || accessKey == null || secretKey == null) {
        throw new BadConfiguration("s3 needs endpoint, accessKey and secretKey");
      }
      publicEndpoint = publicEndpoint == null ? endpoint : publicEndpoint;
      region = region == null ? S3Settings.DEFAULT_REGION : region;
      bucket = bucket == null ? "modicum" : bucket;
    }

    S3Settings settings() {
      return new S3Settings(
          URI.create(endpoint), URI.create(publicEndpoint), region, accessKey, secretKey, bucket);
    }
  }

  public DirectorySettings {
    host = host == null ? "127.0.0.1" : host;
    port = port == null ? DEFAULT_PORT : port;
    availabilityValue = availabilityValue == null ? BigInteger.ZERO : availabilityValue;
    limits = limits == null ? DirectoryLimits.NONE : limits;
    if (stateFolder == null) {
      throw new IllegalArgumentException("directory.stateFolder is missing");
    }
  }
}
