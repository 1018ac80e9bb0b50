package modicum.directory.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import modicum.directory.Directory;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.GuardedDirectoryContract;
import modicum.directory.ScriptedRegister;
import modicum.directory.TestKeys;
import modicum.directory.uptime.Equivocation;
import modicum.directory.uptime.UptimeHead;
import modicum.directory.uptime.UptimeRecord;
import modicum.directory.uptime.UptimeUnproven;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signer;
import org.junit.jupiter.api.Test;

class InMemoryDirectoryTest extends GuardedDirectoryContract {
  private final ScriptedRegister register = new ScriptedRegister();
  private final AtomicLong now = new AtomicLong(100);
  private final InMemoryStore store =
      new InMemoryStore(DIRECTORY.address(), now::get).guardedBy(register);

  @Override
  protected ScriptedRegister register() {
    return register;
  }

  @Override
  protected Directory viewOf(Signer party) {
    return store.viewOf(party.address());
  }

  @Override
  protected void spoil(Address owner, Bytes32 sha256) {
    store.spoil(owner, sha256);
  }

  @Override
  protected void truncate(Address owner, Bytes32 sha256) {
    store.truncate(owner, sha256);
  }

  @Override
  protected void lose(Address owner, Bytes32 sha256) {
    store.lose(owner, sha256);
  }

  @Override
  protected void goDown() {
    store.goDown();
  }

  @Test
  void remembersWhenItWasDown() throws UptimeUnproven {
    now.set(200);
    store.goDown();
    now.set(250);
    store.comeUp();
    now.set(310);

    UptimeRecord record = store.viewOf(alice.address()).uptime(0, 300);

    assertThat(record.wasUp(100, 199)).isTrue();
    assertThat(record.wasUp(250, 300)).isTrue();
    assertThat(record.wasUp(199, 201)).isFalse();
    assertThat(record.wasUp(240, 260)).isFalse();
    assertThat(record.wasUp(99, 150)).isFalse();
  }

  @Test
  void canBeToldToWriteItsPastAnew() throws UptimeUnproven {
    store.signedBy(DIRECTORY);
    now.set(200);
    store.goDown();
    now.set(250);
    store.comeUp();
    UptimeHead shown = store.viewOf(alice.address()).head();

    store.rewriteUptimeSince(200);
    UptimeRecord record = store.viewOf(alice.address()).uptime(0, 250);

    assertThat(record.wasUp(100, 250)).isTrue();
    assertThat(record.firstMissing(List.of(shown))).contains(shown);
    assertThat(new Equivocation(shown, record).isProven(TestKeys.RECOVERY)).isTrue();
  }

  @Test
  void aProbeIsToldWhenTheStorageIsDownThoughTheServiceIsUp() {
    store.loseStorage();

    assertThatThrownBy(() -> store.viewOf(alice.address()).probe())
        .isInstanceOf(DirectoryUnavailable.class)
        .hasMessageContaining("storage");
    store.regainStorage();
    assertThat(store.viewOf(alice.address()).probe().directory()).isEqualTo(DIRECTORY.address());
  }
}
