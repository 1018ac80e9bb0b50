package modicum.executor.check;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** A difference and what was changed name a cause. */
class DiagnosisTest {
  @Test
  void aDateInThePngHeader() throws Exception {
    assertThat(cause(Factor.CLOCK, png("2025:01:01", 1), png("2025:02:15", 1)))
        .isEqualTo(LikelyCause.PNG_DATE);
  }

  @Test
  void otherPixelsByTheClockAreNoDateInTheHeader() throws Exception {
    assertThat(cause(Factor.CLOCK, png("2025:01:01", 1), png("2025:01:01", 2)))
        .isEqualTo(LikelyCause.DATE);
  }

  @Test
  void aPngThatIsCutOffAnywhereIsNoTrouble() throws Exception {
    byte[] whole = png("2025:01:01", 1);
    byte[] other = png("2025:02:15", 1);
    for (int i = 0; i < whole.length; i++) {
      assertThat(new Diagnosis(Optional.of(Factor.CLOCK), false, Arrays.copyOf(whole, i), other, i))
          .extracting(Diagnosis::cause)
          .isNotNull();
    }
  }

  @Test
  void fileTimesInAZipArchive() throws Exception {
    assertThat(cause(Factor.CLOCK, zip(1_000_000_000_000L), zip(1_100_000_000_000L)))
        .isEqualTo(LikelyCause.ZIP_TIMES);
  }

  @Test
  void theOrderOfASet() {
    assertThat(cause(Factor.HASH_SEED, "{'a', 'b', 'c'}", "{'c', 'a', 'b'}"))
        .isEqualTo(LikelyCause.HASH_ORDER);
    assertThat(cause(Factor.RANDOM, "{'a', 'b', 'c'}", "{'c', 'a', 'b'}"))
        .isEqualTo(LikelyCause.HASH_ORDER);
  }

  @Test
  void randomNumbersWithoutASeed() {
    assertThat(cause(Factor.RANDOM, "0.25", "0.75")).isEqualTo(LikelyCause.RANDOM_NUMBERS);
  }

  @Test
  void theOrderOfAReduction() {
    assertThat(cause(Factor.CPUS, "sum 0.1234567890123", "sum 0.1234567890124"))
        .isEqualTo(LikelyCause.REDUCTION_ORDER);
    assertThat(cause(null, "sum 0.1234567890123", "sum 0.1234567890124"))
        .isEqualTo(LikelyCause.REDUCTION_ORDER);
    assertThat(cause(Factor.CPUS, "4 threads", "7 threads")).isEqualTo(LikelyCause.CPU_COUNT);
    assertThat(cause(Factor.CPUS, "sum 0.1", "sum 0.9")).isEqualTo(LikelyCause.CPU_COUNT);
  }

  @Test
  void whatNothingExplainsIsNotRecognised() {
    assertThat(cause(null, "a", "b")).isEqualTo(LikelyCause.UNKNOWN);
  }

  private static LikelyCause cause(Factor factor, String first, String second) {
    return cause(factor, first.getBytes(ISO_8859_1), second.getBytes(ISO_8859_1));
  }

  private static LikelyCause cause(Factor factor, byte[] first, byte[] second) {
    return new Diagnosis(
            Optional.ofNullable(factor), false, first, second, Arrays.mismatch(first, second))
        .cause();
  }

  private static byte[] zip(long time) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      ZipEntry entry = new ZipEntry("a");
      entry.setTime(time);
      zip.putNextEntry(entry);
      zip.write('a');
    }
    return bytes.toByteArray();
  }

  private static byte[] png(String date, int pixel) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write("\u0089PNG\r\n\u001a\n".getBytes(ISO_8859_1));
    chunk(out, "IHDR", new byte[13]);
    chunk(out, "tEXt", ("date:create\0" + date).getBytes(ISO_8859_1));
    chunk(out, "IDAT", new byte[] {1, 2, (byte) pixel});
    chunk(out, "IEND", new byte[0]);
    return bytes.toByteArray();
  }

  private static void chunk(DataOutputStream out, String kind, byte[] content) throws IOException {
    out.writeInt(content.length);
    out.write(kind.getBytes(ISO_8859_1));
    out.write(content);
    out.writeInt(Arrays.hashCode(content));
  }
}
