package modicum.directory.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import modicum.directory.ScriptedRegister;
import modicum.directory.TestKeys;
import modicum.directory.TestLogs;
import modicum.directory.TransferProgress;
import modicum.directory.access.AccessRequest;
import modicum.directory.access.AccessTable;
import modicum.directory.access.AccessWorld;
import modicum.directory.s3.S3Fixture;
import modicum.directory.s3.S3ObjectStore;
import modicum.directory.transfer.Retry;
import modicum.directory.wire.RequestSignature;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What the documents promise of access, cell by cell, against the running service. */
class AccessOverHttpTest {
  private static final Signer DIRECTORY = TestKeys.of("directory");
  private static final long NOW = 1_000_000;

  @TempDir static Path state;
  private static final ScriptedRegister REGISTER = new ScriptedRegister();
  private static S3Fixture s3;
  private static S3ObjectStore store;
  private static DirectoryService service;
  private static HttpClient http;
  private static AccessWorld world;

  @BeforeAll
  static void start() {
    TestLogs.quieten();
    s3 = new S3Fixture(state);
    service =
        DirectoryService.start(
            new DirectoryServiceConfig(
                "127.0.0.1",
                0,
                DIRECTORY,
                TestKeys.RECOVERY,
                REGISTER,
                s3.settings(),
                state,
                () -> NOW,
                DirectoryServiceConfig.Limits.DEFAULT));
    store = new S3ObjectStore(s3.settings(), Retry.NONE);
    world = new AccessWorld(REGISTER, AccessOverHttpTest::put);
    store.announceResult(AccessWorld.address("provider"), AccessWorld.MATCH, world.manifest());
    leaveNotes();
    http = HttpClient.newHttpClient();
  }

  private static void leaveNotes() {
    List<Address> parties =
        Stream.of("job creator", "provider", "mediator").map(AccessWorld::address).toList();
    for (Address sender : parties) {
      for (Address recipient : parties) {
        store.leaveNote(AccessWorld.MATCH, sender, recipient, new byte[] {1});
      }
    }
  }

  private static Digest put(Address owner, byte[] content) {
    Digest digest = Sha256.of(content);
    store.put(owner, digest, () -> new ByteArrayInputStream(content), TransferProgress.NONE);
    return digest;
  }

  @AfterAll
  static void stop() {
    http.close();
    store.close();
    service.close();
    s3.close();
  }

  /** To write into another's name space there is no request. */
  @TestFactory
  Stream<DynamicTest> theServiceAnswersAsTheDocumentSays() {
    return AccessTable.cells().stream()
        .filter(
            cell ->
                !(world.request(cell.actor(), cell.does()) instanceof AccessRequest.Write write)
                    || write.owner().equals(AccessWorld.address(cell.actor())))
        .map(cell -> DynamicTest.dynamicTest(cell.toString(), () -> check(cell)));
  }

  private static void check(AccessTable.Cell cell) throws Exception {
    world.enter(cell.state());
    HttpResponse<String> response = ask(cell);
    assertThat(response.statusCode())
        .as(response.body())
        .isEqualTo(
            switch (cell.answer()) {
              case "yes" -> 200;
              case "later" -> 425;
              default -> 403;
            });
  }

  private static HttpResponse<String> ask(AccessTable.Cell cell) throws Exception {
    Signer actor = AccessWorld.key(cell.actor());
    return switch (world.request(cell.actor(), cell.does())) {
      case AccessRequest.Read read ->
          send(
              actor,
              "POST",
              "/v1/downloads",
              "{\"owner\":\"%s\",\"sha256\":\"%s\"}"
                  .formatted(read.owner(), read.sha256().toHex()));
      case AccessRequest.FindResult find ->
          send(
              actor,
              "GET",
              "/v1/results/" + find.match().toHex() + "/" + find.resourceProvider(),
              "");
      case AccessRequest.AnnounceResult announce ->
          send(
              actor,
              "PUT",
              "/v1/results/" + announce.match().toHex(),
              "{\"manifest\":\"" + world.manifest() + "\"}");
      case AccessRequest.LeaveNote leave ->
          send(
              actor,
              "PUT",
              "/v1/notes/" + leave.match().toHex() + "/" + leave.recipient(),
              "{\"note\":\"aGVsbG8=\"}");
      case AccessRequest.FindNote find ->
          send(
              actor,
              "GET",
              "/v1/notes/" + find.match().toHex() + "/" + find.sender() + "/" + find.recipient(),
              "");
      case AccessRequest.Write write ->
          send(
              actor,
              "POST",
              "/v1/uploads",
              "{\"digest\":\"" + Sha256.ofUtf8("something new") + "\"}");
    };
  }

  private static HttpResponse<String> send(Signer actor, String method, String target, String body)
      throws Exception {
    RequestSignature.Content content =
        new RequestSignature.Content(
            DIRECTORY.address(), method, target, body.getBytes(StandardCharsets.UTF_8));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(service.endpoint() + target))
            .method(method, BodyPublishers.ofString(body));
    RequestSignature.sign(content, actor, NOW).toHeaders().forEach(request::header);
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
