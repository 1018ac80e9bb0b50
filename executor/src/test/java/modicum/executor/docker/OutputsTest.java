package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import modicum.executor.RunOutcome;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.ManifestEntry;
import modicum.protocol.content.Sha256;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.Test;

/** What a job leaves in its output folder, and what becomes of it. */
class OutputsTest extends DockerTest {
  @Test
  void filesFoldersAndInnerLinksAreResultsWhateverTheUmask() throws Exception {
    String script =
        "mkdir -p /out/d/e; echo a > /out/d/a; echo b > /out/b; chmod 4700 /out/b;"
            + " ln -s ../b /out/d/l; ln /out/d/a /out/hard; chmod 0 /out/d/a; chmod 0 /out/d/e;"
            + " echo ä > '/out/ü ö'";
    RunOutcome loose = run(shellRun("umask 0; " + script));
    RunOutcome strict = run(shellRun("umask 077; " + script));

    assertThat(loose.output())
        .isEqualTo(
            new Manifest(
                List.of(
                    ManifestEntry.file("b", 0755, Sha256.ofUtf8("b\n")),
                    ManifestEntry.directory("d", 0755),
                    ManifestEntry.file("d/a", 0644, Sha256.ofUtf8("a\n")),
                    ManifestEntry.directory("d/e", 0755),
                    ManifestEntry.link("d/l", "../b"),
                    ManifestEntry.file("hard", 0644, Sha256.ofUtf8("a\n")),
                    ManifestEntry.file("ü ö", 0644, Sha256.ofUtf8("ä\n")))));
    assertThat(strict.output()).isEqualTo(loose.output());
  }

  @Test
  void aPipeIsNoResult() throws Exception {
    assertOdd("mkfifo /out/d-pipe", "d-pipe");
  }

  @Test
  void aLinkThatLeavesTheFolderIsNoResult() throws Exception {
    assertOdd("ln -s /etc/shadow /out/shadow", "link shadow leaves its folder: /etc/shadow");
    assertOdd("mkdir /out/d; ln -s ../../x /out/d/up", "leave its folder: ../../x");
  }

  @Test
  void aNameThatIsNotUtf8IsNoResult() throws Exception {
    assertOdd("touch \"$(printf '/out/a\\377b')\"", "not UTF-8: a%FFb");
  }

  @Test
  void aNameWithControlCharactersIsNoResult() throws Exception {
    assertOdd("touch \"$(printf '/out/a\\nb')\"", "control characters: a%0Ab");
  }

  @Test
  void aTowerOfFoldersExceedsTheStorageAsItCannotBeMeasured() throws Exception {
    RunOutcome outcome =
        run(shellRun("cd /out; i=0; while [ $i -lt 100 ]; do mkdir d; cd d; i=$((i+1)); done"));

    assertThat(outcome.status()).isEqualTo(ResultStatus.STORAGE_EXCEEDED);
    assertThat(outcome.explanation()).contains("too deep folders");
  }

  @Test
  void tooManyFilesExceedTheStorage() throws Exception {
    executor.close();
    executor = newExecutor(DockerOptions.DEFAULT.withOutputEntries(50));

    RunOutcome outcome =
        run(shellRun("i=0; while [ $i -lt 100 ]; do : > /out/$i; i=$((i+1)); done"));

    assertThat(outcome.status()).isEqualTo(ResultStatus.STORAGE_EXCEEDED);
    assertThat(outcome.explanation()).contains("too many files");
  }

  private void assertOdd(String script, String explanation) throws InterruptedException {
    RunOutcome outcome = run(shellRun(script));

    assertThat(outcome.status()).as(outcome.log()).isEqualTo(ResultStatus.EXCEPTION_OCCURRED);
    assertThat(outcome.explanation()).contains(explanation);
    assertThat(outcome.output()).isEqualTo(Manifest.EMPTY);
  }
}
