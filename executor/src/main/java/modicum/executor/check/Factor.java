package modicum.executor.check;

import modicum.executor.sandbox.Conditions;

/**
 * One thing that differs from machine to machine, or from moment to moment, and that the sandbox
 * holds still. Changed alone, it shows what a job makes of it.
 */
public enum Factor {
  CLOCK("the start time"),
  RANDOM("the random numbers"),
  HASH_SEED("the seed of hash tables"),
  FOLDER_ORDER("the order of files in folders"),
  ADDRESSES("the layout of memory addresses"),
  CPUS("the number of CPUs"),
  HOST_NAME("the host name");

  /** Some days and odd seconds, so that every part of a date changes. */
  private static final long OTHER_TIME = 45 * 86_400 + 3 * 3_600 + 17 * 60 + 29;

  private static final int OTHER_SEED = 4711;

  private final String label;

  Factor(String label) {
    this.label = label;
  }

  /** In the middle of a sentence. */
  public String label() {
    return label;
  }

  /**
   * Normal conditions but for this.
   *
   * @param cpus that the job asks for
   */
  public Conditions changed(Conditions normal, int cpus) {
    return switch (this) {
      case CLOCK -> normal.withStart(normal.start() + OTHER_TIME);
      case RANDOM -> normal.withSeed(OTHER_SEED);
      case HASH_SEED -> normal.withHashSeed(OTHER_SEED);
      case FOLDER_ORDER -> normal.withOrder(OTHER_SEED);
      case ADDRESSES -> normal.withOtherLayout();
      case CPUS -> normal.withCpus(cpus + 3);
      case HOST_NAME -> normal.withHostName("elsewhere");
    };
  }
}
