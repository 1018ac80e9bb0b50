package modicum.marketplace.bench;

import java.util.List;

/**
 * What was measured.
 *
 * @param overheadPercent median over pairs of the additional time of a CPU-bound job
 * @param startUpMillis median over pairs of the additional time of a job that does nothing
 */
public record DeterminismReport(
    String profile, List<Row> rows, double overheadPercent, double startUpMillis) {
  private static final double BAR = 0.95;
  private static final double MOST_OVERHEAD = 3;
  private static final double MOST_START_UP = 150;

  /**
   * One program. A program that fails is never the same.
   *
   * @param again the same when run again
   * @param elsewhere the same at another time, with other CPUs, on a busy machine
   */
  public record Row(
      String program,
      boolean aboutTime,
      boolean plainAgain,
      boolean plainElsewhere,
      boolean again,
      boolean elsewhere) {}

  public long judged() {
    return rows.stream().filter(r -> !r.aboutTime()).count();
  }

  public long same() {
    return rows.stream().filter(r -> !r.aboutTime() && r.again() && r.elsewhere()).count();
  }

  public long plainSame() {
    return rows.stream()
        .filter(r -> !r.aboutTime() && r.plainAgain() && r.plainElsewhere())
        .count();
  }

  public boolean meetsBars() {
    return same() >= BAR * judged()
        && overheadPercent <= MOST_OVERHEAD
        && startUpMillis <= MOST_START_UP;
  }

  /** A table for people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    String form = "%-26s %-14s %-14s %-14s %-14s%n";
    text.append(
        form.formatted("program", "plain again", "elsewhere", "sandbox again", "elsewhere"));
    for (Row row : rows) {
      text.append(
          form.formatted(
              row.program() + (row.aboutTime() ? " (time)" : ""),
              word(row.plainAgain()),
              word(row.plainElsewhere()),
              word(row.again()),
              word(row.elsewhere())));
    }
    text.append(
        "%nthe same throughout, of %d that are not about wall time: plain %d, sandbox %d (bar %.0f%%)%n"
            .formatted(judged(), plainSame(), same(), BAR * 100));
    text.append(
        "sandbox against plain docker run, pairwise: CPU-bound %+.1f%% (bar 3%%), start-up %+.0f ms (bar 150 ms)%n"
            .formatted(overheadPercent, startUpMillis));
    text.append(meetsBars() ? "all bars are met" : "NOT all bars are met");
    return text.toString();
  }

  private static String word(boolean same) {
    return same ? "same" : "differs";
  }
}
