package modicum.acceptance.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Counts the effects that one agent has on the world, and kills it just before or just after one of
 * them. What kills is an {@link Error}, so that no agent can take it for trouble and go on.
 */
final class Trap {
  /** The process was killed here. */
  static final class Killed extends Error {
    private Killed() {
      super("killed", null, false, false);
    }
  }

  /** On which side of the effect the agent dies: did the world still see it? */
  enum Side {
    BEFORE,
    AFTER
  }

  /** Whether an effect is fatal, by its number from 0. */
  private interface Fate {
    boolean strikes(int effect, Side side);
  }

  private final Fate fate;
  private final List<String> effects = new ArrayList<>();
  private int deaths;

  private Trap(Fate fate) {
    this.fate = fate;
  }

  /** Only counts. */
  static Trap harmless() {
    return new Trap((effect, side) -> false);
  }

  /**
   * Kills once.
   *
   * @param fatal number of the effect, from 0
   */
  static Trap at(int fatal, Side on) {
    return new Trap((effect, side) -> effect == fatal && side == on);
  }

  /** Kills again and again: this part of all times, before as well as after effects. */
  static Trap often(double probability, Random random) {
    return new Trap((effect, side) -> random.nextDouble() < probability);
  }

  /**
   * An effect is about to happen.
   *
   * @return its number, to be handed to {@link #happened}
   */
  int happens(String effect) {
    int number = effects.size();
    effects.add(effect);
    strike(number, Side.BEFORE);
    return number;
  }

  /** The effect has happened, well or badly, and its agent does not know how yet. */
  void happened(int number) {
    strike(number, Side.AFTER);
  }

  private void strike(int effect, Side side) {
    if (fate.strikes(effect, side)) {
      deaths++;
      throw new Killed();
    }
  }

  /** What happened so far, in order. */
  List<String> effects() {
    return List.copyOf(effects);
  }

  /** How often it has killed. */
  int deaths() {
    return deaths;
  }
}
