package modicum.directory.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import modicum.directory.Directory;
import modicum.directory.DirectoryRefused;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.GuardedDirectoryContract;
import modicum.directory.ScriptedRegister;
import modicum.directory.TestKeys;
import modicum.directory.TestLogs;
import modicum.directory.TransferProgress;
import modicum.directory.access.AccessRules;
import modicum.directory.client.HostedDirectory;
import modicum.directory.retention.Retention;
import modicum.directory.s3.S3Settings;
import modicum.directory.s3.S3World;
import modicum.directory.transfer.Retry;
import modicum.directory.uptime.ProbeObject;
import modicum.directory.uptime.UptimeHead;
import modicum.directory.uptime.UptimeRecord;
import modicum.directory.uptime.UptimeUnproven;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client against a running service over a running S3 server, whichever that is. */
abstract class HostedDirectoryContract extends GuardedDirectoryContract {
  private static final Retry TWICE = new Retry(2, Duration.ZERO, Duration.ZERO, d -> {});
  private static final long MAXIMUM_OBJECT_SIZE = 100 << 20;

  @TempDir static Path state;
  private static final AtomicLong NOW = new AtomicLong(5_000);
  private static final ScriptedRegister REGISTER = new ScriptedRegister();
  private static S3World s3;
  private static DirectoryService service;
  private static URI endpoint;
  private final List<HostedDirectory> clients = new ArrayList<>();

  @BeforeAll
  static void quieten() {
    TestLogs.quieten();
  }

  /** The base class prepares with this before any preparation of ours could run. */
  @Override
  protected ScriptedRegister register() {
    if (service == null) {
      start();
    }
    return REGISTER;
  }

  protected abstract S3World server(Path folder);

  private void start() {
    s3 = server(state);
    startService();
  }

  private static void startService() {
    service = DirectoryService.start(config(s3.settings()));
    endpoint = service.endpoint();
  }

  @AfterAll
  static void stop() {
    if (service != null) {
      service.close();
      s3.close();
      service = null;
    }
  }

  @AfterEach
  void closeClients() {
    clients.forEach(HostedDirectory::close);
  }

  @Override
  protected Directory viewOf(Signer party) {
    return hosted(party, endpoint);
  }

  private HostedDirectory hosted(Signer party, URI endpoint) {
    HostedDirectory client =
        new HostedDirectory(
            new HostedDirectory.Connection(endpoint, DIRECTORY.address(), party, TestKeys.RECOVERY),
            TWICE,
            NOW::get);
    clients.add(client);
    return client;
  }

  private static DirectoryServiceConfig config(S3Settings storage) {
    return config(storage, state);
  }

  private static DirectoryServiceConfig config(S3Settings storage, Path stateFolder) {
    return new DirectoryServiceConfig(
        "127.0.0.1",
        0,
        DIRECTORY,
        TestKeys.RECOVERY,
        REGISTER,
        storage,
        stateFolder,
        NOW::get,
        new DirectoryServiceConfig.Limits(
            AccessRules.DEFAULT_GRACE,
            MAXIMUM_OBJECT_SIZE,
            Duration.ofMinutes(1),
            Duration.ofSeconds(10),
            Duration.ofSeconds(120),
            DirectoryServiceConfig.Limits.DEFAULT_QUOTA,
            Retention.DEFAULT,
            Duration.ofHours(1)));
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
    stop();
  }

  @Test
  void saysThatItsStorageIsDown() {
    Directory directory = viewOf(alice);
    Digest digest = put(directory, "here".getBytes(StandardCharsets.UTF_8));
    s3.close();

    assertThatThrownBy(() -> directory.has(digest))
        .isInstanceOf(DirectoryUnavailable.class)
        .hasMessageContaining("cannot serve now");
    assertThatThrownBy(() -> directory.read(alice.address(), digest.sha256(), 10))
        .isInstanceOf(DirectoryUnavailable.class);
    assertThatThrownBy(() -> put(directory, "new".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(DirectoryUnavailable.class);
    stop();
  }

  @Test
  void takesNothingLargerThanItsLimit() {
    Digest large = new Digest(Sha256.ofUtf8("large").sha256(), MAXIMUM_OBJECT_SIZE + 1);

    assertThatThrownBy(
            () ->
                viewOf(alice)
                    .put(large, () -> new ByteArrayInputStream(new byte[0]), TransferProgress.NONE))
        .isInstanceOf(DirectoryRefused.class)
        .hasMessageContaining("split it");
  }

  @Test
  void anotherDirectorysClientIsRefused() {
    HostedDirectory lost =
        new HostedDirectory(
            new HostedDirectory.Connection(endpoint, bob.address(), alice, TestKeys.RECOVERY),
            TWICE,
            NOW::get);
    clients.add(lost);

    assertThatThrownBy(() -> lost.has(Sha256.ofUtf8("anything")))
        .isInstanceOf(DirectoryRefused.class)
        .hasMessageContaining(DIRECTORY.address().toString());
  }

  @Test
  void signsWhenItWasUp() throws UptimeUnproven {
    long start = NOW.addAndGet(1_000);
    restart();
    HostedDirectory client = hosted(alice, endpoint);
    awaitBeat(client, start);

    UptimeRecord record = client.uptime(start - 100, start + 100);

    assertThat(record.directory()).isEqualTo(DIRECTORY.address());
    assertThat(record.wasUp(start, start + 10)).isTrue();
    assertThat(record.wasUp(start, start + 11)).isFalse();
    assertThat(record.wasUp(start - 1, start + 10)).isFalse();
    assertThat(record.head().isSigned(TestKeys.RECOVERY)).isTrue();
    assertThat(client.head()).isEqualTo(record.head());
  }

  private void restart() {
    service.close();
    startService();
    clients.forEach(HostedDirectory::close);
    clients.clear();
  }

  /** Heartbeats come from a timer of their own; its first beat is due at once. */
  private static void awaitBeat(HostedDirectory client, long at) throws UptimeUnproven {
    for (int i = 0; i < 200 && !hasBeat(client, at); i++) {
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static boolean hasBeat(HostedDirectory directory, long at) throws UptimeUnproven {
    try {
      return directory.head().beat().time() >= at;
    } catch (DirectoryUnavailable none) {
      return false;
    }
  }

  @Test
  void anUptimeRecordSignedByAnotherIsNotBelieved() throws UptimeUnproven {
    awaitBeat(hosted(alice, endpoint), 0);
    HostedDirectory fooled =
        new HostedDirectory(
            new HostedDirectory.Connection(endpoint, bob.address(), alice, TestKeys.RECOVERY),
            TWICE,
            NOW::get);
    clients.add(fooled);

    assertThatThrownBy(() -> fooled.uptime(4_000, 6_000))
        .isInstanceOf(UptimeUnproven.class)
        .hasMessageContaining("not signed by");
    assertThatThrownBy(fooled::head).isInstanceOf(UptimeUnproven.class);
  }

  @Test
  void remembersItsUptimeOverARestartAndStandsByWhatItSigned() throws UptimeUnproven {
    long start = NOW.addAndGet(1_000);
    restart();
    awaitBeat(hosted(alice, endpoint), start);
    UptimeHead shown = hosted(alice, endpoint).head();
    long again = NOW.addAndGet(500);
    restart();
    HostedDirectory client = hosted(alice, endpoint);
    awaitBeat(client, again);

    UptimeRecord record = client.uptime(start, again + 10);

    assertThat(record.wasUp(start, start + 10)).isTrue();
    assertThat(record.wasUp(again, again + 10)).isTrue();
    assertThat(record.wasUp(start, again)).isFalse();
    assertThat(record.firstMissing(List.of(shown))).isEmpty();
  }

  @Test
  void aProbeGoesThroughTheStorage() throws UptimeUnproven {
    HostedDirectory client = hosted(mediator, endpoint);
    awaitBeat(client, 0);

    assertThat(client.probe()).isEqualTo(client.head());
    s3.lose(DIRECTORY.address(), ProbeObject.digest(DIRECTORY.address()).sha256());
    assertThat(client.probe().isSigned(TestKeys.RECOVERY)).as("it is put again").isTrue();
    s3.spoil(DIRECTORY.address(), ProbeObject.digest(DIRECTORY.address()).sha256());
    assertThatThrownBy(client::probe)
        .isInstanceOf(DirectoryUnavailable.class)
        .hasMessageContaining("probe object");
    s3.lose(DIRECTORY.address(), ProbeObject.digest(DIRECTORY.address()).sha256());
  }

  @Test
  void aProbeOfOneWhoIsNotRegisteredIsRefused() {
    assertThatThrownBy(() -> hosted(unregistered, endpoint).probe())
        .isInstanceOf(DirectoryUnavailable.class);
  }

  @Test
  void aServiceThatIsUpWithoutItsStorageDoesNotPassAProbe() throws UptimeUnproven {
    HostedDirectory client = hosted(mediator, endpoint);
    awaitBeat(client, 0);
    s3.close();

    assertThat(client.head().directory()).isEqualTo(DIRECTORY.address());
    assertThatThrownBy(client::probe).isInstanceOf(DirectoryUnavailable.class);
    stop();
  }

  @Test
  void severalRunInOneProcess() {
    try (DirectoryService second =
        DirectoryService.start(config(s3.settings(), state.resolve("second")))) {
      Digest digest = put(viewOf(alice), "shared".getBytes(StandardCharsets.UTF_8));

      assertThat(second.port()).isNotEqualTo(service.port());
      assertThat(hosted(alice, second.endpoint()).has(digest)).isTrue();
    }
    assertThat(viewOf(alice).has(Sha256.ofUtf8("shared"))).isTrue();
  }

  @Test
  void doesNotStartOverTheStateOfARunningOne() {
    assertThatThrownBy(() -> DirectoryService.start(config(s3.settings())))
        .isInstanceOf(DirectoryUnavailable.class)
        .hasMessageContaining("another directory writes its uptime");
  }

  @Test
  void doesNotStartOnATakenPort() {
    DirectoryServiceConfig free = config(s3.settings(), state.resolve("taken"));
    DirectoryServiceConfig taken =
        new DirectoryServiceConfig(
            free.host(),
            service.port(),
            free.directory(),
            free.recovery(),
            free.register(),
            free.storage(),
            free.stateFolder(),
            free.clock(),
            free.limits());

    assertThatThrownBy(() -> DirectoryService.start(taken))
        .isInstanceOf(DirectoryUnavailable.class)
        .hasMessageContaining("is taken");
  }

  @Test
  void doesNotStartWithoutItsStorage() {
    S3Settings nowhere =
        new S3Settings(URI.create("http://127.0.0.1:1"), "us-east-1", "key", "secret", "modicum");

    assertThatThrownBy(() -> DirectoryService.start(config(nowhere, state.resolve("nowhere"))))
        .isInstanceOf(DirectoryUnavailable.class)
        .hasMessageContaining("127.0.0.1:1");
  }
}
