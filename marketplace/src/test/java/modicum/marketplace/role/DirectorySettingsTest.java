package modicum.marketplace.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import modicum.directory.app.DirectoryServiceConfig.Limits;
import modicum.directory.retention.Retention;
import modicum.ledger.config.BadConfiguration;
import modicum.ledger.config.YamlFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator may write of its directory's limits. */
class DirectorySettingsTest {
  @TempDir private Path folder;

  private Limits limits(String... lines) throws IOException {
    Path file = folder.resolve("directory.yaml");
    Files.writeString(file, "stateFolder: here\n" + String.join("\n", lines) + "\n");
    return YamlFile.read(file, DirectorySettings.class).limits().complete();
  }

  @Test
  void everythingMayBeLeftOut() throws IOException {
    assertThat(limits()).isEqualTo(Limits.DEFAULT);
    assertThat(limits("limits: {}")).isEqualTo(Limits.DEFAULT);
    assertThat(limits("limits: {retention: {}}")).isEqualTo(Limits.DEFAULT);
  }

  @Test
  void everythingMayBeSet() throws IOException {
    assertThat(
            limits(
                "limits:",
                "  accountQuota: 2TB",
                "  maximumObjectSize: 1.5GiB",
                "  grace: 2d",
                "  grantLifetime: 90s",
                "  clockWindow: 30s",
                "  retention: {unmatched: 3h, afterClose: 3d}",
                "  sweepPeriod: 10m"))
        .isEqualTo(
            new Limits(
                Duration.ofDays(2),
                3L << 29,
                Duration.ofSeconds(90),
                Limits.DEFAULT.heartbeat(),
                Duration.ofSeconds(30),
                2_000_000_000_000L,
                new Retention(Duration.ofDays(3), Duration.ofHours(3)),
                Duration.ofMinutes(10)));
  }

  @Test
  void oneFieldMayBeSetAlone() throws IOException {
    assertThat(limits("limits: {retention: {unmatched: 1d}}").retention())
        .isEqualTo(new Retention(Retention.DEFAULT.afterClose(), Duration.ofDays(1)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{accountQuota: much}|column 24|accountQuota: not a number of bytes: 'much'",
        "{maximumObjectSize: 6TiB}|column 1|maximumObjectSize is at most",
        "{grace: 0s}|column 17|grace: a length of time is at least 1s",
        "{grace: 10d}|column 1|retention.afterClose is at least grace, 864000s",
        "{grantLifetime: 2d}|column 1|grantLifetime is a second to a day, got 172800s",
        "{retention: {unmatched: 10m}}|column 1|retention.unmatched is an hour at least",
        "{retention: {unmatched: soon}}|column 33|unmatched: not a length of time: 'soon'",
        "{clockWindow: 2h}|column 1|clockWindow is a second to an hour",
        "{sweepPeriod: -1h}|column 23|sweepPeriod: not a length of time",
        "{quota: 1GiB}|column 10|there is no 'quota' here; there may be accountQuota",
      })
  void aBadValueIsNamedInOneLine(String limits, String column, String said) {
    assertThatThrownBy(() -> limits("limits: " + limits))
        .isInstanceOf(BadConfiguration.class)
        .message()
        .doesNotContain("\n")
        .contains("line 2, " + column, said);
  }
}
