package modicum.marketplace.bench;

import com.github.freva.asciitable.AsciiTable;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the transfers were measured to.
 *
 * @param server which server it was
 */
public record TransferReport(
    String server, SecondJob secondJob, Rates upload, Rates download, Sweep sweep) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final double MIB = 1 << 20;

  /**
   * A job whose base image is there already.
   *
   * @param uploaded bytes on the line, headers and all
   * @param downloaded the same
   * @param ownLayers bytes of its layers above the base image's
   */
  public record SecondJob(long uploaded, long downloaded, long ownLayers) {
    /** The larger way. */
    long moved() {
      return Math.max(uploaded, downloaded);
    }
  }

  /**
   * The same bytes by our transfer and by the plain client.
   *
   * @param size bytes
   * @param seconds median of our runs
   * @param plainSeconds median of the plain client's
   * @param heap peak of our process, bytes
   */
  public record Rates(long size, double seconds, double plainSeconds, long heap) {
    /** Our rate over the plain client's. */
    double ratio() {
      return plainSeconds / seconds;
    }
  }

  /**
   * @param moved bytes on the line, headers and all
   * @param unique bytes of all distinct objects
   */
  public record Sweep(int jobs, long moved, long unique) {}

  /** As text for people. */
  public String table() {
    return AsciiTable.getTable(
        AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS,
        new String[] {"transfer, to " + server, "measured", "against", "ratio"},
        null,
        List.of(
                row(
                    "second job on a base image, upload",
                    bytes(secondJob.uploaded()),
                    "own layers " + bytes(secondJob.ownLayers()),
                    (double) secondJob.uploaded() / secondJob.ownLayers()),
                row(
                    "second job on a base image, download",
                    bytes(secondJob.downloaded()),
                    "own layers " + bytes(secondJob.ownLayers()),
                    (double) secondJob.downloaded() / secondJob.ownLayers()),
                rates("input upload", upload),
                rates("input download", download),
                row(
                    "sweep of " + sweep.jobs() + " inputs, upload",
                    bytes(sweep.moved()),
                    "distinct " + bytes(sweep.unique()),
                    (double) sweep.moved() / sweep.unique()))
            .toArray(String[][]::new));
  }

  private static String[] rates(String what, Rates rates) {
    return row(
        "%s of %s, peak heap %s".formatted(what, bytes(rates.size()), bytes(rates.heap())),
        rate(rates.size(), rates.seconds()),
        "plain client " + rate(rates.size(), rates.plainSeconds()),
        rates.ratio());
  }

  private static String[] row(String what, String measured, String against, double ratio) {
    return new String[] {what, measured, against, String.format(Locale.ROOT, "%.3f", ratio)};
  }

  private static String rate(long size, double seconds) {
    return String.format(Locale.ROOT, "%.0f MiB/s", size / MIB / seconds);
  }

  private static String bytes(long bytes) {
    return String.format(Locale.ROOT, "%.2f MiB", bytes / MIB);
  }

  /** For programs; sizes in bytes. */
  public String json() {
    ObjectNode root = JSON.createObjectNode();
    root.put("server", server);
    ObjectNode second = root.putObject("secondJob");
    second.put("movedBytes", secondJob.moved());
    second.put("ownLayerBytes", secondJob.ownLayers());
    describe(root.putObject("upload"), upload);
    describe(root.putObject("download"), download);
    ObjectNode sweepNode = root.putObject("sweep");
    sweepNode.put("movedBytes", sweep.moved());
    sweepNode.put("uniqueBytes", sweep.unique());
    return JSON.writeValueAsString(root);
  }

  private static void describe(ObjectNode node, Rates rates) {
    node.put("ratio", rates.ratio());
    node.put("peakHeapBytes", rates.heap());
  }
}
