package modicum.solver.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private final AtomicLong nanos = new AtomicLong();
  private final RateLimit limit = new RateLimit(60, nanos::get);

  @Test
  void admitsABurstAndThenAsMuchAsIsRefilled() {
    assertThat(admitted("192.0.2.1", 100)).isEqualTo(60);

    nanos.addAndGet(3_000_000_000L);

    assertThat(admitted("192.0.2.1", 100)).isEqualTo(3);
  }

  @Test
  void oneAddressDoesNotUseUpWhatAnotherMayAsk() {
    admitted("192.0.2.1", 100);

    assertThat(admitted("192.0.2.2", 1)).isEqualTo(1);
  }

  @Test
  void anIpv6SubscriberIsOneClient() {
    admitted("2001:db8:0:1::1", 100);

    assertThat(admitted("2001:db8:0:1:ffff::2", 1)).isZero();
    assertThat(admitted("2001:db8:0:2::1", 1)).isEqualTo(1);
  }

  @Test
  void doesNotSaveUpForEver() {
    nanos.addAndGet(3_600_000_000_000L);

    assertThat(admitted("192.0.2.1", 1000)).isEqualTo(60);
  }

  @Test
  void anAddressThatIsNoneIsAClientOfItsOwn() {
    assertThat(admitted("unix socket", 100)).isEqualTo(60);
  }

  private int admitted(String address, int requests) {
    int admitted = 0;
    for (int i = 0; i < requests; i++) {
      admitted += limit.admits(address) ? 1 : 0;
    }
    return admitted;
  }
}
