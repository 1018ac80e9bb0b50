package modicum.directory.s3;

import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.ObjectNotFound;

/** Turns what the client library throws into what the port throws. */
final class S3Calls {
  private S3Calls() {}

  @FunctionalInterface
  interface Call<T> {
    T run() throws MinioException, IOException;
  }

  /**
   * @param what for the message: what was tried, on what
   * @throws ObjectNotFound the service says there is no such object
   * @throws DirectoryUnavailable anything else that is wrong with the service
   */
  static <T> T call(String what, Call<T> call) throws ObjectNotFound {
    try {
      return call.run();
    } catch (ErrorResponseException e) {
      String code = e.errorResponse().code();
      if (Set.of("NoSuchKey", "NoSuchObject", "NoSuchUpload").contains(String.valueOf(code))) {
        throw new ObjectNotFound(what + ": there is no such object");
      }
      throw new DirectoryUnavailable(what + ": " + said(e), e);
    } catch (MinioException | IOException e) {
      throw new DirectoryUnavailable(what + ": S3 does not answer: " + e.getMessage(), e);
    } catch (IllegalStateException e) {
      // The library reports a refused connection so, with the reason as its cause.
      if (e.getCause() instanceof IOException) {
        throw new DirectoryUnavailable(what + ": S3 does not answer: " + e.getMessage(), e);
      }
      throw e;
    }
  }

  private static String said(ErrorResponseException e) {
    String code = String.valueOf(e.errorResponse().code());
    return switch (code) {
      case "RequestTimeTooSkewed" ->
          "this machine's clock and that of S3 are too far apart; set them";
      case "XMinioStorageFull", "InsufficientStorage", "QuotaExceeded" ->
          "the disk of S3 is full (" + code + "); its operator has to make room";
      default -> "S3 says " + code + ", " + e.errorResponse().message();
    };
  }

  /** Waits for an asynchronous call, and throws what it throws. */
  static <T> T await(CompletableFuture<T> call) throws MinioException, IOException {
    try {
      return call.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case MinioException trouble -> throw trouble;
        case IOException trouble -> throw trouble;
        case RuntimeException bug -> throw bug;
        default -> throw new IllegalStateException(e.getCause());
      }
    } catch (InterruptedException e) {
      call.cancel(true);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** For calls to which "no such object" is no answer. */
  static <T> T callAnyway(String what, Call<T> call) {
    try {
      return call(what, call);
    } catch (ObjectNotFound e) {
      throw new DirectoryUnavailable(e.getMessage(), e);
    }
  }
}
