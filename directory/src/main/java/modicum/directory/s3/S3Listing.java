package modicum.directory.s3;

import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.Result;
import io.minio.messages.Item;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import modicum.directory.retention.StoredObject;
import modicum.directory.transfer.Retry;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;

/** Goes through the keys of a bucket, page by page. */
final class S3Listing {
  private static final Pattern OBJECT = Pattern.compile("(0x[0-9a-f]{40})/objects/([0-9a-f]{64})");
  private static final Pattern UPLOAD =
      Pattern.compile("(0x[0-9a-f]{40})/uploads/([0-9a-f]{64})/([0-9]{1,18})");
  private static final Pattern NOTE = Pattern.compile("(?:notes|results)/([0-9a-f]{64})/.*");

  private final MinioClient client;
  private final String bucket;
  private final Retry retry;

  S3Listing(MinioClient client, String bucket, Retry retry) {
    this.client = client;
    this.bucket = bucket;
    this.retry = retry;
  }

  /** Shows the objects whose keys begin so; other keys are none of ours. */
  void show(String prefix, Consumer<StoredObject> visitor) {
    show(prefix, OBJECT, visitor);
  }

  /** Shows uploads that have not ended, with the size that they are to have. */
  void showUploads(String prefix, Consumer<StoredObject> visitor) {
    show(prefix, UPLOAD, visitor);
  }

  /** The matches of which there are notes of their parties, or announced results. */
  Set<MatchId> matchesWithNotes() {
    Set<MatchId> matches = new HashSet<>();
    for (String kind : List.of(S3ObjectStore.NOTES, S3ObjectStore.RESULTS)) {
      for (String key : keys(kind)) {
        Matcher parts = NOTE.matcher(key);
        if (parts.matches()) {
          matches.add(MatchId.fromHex(parts.group(1)));
        }
      }
    }
    return matches;
  }

  /** The keys that begin so. */
  List<String> keys(String prefix) {
    List<String> keys = new ArrayList<>();
    goThrough(prefix, item -> keys.add(item.objectName()));
    return keys;
  }

  private void show(String prefix, Pattern wanted, Consumer<StoredObject> visitor) {
    goThrough(
        prefix,
        item -> {
          Matcher parts = wanted.matcher(item.objectName());
          if (parts.matches()) {
            visitor.accept(stored(parts, item));
          }
        });
  }

  private void goThrough(String prefix, Consumer<Item> visitor) {
    String[] last = {null};
    // A listing that breaks off goes on after the last key, so that nothing is shown twice.
    retry.call(
        () -> {
          Iterator<Result<Item>> items = list(prefix, last[0]);
          for (Optional<Item> item = next(items); item.isPresent(); item = next(items)) {
            last[0] = item.get().objectName();
            visitor.accept(item.get());
          }
          return null;
        });
  }

  private Iterator<Result<Item>> list(String prefix, String after) {
    ListObjectsArgs.Builder list =
        ListObjectsArgs.builder().bucket(bucket).prefix(prefix).recursive(true);
    if (after != null) {
      list.startAfter(after);
    }
    return client.listObjects(list.build()).iterator();
  }

  private Optional<Item> next(Iterator<Result<Item>> items) {
    return S3Calls.callAnyway(
        "listing bucket " + bucket,
        () -> {
          try {
            return items.hasNext() ? Optional.of(items.next().get()) : Optional.empty();
          } catch (IllegalStateException e) {
            throw new IOException(e);
          }
        });
  }

  private static StoredObject stored(Matcher parts, Item item) {
    return new StoredObject(
        Address.fromHex(parts.group(1)),
        Bytes32.fromHex(parts.group(2)),
        parts.groupCount() < 3 ? item.size() : Long.parseLong(parts.group(3)),
        item.lastModified().toInstant());
  }
}
