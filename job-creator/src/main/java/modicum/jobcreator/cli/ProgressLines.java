package modicum.jobcreator.cli;

import java.io.PrintWriter;
import java.util.Optional;
import modicum.jobcreator.JobStatus;
import modicum.jobcreator.file.ByteCount;
import modicum.jobcreator.packaging.PackagingProgress;
import modicum.jobcreator.result.ResultFetch;
import modicum.jobcreator.verification.Finding;

/** Tells a person how far a job is: one line for each thing that happens, on the error stream. */
final class ProgressLines implements PackagingProgress {
  private static final int TENTHS = 10;

  private final PrintWriter out;
  private Optional<Phase> phase = Optional.empty();
  private long tenth;
  private String lastSentence = "";
  private String lastProblem = "";
  private String lastFinding = "";

  ProgressLines(PrintWriter out) {
    this.out = out;
  }

  @Override
  public synchronized void at(Phase now, long done, long total) {
    if (phase.filter(now::equals).isEmpty()) {
      phase = Optional.of(now);
      tenth = 0;
      say(now + (total > 0 ? " (" + ByteCount.forPeople(total) + ")" : ""));
    }
    long reached = total <= 0 ? 0 : Math.min(TENTHS, (long) ((double) done / total * TENTHS));
    if (reached > tenth) {
      tenth = reached;
      say(
          "%s: %s of %s (%d%%)"
              .formatted(
                  now,
                  ByteCount.forPeople(done),
                  ByteCount.forPeople(total),
                  reached * 100 / TENTHS));
    }
  }

  /** Prints what is new about a job. */
  synchronized void show(JobStatus status) {
    lastSentence = sayIfNew(status.sentence(), lastSentence);
    lastProblem = sayIfNew(problem(status), lastProblem);
    lastFinding = sayIfNew(finding(status), lastFinding);
  }

  private String sayIfNew(String line, String last) {
    if (!line.isEmpty() && !line.equals(last)) {
      say(line);
    }
    return line;
  }

  private static String problem(JobStatus status) {
    return status
        .problem()
        .or(
            () ->
                status.observation().fetch() instanceof ResultFetch.Missing missing
                    ? Optional.of(missing.why())
                    : Optional.empty())
        .map(p -> "problem: " + p)
        .orElse("");
  }

  private static String finding(JobStatus status) {
    return status
        .observation()
        .finding()
        .map(
            f ->
                switch (f) {
                  case Finding.Right right -> "verified: " + right.explanation();
                  case Finding.Wrong wrong -> "found wrong: " + wrong.explanation();
                  case Finding.Unverified not -> "not verified: " + not.explanation();
                })
        .orElse("");
  }

  synchronized void say(String line) {
    out.println(Printable.text(line));
    out.flush();
  }
}
