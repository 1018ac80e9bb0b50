package modicum.directory.s3;

import java.net.URI;

/**
 * Where an S3 service is and how to enter.
 *
 * @param endpoint http or https, without a path
 * @param publicEndpoint where others reach the same service: what presigned URLs begin with
 * @param bucket 3 to 63 characters; created where it does not exist
 */
public record S3Settings(
    URI endpoint,
    URI publicEndpoint,
    String region,
    String accessKey,
    String secretKey,
    String bucket) {
  public static final String DEFAULT_REGION = "us-east-1";

  public S3Settings {
    requireHttp(endpoint);
    requireHttp(publicEndpoint);
    if (!bucket.matches("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")) {
      throw new IllegalArgumentException(
          "a bucket's name is 3 to 63 small letters, digits and dashes, got: " + bucket);
    }
  }

  /** One endpoint for everyone. */
  public S3Settings(
      URI endpoint, String region, String accessKey, String secretKey, String bucket) {
    this(endpoint, endpoint, region, accessKey, secretKey, bucket);
  }

  private static void requireHttp(URI endpoint) {
    boolean http = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
    if (!http || endpoint.getHost() == null) {
      throw new IllegalArgumentException(
          "an S3 endpoint is http://host:port or https://host, got: " + endpoint);
    }
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return endpoint + "/" + bucket;
  }
}
