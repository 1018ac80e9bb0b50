package modicum.marketplace.bench;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a figure is compared with.
 *
 * @param figure its name in {@link GasReport#figures}
 * @param published by the authors of the first implementation, with no checks and no money moved
 *     (section 11 of the protocol specification), gas
 * @param bar what it may be at most, gas
 */
record GasBar(String figure, OptionalLong published, OptionalLong bar) {
  private static final List<GasBar> ALL =
      List.of(
          job("nominal.jobCreator", 592_000, 65_000),
          job("nominal.total", 1_160_000, 230_000),
          job("disputed.total", 1_261_000, 320_000),
          new GasBar("jobs.batch20.totalPerJob", OptionalLong.empty(), OptionalLong.of(100_000)),
          function("postJobOffer", 452_000),
          function("postResourceOffer", 242_000),
          function("postMatch", 135_000),
          function("postResult", 191_000),
          function("acceptResult", 140_000),
          function("rejectResult", 54_000),
          function("postVerdict", 187_000),
          function("registerMediator", 137_000),
          function("registerResourceProvider", 81_000),
          function("registerJobCreator", 34_000),
          function("setTrust", 65_000));

  private static GasBar job(String name, long published, long bar) {
    return new GasBar("jobs." + name, OptionalLong.of(published), OptionalLong.of(bar));
  }

  private static GasBar function(String name, long published) {
    return new GasBar("functions." + name, OptionalLong.of(published), OptionalLong.empty());
  }

  /** That of a figure; one that compares with nothing where there is none. */
  static GasBar of(String figure) {
    return ALL.stream()
        .filter(bar -> bar.figure().equals(figure))
        .findFirst()
        .orElseGet(() -> new GasBar(figure, OptionalLong.empty(), OptionalLong.empty()));
  }

  static List<GasBar> all() {
    return ALL;
  }

  boolean isMissedBy(long gas) {
    return bar.isPresent() && gas > bar.getAsLong();
  }
}
