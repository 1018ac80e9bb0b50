package modicum.marketplace.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import modicum.jobcreator.file.JobRequest;
import modicum.jobcreator.file.Span;
import modicum.jobcreator.verification.VerificationPolicy;
import modicum.marketplace.local.LocalImages;
import modicum.marketplace.local.LocalMarket;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Limits;

/** The jobs of the demo. */
final class DemoJobs {
  static final int WIDTH = 800;
  static final int HEIGHT = 600;
  static final int BANDS = 4;

  private static final Limits LIMITS = new Limits(200_000, 512L << 20, 256L << 20, 1L << 30);
  private static final Wei INCENTIVE = Wei.of(1_000_000_000L);

  private DemoJobs() {}

  /** One horizontal band of the picture, counted from 0. */
  static JobRequest band(int band, Path output, VerificationPolicy verify) {
    int rows = HEIGHT / BANDS;
    return render(WIDTH, HEIGHT, band * rows + 1, (band + 1) * rows, output, verify);
  }

  /** A picture of the size of a stamp. */
  static JobRequest stamp(Path output, VerificationPolicy verify) {
    return render(80, 60, 1, 60, output, verify);
  }

  static JobRequest lots(Path output) {
    return request(
        LocalImages.NON_DETERMINISTIC,
        List.of(),
        output,
        new VerificationPolicy.Always(),
        LocalMarket.INSTRUCTION_PRICE);
  }

  /** A job that pays less than any provider asks. */
  static JobRequest underpaid(Path output) {
    return request(
        LocalImages.RENDER,
        List.of("render-tile", "80", "60", "1", "60"),
        output,
        new VerificationPolicy.None(),
        1);
  }

  private static JobRequest render(
      int width, int height, int first, int last, Path output, VerificationPolicy verify) {
    List<String> command =
        List.of(
            "render-tile",
            Integer.toString(width),
            Integer.toString(height),
            Integer.toString(first),
            Integer.toString(last));
    return request(LocalImages.RENDER, command, output, verify, LocalMarket.INSTRUCTION_PRICE);
  }

  private static JobRequest request(
      String image,
      List<String> command,
      Path output,
      VerificationPolicy verify,
      long instructionPrice) {
    return new JobRequest(
        image,
        command,
        new TreeMap<>(),
        Optional.empty(),
        output,
        "/out",
        1,
        CpuLevel.DEFAULT,
        LIMITS,
        Prices.of(instructionPrice, LocalMarket.BANDWIDTH_PRICE),
        new Span(600),
        new Span(300),
        INCENTIVE,
        verify,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        false);
  }
}
