package modicum.directory.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import modicum.directory.TestKeys;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.identity.Address;
import org.junit.jupiter.api.Test;

class QuotasTest {
  private static final Address ALICE = TestKeys.addressOf("alice");
  private static final Address BOB = TestKeys.addressOf("bob");
  private static final long GRANT_LIFETIME = 900;

  private final AtomicLong now = new AtomicLong(1_000);
  private final MemoryShelves shelves = new MemoryShelves(now::get);
  private final Quotas quotas = new Quotas(shelves, 100, GRANT_LIFETIME, now::get);

  private static Digest object(String name, long size) {
    return new Digest(Sha256.ofUtf8(name).sha256(), size);
  }

  private boolean grants(Address owner, Digest digest) {
    return quotas.grant(owner, digest).granted();
  }

  @Test
  void anAccountFillsItsQuotaToTheLastByteAndNoFurther() {
    shelves.put(ALICE, object("a", 60));

    assertThat(grants(ALICE, object("b", 41))).isFalse();
    assertThat(grants(ALICE, object("c", 40))).isTrue();
    assertThat(quotas.grant(ALICE, object("d", 1))).isEqualTo(new Quotas.Answer(false, 100, 100));
    assertThat(grants(ALICE, object("nothing", 0))).isTrue();
  }

  @Test
  void whatWasGrantedCountsBeforeItIsThere() {
    assertThat(grants(ALICE, object("a", 70))).isTrue();
    assertThat(grants(ALICE, object("b", 31))).isFalse();
    assertThat(grants(ALICE, object("a", 70))).as("the same again").isTrue();
  }

  @Test
  void whatWasGrantedAndPutCountsOnce() {
    assertThat(grants(ALICE, object("a", 70))).isTrue();
    shelves.put(ALICE, object("a", 70));
    now.addAndGet(60);

    assertThat(grants(ALICE, object("b", 30))).isTrue();
  }

  @Test
  void whatWasGrantedAndNeverPutIsForgotten() {
    assertThat(grants(ALICE, object("a", 70))).isTrue();
    now.addAndGet(GRANT_LIFETIME + 1);

    assertThat(grants(ALICE, object("b", 70))).isTrue();
  }

  @Test
  void anUploadThatHasNotEndedCountsAsAWholeForAsLongAsItGoesOn() {
    assertThat(grants(ALICE, object("a", 70))).isTrue();
    shelves.begin(ALICE, object("a", 70));
    now.addAndGet(10 * GRANT_LIFETIME);

    assertThat(grants(ALICE, object("b", 31))).isFalse();
    assertThat(grants(ALICE, object("a", 70))).as("it goes on").isTrue();
    assertThat(grants(ALICE, object("c", 30))).isTrue();

    shelves.end(ALICE, object("a", 70));
    now.addAndGet(10 * GRANT_LIFETIME);
    assertThat(grants(ALICE, object("b", 31))).as("given up").isTrue();
  }

  @Test
  void uploadsOfOneHashAndSeveralSizesAreNoWayAround() {
    assertThat(grants(ALICE, object("a", 70))).isTrue();
    assertThat(grants(ALICE, object("a", 69))).as("granted").isFalse();
    shelves.begin(ALICE, object("a", 70));
    now.addAndGet(10 * GRANT_LIFETIME);

    assertThat(grants(ALICE, object("a", 69))).as("begun").isFalse();
    assertThat(grants(ALICE, object("a", 30))).isTrue();
    shelves.begin(ALICE, object("a", 30));
    now.addAndGet(10 * GRANT_LIFETIME);
    assertThat(grants(ALICE, object("b", 1))).isFalse();
  }

  @Test
  void whatWasRemovedMakesRoom() {
    shelves.put(ALICE, object("a", 100));
    assertThat(grants(ALICE, object("b", 1))).isFalse();
    shelves.remove(ALICE, object("a", 100).sha256());
    now.addAndGet(60);

    assertThat(grants(ALICE, object("b", 1))).isTrue();
  }

  @Test
  void anotherAccountHasItsOwn() {
    shelves.put(ALICE, object("a", 100));

    assertThat(grants(BOB, object("b", 100))).isTrue();
  }

  @Test
  void whoIsRefusedAgainAndAgainDoesNotMakeTheStorageCount() {
    shelves.put(ALICE, object("a", 100));
    for (int i = 0; i < 50; i++) {
      assertThat(grants(ALICE, object("b" + i, 1))).isFalse();
    }

    assertThat(shelves.counts()).isEqualTo(1);
  }

  @Test
  void sizesThatAddUpToMoreThanALongHoldsAreNoWayAround() {
    long largest = (1L << 56) - 1;
    Quotas boundless = new Quotas(shelves, Long.MAX_VALUE, GRANT_LIFETIME, now::get);
    for (int i = 0; i < 200; i++) {
      boundless.grant(ALICE, object("a" + i, largest));
    }

    assertThat(boundless.grant(ALICE, object("b", largest)).granted()).isFalse();
  }
}
