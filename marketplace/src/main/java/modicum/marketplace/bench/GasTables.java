package modicum.marketplace.bench;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A report for people. */
public final class GasTables {
  private static final Map<String, String> JOB_NAMES = jobNames();
  private static final List<String> JOB_HEADER =
      List.of(
          "a whole job",
          "job creator",
          "resource provider",
          "solver",
          "mediator",
          "all",
          "published",
          "of that",
          "bar");
  private static final List<String> FUNCTION_HEADER =
      List.of("function", "gas", "published", "of that");

  private final GasReport report;

  public GasTables(GasReport report) {
    this.report = report;
  }

  private static Map<String, String> jobNames() {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("nominal", "nominal");
    names.put("silence", "closed by silence");
    names.put("disputed", "disputed");
    names.put("oneTransactionClose", "settled by the job creator's signature");
    names.put("batch20", "nominal, in batches of 20, each");
    names.put("firstMatch", "nominal, first of a resource offer");
    names.put("postedOffers", "nominal, both offers posted for it");
    return names;
  }

  /** Both tables, for a terminal. */
  public String text() {
    return text(JOB_HEADER, jobRows()) + "\n\n" + text(FUNCTION_HEADER, functionRows());
  }

  /** What jobs cost, as Markdown. */
  public String jobsAsMarkdown() {
    return markdown(JOB_HEADER, jobRows());
  }

  /** What functions cost, as Markdown. */
  public String functionsAsMarkdown() {
    return markdown(FUNCTION_HEADER, functionRows());
  }

  // -------------------------------------------------------------------- rows

  private List<List<String>> jobRows() {
    List<List<String>> rows = new ArrayList<>();
    JOB_NAMES.forEach((name, words) -> rows.add(jobRow(name, words)));
    return rows;
  }

  private List<String> jobRow(String name, String words) {
    JobGas job = report.jobs().get(name);
    GasBar bar =
        GasBar.of("jobs." + name + (name.equals(GasReport.BATCH) ? ".totalPerJob" : ".total"));
    return List.of(
        words,
        withBar(job.jobCreator(), GasBar.of("jobs." + name + ".jobCreator")),
        number(job.resourceProvider()),
        number(job.solver()),
        number(job.mediator()),
        number(job.total()),
        number(bar.published()),
        ratio(job.total(), bar.published()),
        number(bar.bar()));
  }

  /** A part of the job that has a bar of its own. */
  private static String withBar(long gas, GasBar bar) {
    if (bar.bar().isEmpty()) {
      return number(gas);
    }
    return "%s (published %s, bar %s)"
        .formatted(number(gas), number(bar.published()), number(bar.bar()));
  }

  private List<List<String>> functionRows() {
    List<List<String>> rows = new ArrayList<>();
    report
        .functions()
        .forEach(
            (name, gas) -> {
              OptionalLong published = GasBar.of("functions." + name).published();
              rows.add(List.of(name, number(gas), number(published), ratio(gas, published)));
            });
    return rows;
  }

  private static String number(long gas) {
    return gas == 0 ? "-" : "%,d".formatted(gas);
  }

  private static String number(OptionalLong gas) {
    return gas.isPresent() ? number(gas.getAsLong()) : "";
  }

  private static String ratio(long gas, OptionalLong published) {
    return published.isPresent() ? Math.round(100.0 * gas / published.getAsLong()) + "%" : "";
  }

  // ----------------------------------------------------------------- writing

  private static String text(List<String> header, List<List<String>> rows) {
    List<Column> columns =
        header.stream()
            .map(
                name ->
                    new Column()
                        .header(name)
                        .dataAlign(
                            name.equals(header.getFirst())
                                ? HorizontalAlign.LEFT
                                : HorizontalAlign.RIGHT))
            .toList();
    return AsciiTable.getTable(
        AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS,
        columns.toArray(Column[]::new),
        rows.stream().map(row -> row.toArray(String[]::new)).toArray(String[][]::new));
  }

  private static String markdown(List<String> header, List<List<String>> rows) {
    List<String> lines = new ArrayList<>();
    lines.add(line(header));
    lines.add("|---|" + String.join("", Collections.nCopies(header.size() - 1, "---:|")));
    rows.forEach(row -> lines.add(line(row)));
    return String.join("\n", lines);
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
  }
}
