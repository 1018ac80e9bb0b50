package modicum.directory.s3;

import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.MinioClient;
import io.minio.Signer;
import io.minio.Time;
import io.minio.Utils;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;

/**
 * Signs URLs by which someone else may do one thing with one key for a while. No request is made.
 */
final class S3Presigner implements AutoCloseable {
  private static final byte[] NOTHING = {};

  private final S3Settings settings;
  private final MinioClient client;

  S3Presigner(S3Settings settings) {
    this.settings = settings;
    this.client =
        MinioClient.builder()
            .endpoint(settings.publicEndpoint().toString())
            .region(settings.region())
            .credentials(settings.accessKey(), settings.secretKey())
            .build();
  }

  /** To get the object. */
  URI get(String key, Duration lifetime) {
    return plain(Http.Method.GET, key, lifetime);
  }

  /**
   * To put so many bytes, with these headers.
   *
   * @param size bytes
   * @param query more parameters of the URL
   */
  URI put(
      String key,
      Duration lifetime,
      long size,
      Map<String, String> query,
      Map<String, String> headers) {
    HttpUrl.Builder url =
        HttpUrl.get(plain(Http.Method.PUT, key, lifetime)).newBuilder().query(null);
    query.forEach(url::addQueryParameter);
    Request.Builder request =
        new Request.Builder().url(url.build()).put(RequestBody.create(NOTHING));
    request.header("Host", Utils.getHostHeader(url.build()));
    request.header("X-Amz-Date", ZonedDateTime.now(ZoneOffset.UTC).format(Time.AMZ_DATE_FORMAT));
    // The library's own method leaves the length out, and with it whoever holds the URL free.
    request.header("Content-Length", Long.toString(size));
    headers.forEach(request::header);
    return S3Calls.callAnyway(
        "presigning " + key,
        () ->
            Signer.presignV4(
                    request.build(),
                    settings.region(),
                    settings.accessKey(),
                    settings.secretKey(),
                    (int) lifetime.toSeconds())
                .uri());
  }

  private URI plain(Http.Method method, String key, Duration lifetime) {
    return URI.create(
        S3Calls.callAnyway(
            "presigning " + key,
            () ->
                client.getPresignedObjectUrl(
                    GetPresignedObjectUrlArgs.builder()
                        .method(method)
                        .bucket(settings.bucket())
                        .object(key)
                        .expiry((int) lifetime.toSeconds(), TimeUnit.SECONDS)
                        .build())));
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (Exception nothingLeftToLose) {
      // Only idle connections are given back here.
    }
  }
}
