package modicum.marketplace.role;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import modicum.directory.app.DirectoryService;
import modicum.directory.app.DirectoryServiceConfig;
import modicum.directory.s3.EmbeddedS3Server;
import modicum.directory.s3.S3Settings;
import modicum.ledger.Ledger;
import modicum.ledger.LedgerFollower;
import modicum.ledger.Submission;
import modicum.ledger.agent.AgentHealth;
import modicum.ledger.config.BadConfiguration;
import modicum.ledger.web3j.Web3jSignatures;
import modicum.protocol.market.Command;
import modicum.protocol.money.Wei;
import modicum.protocol.party.Directory;

/** A directory at work: its S3 service, where it brings its own, its service, its registration. */
public final class DirectoryRole implements RunningRole {
  private final Ledger ledger;
  private final Optional<EmbeddedS3Server> storage;
  private final DirectoryService service;
  private final URI endpoint;
  private final CountDownLatch closed = new CountDownLatch(1);

  private DirectoryRole(
      Ledger ledger, Optional<EmbeddedS3Server> storage, DirectoryService service, URI endpoint) {
    this.ledger = ledger;
    this.storage = storage;
    this.service = service;
    this.endpoint = endpoint;
  }

  /**
   * Starts serving and registers with the market, where the registration is not as it should be.
   */
  public static DirectoryRole start(DirectorySettings settings, Ledger ledger) {
    Path state = Path.of(settings.stateFolder());
    Optional<EmbeddedS3Server> embedded =
        settings.s3() == null
            ? Optional.of(EmbeddedS3Server.start(state, settings.host(), 0))
            : Optional.empty();
    try {
      S3Settings s3 =
          embedded.map(EmbeddedS3Server::settings).orElseGet(() -> settings.s3().settings());
      DirectoryService service = DirectoryService.start(config(settings, ledger, s3));
      URI endpoint =
          settings.endpoint() == null ? service.endpoint() : URI.create(settings.endpoint());
      register(settings, ledger, endpoint);
      return new DirectoryRole(ledger, embedded, service, endpoint);
    } catch (RuntimeException e) {
      embedded.ifPresent(EmbeddedS3Server::close);
      throw e;
    }
  }

  private static DirectoryServiceConfig config(
      DirectorySettings settings, Ledger ledger, S3Settings s3) {
    return new DirectoryServiceConfig(
        settings.host(),
        settings.port(),
        ledger.signer(),
        new Web3jSignatures(),
        new LedgerMatchRegister(ledger),
        s3,
        Path.of(settings.stateFolder()),
        DirectoryServiceConfig.SYSTEM_CLOCK,
        settings.limits().complete());
  }

  private static void register(DirectorySettings settings, Ledger ledger, URI endpoint) {
    Directory wanted = new Directory(new Wei(settings.availabilityValue()), endpoint.toString());
    LedgerFollower follower = new LedgerFollower(ledger, LedgerFollower.Options.DEFAULT);
    follower.poll();
    if (follower.state().registry().directory(ledger.account()).equals(Optional.of(wanted))) {
      return;
    }
    if (ledger.submit(new Command.RegisterDirectory(ledger.account(), wanted))
        instanceof Submission.Refused refused) {
      throw new BadConfiguration(
          "the directory cannot register: " + refused.rejection().sentence());
    }
  }

  public URI endpoint() {
    return endpoint;
  }

  @Override
  public String describe() {
    return "directory " + ledger.account() + " at " + endpoint;
  }

  @Override
  public AgentHealth awaitEnd() throws InterruptedException {
    closed.await();
    return new AgentHealth.Idle();
  }

  @Override
  public void close() {
    service.close();
    storage.ifPresent(EmbeddedS3Server::close);
    closed.countDown();
  }
}
