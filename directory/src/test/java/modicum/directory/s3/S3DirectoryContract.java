package modicum.directory.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import modicum.directory.Directory;
import modicum.directory.DirectoryContract;
import modicum.directory.TransferProgress;
import modicum.directory.retention.StoredObject;
import modicum.directory.transfer.Retry;
import modicum.directory.wire.Checksum;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signer;
import modicum.protocol.match.MatchId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an S3 directory does, whichever server is behind it. */
abstract class S3DirectoryContract extends DirectoryContract {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir static Path state;
  private static S3World s3;
  private static S3ObjectStore store;
  private static boolean running;

  /** Starts the server, anew over the same folder. */
  protected abstract S3World server(Path folder);

  @BeforeEach
  void startUnlessRunning() {
    if (!running) {
      start();
    }
  }

  private void start() {
    s3 = server(state);
    store = new S3ObjectStore(s3.settings(), new Retry(2, Duration.ZERO, Duration.ZERO, d -> {}));
    store.prepare();
    running = true;
  }

  @AfterAll
  static void stop() {
    running = false;
    if (store != null) {
      store.close();
      s3.close();
    }
  }

  @Override
  protected Directory viewOf(Signer party) {
    return new S3Directory(store, DIRECTORY.address(), party.address());
  }

  @Override
  protected void spoil(Address owner, Bytes32 sha256) {
    s3.spoil(owner, sha256);
  }

  @Override
  protected void truncate(Address owner, Bytes32 sha256) {
    s3.truncate(owner, sha256);
  }

  @Override
  protected void lose(Address owner, Bytes32 sha256) {
    s3.lose(owner, sha256);
  }

  @Override
  protected void goDown() {
    running = false;
    s3.close();
  }

  @Override
  protected MatchId matchWithPostedResult() {
    return new MatchId(Sha256.ofUtf8("a match").sha256());
  }

  @Test
  void dataSurvivesARestart() throws Exception {
    Digest digest = put(viewOf(alice), "kept".getBytes(StandardCharsets.UTF_8));
    stop();
    start();

    assertThat(viewOf(alice).read(alice.address(), digest.sha256(), 10))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("kept");
  }

  @Test
  void looksOnItsShelf() {
    Digest shelved = put(viewOf(DIRECTORY), "for everyone".getBytes(StandardCharsets.UTF_8));
    Digest other = put(viewOf(alice), "mine".getBytes(StandardCharsets.UTF_8));

    assertThat(viewOf(bob).findOnShelf(shelved.sha256())).contains(shelved);
    assertThat(viewOf(bob).findOnShelf(other.sha256())).isEmpty();
  }

  @Test
  void servesNobodyWithoutTheKey() throws Exception {
    Digest digest = put(viewOf(alice), "secret".getBytes(StandardCharsets.UTF_8));
    URI plain =
        URI.create(s3.settings() + "/" + S3ObjectStore.objectKey(alice.address(), digest.sha256()));

    assertThat(send(HttpRequest.newBuilder(plain).GET())).isEqualTo(403);
  }

  @Test
  void aPresignedPutTakesTheVeryBytesAndNothingElse() throws Exception {
    byte[] right = "right".getBytes(StandardCharsets.UTF_8);
    Bytes32 sha256 = Sha256.of(right).sha256();
    URI url = store.presignPut(alice.address(), Sha256.of(right), MINUTE);

    assertThat(send(put(url, sha256, "wrong"))).as("other bytes").isEqualTo(400);
    assertThat(send(HttpRequest.newBuilder(url).PUT(BodyPublishers.ofByteArray(right))))
        .as("no checksum")
        .isIn(400, 403);
    URI elsewhere =
        URI.create(url.toString().replace(alice.address().toString(), "0x" + "1".repeat(40)));
    assertThat(send(put(elsewhere, sha256, "right"))).as("another key").isIn(400, 403);
    assertThat(send(HttpRequest.newBuilder(url).GET())).as("another method").isIn(400, 403);
    assertThat(store.size(alice.address(), sha256)).isEmpty();

    assertThat(send(put(url, sha256, "right"))).isEqualTo(200);
    assertThat(store.read(alice.address(), sha256, 5)).isEqualTo(right);
  }

  @Test
  void aPresignedPutTakesNoOtherNumberOfBytes() throws Exception {
    byte[] right = "a few bytes".getBytes(StandardCharsets.UTF_8);
    Bytes32 sha256 = Sha256.of(right).sha256();
    Digest smaller = new Digest(sha256, right.length - 1);
    URI url = store.presignPut(alice.address(), smaller, MINUTE);

    assertThat(send(put(url, sha256, "a few bytes"))).as("more than granted").isIn(400, 403);
    assertThat(store.size(alice.address(), sha256)).isEmpty();
  }

  @Test
  void showsWhatItHoldsAndWhenItWasWantedLast() {
    Digest one = put(viewOf(alice), "one".getBytes(StandardCharsets.UTF_8));
    Digest two = put(viewOf(bob), "number two".getBytes(StandardCharsets.UTF_8));
    Map<Bytes32, StoredObject> shown = new HashMap<>();
    store.forEach(object -> shown.put(object.sha256(), object));
    assertThat(shown.get(one.sha256()).owner()).isEqualTo(alice.address());
    assertThat(shown.get(two.sha256()).size()).isEqualTo(two.size());
    store.forEach(alice.address(), o -> assertThat(o.owner()).isEqualTo(alice.address()));
    Instant put = store.lastUsed(alice.address(), one.sha256()).orElseThrow();
    assertThat(put).isEqualTo(shown.get(one.sha256()).putAt().truncatedTo(ChronoUnit.SECONDS));
    pause(Duration.ofMillis(1_100));

    store.use(alice.address(), one.sha256());

    assertThat(store.lastUsed(alice.address(), one.sha256()).orElseThrow()).isAfter(put);
    store.remove(alice.address(), one.sha256());
    store.remove(alice.address(), one.sha256());
    assertThat(store.lastUsed(alice.address(), one.sha256())).isEmpty();
    assertThat(store.size(alice.address(), one.sha256())).isEmpty();
    assertThat(store.size(bob.address(), two.sha256())).hasValue(two.size());
  }

  @Test
  void whatAnUploadThatNeverEndedHasLeftIsRemoved() {
    byte[] large = new byte[11 << 20];
    new Random(3).nextBytes(large);
    Digest digest = Sha256.of(large);
    InputStream breaking =
        new SequenceInputStream(
            new ByteArrayInputStream(large, 0, 6 << 20),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new Killed();
              }
            });
    assertThatThrownBy(
            () -> store.put(alice.address(), digest, () -> breaking, TransferProgress.NONE))
        .isInstanceOf(Killed.class);
    Instant later = Instant.now().plusSeconds(60);

    assertThat(store.removeUnfinished(Instant.now().minusSeconds(60))).isZero();
    assertThat(store.removeUnfinished(later)).isEqualTo(1);
    assertThat(store.removeUnfinished(later)).isZero();
    store.put(
        alice.address(), digest, () -> new ByteArrayInputStream(large), TransferProgress.NONE);
    assertThat(store.size(alice.address(), digest.sha256())).hasValue(digest.size());
  }

  /** Nothing that an upload tidies up after. */
  private static final class Killed extends Error {}

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aPresignedGetEnds() throws Exception {
    Digest digest = put(viewOf(alice), "for a second".getBytes(StandardCharsets.UTF_8));
    URI url = store.presignGet(alice.address(), digest.sha256(), Duration.ofSeconds(1));
    assertThat(send(HttpRequest.newBuilder(url).GET())).isEqualTo(200);

    Thread.sleep(2_500);

    assertThat(send(HttpRequest.newBuilder(url).GET())).isEqualTo(403);
  }

  private static HttpRequest.Builder put(URI url, Bytes32 sha256, String content) {
    return HttpRequest.newBuilder(url)
        .header(Checksum.HEADER, Checksum.value(sha256))
        .PUT(BodyPublishers.ofString(content));
  }

  private static int send(HttpRequest.Builder request) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request.build(), BodyHandlers.discarding()).statusCode();
    }
  }

  @Test
  void notesAndAnnouncementsAreListedAndRemovedByMatch() {
    MatchId gone = new MatchId(Sha256.ofUtf8("a match that is over" + test).sha256());
    MatchId kept = new MatchId(Sha256.ofUtf8("a match that goes on" + test).sha256());
    for (MatchId match : List.of(gone, kept)) {
      viewOf(alice).leaveNote(match, bob.address(), new byte[] {1});
      viewOf(bob).leaveNote(match, alice.address(), new byte[] {2});
    }
    MatchId announced = new MatchId(Sha256.ofUtf8("a match with a result" + test).sha256());
    viewOf(bob).announceResult(announced, Sha256.ofUtf8("manifest"));
    assertThat(store.matchesWithNotes()).contains(announced);
    store.removeNotes(announced);
    assertThat(store.matchesWithNotes()).doesNotContain(announced);
    assertThat(viewOf(alice).findResult(announced, bob.address())).isEmpty();
    assertThat(store.matchesWithNotes()).contains(gone, kept);

    store.removeNotes(gone);
    store.removeNotes(gone);

    assertThat(store.matchesWithNotes()).contains(kept).doesNotContain(gone);
    assertThat(viewOf(bob).findNote(gone, alice.address(), bob.address())).isEmpty();
    assertThat(viewOf(bob).findNote(kept, alice.address(), bob.address())).isPresent();
    Instant left =
        Instant.ofEpochSecond(
            viewOf(bob).findNote(kept, alice.address(), bob.address()).orElseThrow().leftAt());
    assertThat(left).isBetween(Instant.now().minusSeconds(120), Instant.now().plusSeconds(5));
  }
}
