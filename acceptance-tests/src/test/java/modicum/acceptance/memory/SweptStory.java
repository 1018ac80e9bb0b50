package modicum.acceptance.memory;

import static modicum.acceptance.memory.TestJob.checked;

import java.util.Map;
import java.util.Optional;
import modicum.executor.scripted.ScriptedOutcome;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.Stage;
import modicum.protocol.match.Verdict;

/** The stories that are told again for every step at which an agent can be killed. */
enum SweptStory {
  VERIFIED(ClosingReason.ACCEPTED) {
    @Override
    void tell(InMemoryMarket market) {
      market.opens();
      market.alice().posts(checked());
      market.runUntilQuiet();
    }
  },

  FORGED(Verdict.WRONG_RESULTS) {
    @Override
    void tell(InMemoryMarket market) {
      market.bob().forges();
      market.opens();
      market.alice().posts(checked());
      market.runUntilQuiet();
    }
  },

  NON_DETERMINISTIC(Verdict.NON_DETERMINISTIC_JOB) {
    @Override
    void tell(InMemoryMarket market) {
      market.jobsComeTo(
          run ->
              ScriptedOutcome.completed(
                  Map.of("out.txt", run.name().owner() + run.name().attempt()), 100));
      market.opens();
      market.alice().posts(checked());
      market.runUntilQuiet();
    }
  },

  ACCEPTED_BY_SILENCE(ClosingReason.ACCEPTED_BY_SILENCE) {
    @Override
    void tell(InMemoryMarket market) {
      market.opens();
      market.alice().posts(checked());
      market.runUntil(Stage.AWAITING_RESULT);
      market.alice().leaves();
      market.runUntilQuiet();
      market.timePasses(InMemoryMarket.REACTION_WINDOW + 1);
      market.runUntilQuiet();
      market.alice().returns();
      market.runUntilQuiet();
    }
  },

  FORGED_AND_COMPARED(Verdict.WRONG_RESULTS) {
    @Override
    void tell(InMemoryMarket market) {
      market.jobsPutOutAboutTheSame();
      market.aboutTheSame(market.bob(), "43");
      market.opens();
      market.alice().posts(checked().comparedBy(InMemoryMarket.COMPARATOR));
      market.runUntilQuiet();
    }
  },

  DIRECTORY_DOWN(Verdict.DIRECTORY_UNAVAILABLE) {
    @Override
    void tell(InMemoryMarket market) {
      market.opens();
      market.alice().posts(checked());
      market.runUntil(Stage.AWAITING_REACTION);
      market.store().goDown();
      market.timePasses(InMemoryMarket.REACTION_WINDOW - 110);
      market.runUntil(Stage.IN_MEDIATION);
      market.store().comeUp();
      market.runUntilQuiet();
    }
  },

  /** Matches, results and reactions of the two go in transactions of two. */
  TWO_AT_ONCE(ClosingReason.ACCEPTED) {
    @Override
    void tell(InMemoryMarket market) {
      market.bob().hasSlots(jobs());
      market.opens();
      market.alice().posts(checked());
      market.alice().posts(checked());
      market.runUntilQuiet();
    }

    @Override
    int jobs() {
      return 2;
    }
  },

  /** So do their closings. */
  TWO_ACCEPTED_BY_SILENCE(ClosingReason.ACCEPTED_BY_SILENCE) {
    @Override
    void tell(InMemoryMarket market) {
      market.bob().hasSlots(jobs());
      market.opens();
      market.alice().posts(checked());
      market.alice().posts(checked());
      market.runUntil(Stage.AWAITING_RESULT, jobs());
      market.alice().leaves();
      market.runUntilQuiet();
      market.timePasses(InMemoryMarket.REACTION_WINDOW + 1);
      market.runUntilQuiet();
      market.alice().returns();
      market.runUntilQuiet();
    }

    @Override
    int jobs() {
      return 2;
    }
  },

  /** The key changes hands with the provider, and then with the mediator. */
  ENCRYPTED_AND_FORGED(Verdict.WRONG_RESULTS) {
    @Override
    void tell(InMemoryMarket market) {
      market.bob().forges();
      market.opens();
      market.alice().posts(checked().encrypted());
      market.runUntilQuiet();
    }
  },

  RESULT_KEPT_BACK(Verdict.RESULT_NOT_FOUND) {
    @Override
    void tell(InMemoryMarket market) {
      market.bob().uploadsNothing();
      market.opens();
      market.alice().posts(checked());
      market.runUntilQuiet();
    }
  };

  private final ClosingReason reason;
  private final Optional<Verdict> verdict;

  SweptStory(ClosingReason reason) {
    this.reason = reason;
    this.verdict = Optional.empty();
  }

  SweptStory(Verdict verdict) {
    this.reason = ClosingReason.MEDIATED;
    this.verdict = Optional.of(verdict);
  }

  abstract void tell(InMemoryMarket market);

  /** How many there are. */
  int jobs() {
    return 1;
  }

  /** How its matches are to end. */
  ClosingReason reason() {
    return reason;
  }

  /** Of the mediator, if it is to be asked. */
  Optional<Verdict> verdict() {
    return verdict;
  }
}
