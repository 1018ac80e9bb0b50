package modicum.protocol.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.fixtures.Hostile;
import modicum.protocol.identity.AgeRecipient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobSpecTest {
  private static final ImageReference IMAGE =
      new ImageReference(
          new Digest(Bytes32.fromHex("aa".repeat(32)), 10),
          Bytes32.fromHex("bb".repeat(32)),
          Bytes32.fromHex("cc".repeat(32)));
  private static final ImageReference COMPARATOR =
      new ImageReference(
          new Digest(Bytes32.fromHex("dd".repeat(32)), 20),
          Bytes32.fromHex("ee".repeat(32)),
          Bytes32.fromHex("ff".repeat(32)));

  private static final SandboxProfile SANDBOX =
      new SandboxProfile(3, Bytes32.fromHex("ab".repeat(32)));

  private static JobSpec full() {
    return new JobSpec(
        IMAGE,
        List.of("render", "", "a b", "größe\n"),
        new TreeMap<>(Map.of("Z", "", "A", "x=y z")),
        Optional.of(Sha256.ofUtf8("input")),
        "/out",
        4,
        CpuLevel.X86_64_V3,
        new Equality.Comparator(COMPARATOR),
        SANDBOX);
  }

  private static JobSpec smallest() {
    return with("/out", List.of(), new TreeMap<>());
  }

  private static JobSpec with(
      String output, List<String> command, SortedMap<String, String> environment) {
    return new JobSpec(
        IMAGE,
        command,
        environment,
        Optional.empty(),
        output,
        1,
        CpuLevel.DEFAULT,
        Equality.EXACT,
        SANDBOX);
  }

  @Test
  void writesOneLineAFact() {
    String image = "sha256:" + "aa".repeat(32) + "/10 " + "bb".repeat(32) + " " + "cc".repeat(32);
    String comparator =
        "sha256:" + "dd".repeat(32) + "/20 " + "ee".repeat(32) + " " + "ff".repeat(32);
    assertThat(new String(full().canonical(), UTF_8))
        .isEqualTo(
            """
            modicum job 3
            image %s
            argument render
            argument\s
            argument a+b
            argument gr%%C3%%B6%%C3%%9Fe%%0A
            environment A x%%3Dy+z
            environment Z\s
            input %s
            output %%2Fout
            cpus 4
            level x86-64-v3
            comparator %s
            sandbox 3 %s
            """
                .formatted(image, Sha256.ofUtf8("input"), comparator, "ab".repeat(32)));
  }

  @Test
  void readsWhatItWrites() {
    assertThat(JobSpec.parse(full().canonical())).isEqualTo(full());
    assertThat(JobSpec.parse(smallest().canonical())).isEqualTo(smallest());
  }

  @Test
  void isNamedByTheHashOfItsCanonicalForm() {
    assertThat(full().digest()).isEqualTo(Sha256.of(full().canonical()));
  }

  @Test
  void oneEnvironmentHasOneSpellingWhateverOrderItCameIn() {
    SortedMap<String, String> backwards = new TreeMap<>(Collections.reverseOrder());
    backwards.putAll(Map.of("A", "1", "B", "2"));
    JobSpec spec = with("/out", List.of(), backwards);
    assertThat(spec.digest())
        .isEqualTo(with("/out", List.of(), new TreeMap<>(Map.of("A", "1", "B", "2"))).digest());
    assertThat(JobSpec.parse(spec.canonical())).isEqualTo(spec);
  }

  @Test
  void isNotChangedFromOutside() {
    SortedMap<String, String> environment = new TreeMap<>(new HashMap<>(Map.of("A", "1")));
    JobSpec spec = with("/out", List.of(), environment);
    environment.put("B", "2");
    assertThat(spec.environment()).containsOnlyKeys("A");
  }

  @Test
  void everyFactIsPartOfTheDigest() {
    assertThat(
            List.of(
                smallest().digest(),
                with("/out2", List.of(), new TreeMap<>()).digest(),
                with("/out", List.of("a"), new TreeMap<>()).digest(),
                with("/out", List.of("a", ""), new TreeMap<>()).digest(),
                with("/out", List.of(), new TreeMap<>(Map.of("a", ""))).digest(),
                full().digest()))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "/", "out", "/out/", "//out", "/a//b", "/..", "/a/..", "/a/../b", "/.", "/./a", "/\0",
        "/\ud83d", "/in", "/in/out"
      })
  void refusesAnOutputThatIsNoPlainAbsoluteFolder(String output) {
    assertThatIllegalArgumentException().isThrownBy(() -> with(output, List.of(), new TreeMap<>()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/out", "/a/b c/d", "/...", "/..a", "/input", "/größe"})
  void takesAnyOtherOutput(String output) {
    JobSpec spec = with(output, List.of(), new TreeMap<>());
    assertThat(JobSpec.parse(spec.canonical()).output()).isEqualTo(output);
  }

  @Test
  void aDeepOutputFolderDoesNotExhaustTheStack() {
    String deep = "/a".repeat(100_000);
    assertThat(with(deep, List.of(), new TreeMap<>()).output()).isEqualTo(deep);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A=B", "\0", "\ud83d"})
  void refusesANameThatNoEnvironmentTakes(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with("/out", List.of(), new TreeMap<>(Map.of(name, ""))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0", "\ud83d"})
  void refusesTextsThatNoProcessTakes(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with("/out", List.of(text), new TreeMap<>()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with("/out", List.of(), new TreeMap<>(Map.of("A", text))));
  }

  @Test
  void refusesNoCpuAndTooMany() {
    for (int cpus : new int[] {0, -1, 1025, Integer.MAX_VALUE}) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  new JobSpec(
                      IMAGE,
                      List.of(),
                      new TreeMap<>(),
                      Optional.empty(),
                      "/out",
                      cpus,
                      CpuLevel.DEFAULT,
                      Equality.EXACT,
                      SANDBOX));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "modicum job 3",
        "modicum job 3\n",
        "modicum job 1\nIMAGE\noutput %2Fout\ncpus 1\nlevel x86-64-v2\nequality exact\nSANDBOX\n",
        "modicum job 3\noutput %2Fout\ncpus 1\nlevel x86-64-v2\nequality exact\nSANDBOX\n",
        "modicum job 3\nIMAGE\noutput %2Fout\ncpus 1\nlevel x86-64-v2\nequality exact\nSANDBOX",
        "modicum job 3\nIMAGE\noutput %2Fout\ncpus 1\nlevel x86-64-v2\nequality exact\nSANDBOX\n\n",
        "modicum job 3\nIMAGE\noutput %2Fout\ncpus 01\nlevel x86-64-v2\nequality exact\nSANDBOX\n",
        "modicum job 3\nIMAGE\noutput %2Fout\ncpus x\nlevel x86-64-v2\nequality exact\nSANDBOX\n",
        "modicum job 3\nIMAGE\noutput %2Fout\ncpus\nlevel x86-64-v2\nequality exact\nSANDBOX\n",
        "modicum job 3\nIMAGE\noutput /out\ncpus 1\nlevel x86-64-v2\nequality exact\nSANDBOX\n",
        "modicum job 3\nIMAGE\noutput\ncpus 1\nlevel x86-64-v2\nequality exact\nSANDBOX\n",
        "modicum job 3\nIMAGE\ncpus 1\nlevel x86-64-v2\nequality exact\nSANDBOX\n",
        "modicum job 3\nIMAGE\noutput %2Fout\nlevel x86-64-v2\nequality exact\nSANDBOX\n",
        "modicum job 3\nIMAGE\noutput %2Fout\ncpus 1\nlevel x86-64-v2\nSANDBOX\n",
        "modicum job 3\nIMAGE\noutput %2Fout\ncpus 1\nlevel x86-64-v2\nequality about\nSANDBOX\n",
        "modicum job 3\nIMAGE\noutput %2Fout\ncpus 1\nlevel x86-64-v2\nequality exact\nequality exact\nSANDBOX\n",
        "modicum job 3\nIMAGE\nIMAGE\noutput %2Fout\ncpus 1\nlevel x86-64-v2\nequality exact\nSANDBOX\n",
        "modicum job 3\nIMAGE\nenvironment B 1\nenvironment A 1\noutput %2Fout\ncpus 1\nlevel x86-64-v2\n"
            + "equality exact\nSANDBOX\n",
        "modicum job 3\nIMAGE\nenvironment A 1\nenvironment A 1\noutput %2Fout\ncpus 1\nlevel x86-64-v2\n"
            + "equality exact\nSANDBOX\n",
        "modicum job 3\nIMAGE\nenvironment A\noutput %2Fout\ncpus 1\nlevel x86-64-v2\nequality exact\nSANDBOX\n",
        "modicum job 3\nIMAGE\noutput %2Fout\nargument a\ncpus 1\nlevel x86-64-v2\nequality exact\nSANDBOX\n",
        "modicum job 3\nIMAGE\nargument a b\noutput %2Fout\ncpus 1\nlevel x86-64-v2\nequality exact\nSANDBOX\n",
        "modicum job 3\nIMAGE\nargument %zz\noutput %2Fout\ncpus 1\nlevel x86-64-v2\nequality exact\nSANDBOX\n",
        "modicum job 3\nIMAGE\ninput x\noutput %2Fout\ncpus 1\nlevel x86-64-v2\nequality exact\nSANDBOX\n",
        "modicum job 3\nIMAGE\ncompute x\noutput %2Fout\ncpus 1\nlevel x86-64-v2\nequality exact\nSANDBOX\n",
        "modicum job 3\nIMAGE\noutput %2Fout\ncpus 1\nlevel x86-64-v2\ncomparator\nSANDBOX\n",
        "modicum job 3\nIMAGE\noutput %2Fout\ncpus 1\nequality exact\nSANDBOX\n",
        "modicum job 3\nIMAGE\noutput %2Fout\ncpus 1\nlevel v2\nequality exact\nSANDBOX\n",
        "modicum job 3\nIMAGE\noutput %2Fout\ncpus 1\nlevel x86-64-v2\nequality exact\n",
        "modicum job 3\nIMAGE\noutput %2Fout\ncpus 1\nlevel x86-64-v2\nequality exact\n"
            + "sandbox 1\n",
        "modicum job 3\nIMAGE\noutput %2Fout\ncpus 1\nlevel x86-64-v2\nequality exact\n"
            + "sandbox 0 HASH\n"
      })
  void refusesAnyOtherSpelling(String text) {
    byte[] bytes =
        text.replace("IMAGE", imageLine())
            .replace("SANDBOX", SANDBOX_LINE)
            .replace("HASH", "ab".repeat(32))
            .getBytes(UTF_8);
    assertThatIllegalArgumentException().isThrownBy(() -> JobSpec.parse(bytes));
  }

  /** Shows that the refused spellings above are not refused for what they share. */
  @Test
  void takesTheSpellingThatTheyVary() {
    String text =
        "modicum job 3\nIMAGE\noutput %2Fout\ncpus 1\nlevel x86-64-v2\nequality exact\nSANDBOX\n";
    assertThat(
            JobSpec.parse(
                text.replace("IMAGE", imageLine())
                    .replace("SANDBOX", SANDBOX_LINE)
                    .replace("HASH", "ab".repeat(32))
                    .getBytes(UTF_8)))
        .isEqualTo(smallest());
  }

  @Test
  void refusesMoreThanTheMaximumSizeUnread() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobSpec.parse(new byte[JobSpec.MAXIMUM_SIZE + 1]))
        .withMessageContaining("at most 1048576 bytes");
  }

  @Test
  void throwsNothingElseWhateverItIsGiven() {
    Hostile.mutations(full().canonical(), 20_000)
        .forEach(bytes -> Hostile.requireReadOrRefused(bytes, JobSpec::parse));
  }

  private static final String SANDBOX_LINE = "sandbox 3 " + "ab".repeat(32);

  private static String imageLine() {
    return new String(smallest().canonical(), UTF_8).lines().toList().get(1);
  }

  @Test
  void saysToWhomInputAndOutputAreEncryptedInALineOfItsOwn() {
    AgeRecipient key = new AgeRecipient("age1" + "q".repeat(58));
    JobSpec encrypted = full().encryptedTo(key);

    assertThat(new String(encrypted.canonical(), UTF_8)).endsWith("\nrecipient " + key + "\n");
    assertThat(JobSpec.parse(encrypted.canonical())).isEqualTo(encrypted);
    assertThat(encrypted.digest()).isNotEqualTo(full().digest());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "age1", "AGE1", "age1b"})
  void refusesARecipientThatIsNoAgeRecipient(String begin) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AgeRecipient(begin + "q".repeat(57)))
        .withMessageContaining("not an age recipient");
  }
}
