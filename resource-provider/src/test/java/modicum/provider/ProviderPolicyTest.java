package modicum.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import modicum.executor.RunOutcome;
import modicum.executor.RunState;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.ManifestEntry;
import modicum.protocol.content.Sha256;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;
import modicum.protocol.money.AccountBalance;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Views and what they make a provider do. */
class ProviderPolicyTest {
  private static final long NOW = TestMarket.START;
  private static final long DEADLINE = NOW + TestMarket.COMPLETION;

  @TempDir Path folder;
  private TestMarket market;
  private ProviderPolicy policy;

  @BeforeEach
  void aPolicy() {
    market = new TestMarket(folder);
    policy = new ProviderPolicy(market.config(1));
    TestMarket.settle(market.provider());
  }

  private ProviderView view(boolean registered, long free, List<Match> open) {
    return new ProviderView(
        registered,
        List.of(),
        new AccountBalance(Wei.of(free), Wei.ZERO),
        open,
        new StandingOffers(market.config(1), market.bob.account(), market.chain.hasher())
            .at(NOW, 1, market.chain.state()));
  }

  private String actions(ProviderView view, ProviderObservation observed, long now) {
    return String.join(
        ", ",
        policy.decide(view, observed, now).stream()
            .map(
                a ->
                    a instanceof ProviderAction.PublishResult publish
                        ? "PublishResult " + publish.result().status()
                        : a.getClass().getSimpleName())
            .filter(a -> !a.equals("LeaveOffer"))
            .toList());
  }

  @Test
  void registersThenDepositsThenOffers() {
    ProviderObservation nothing = ProviderObservation.NOTHING;
    assertThat(policy.decide(view(false, 0, List.of()), nothing, NOW))
        .containsExactly(new ProviderAction.Register(market.config(1).registration()));
    assertThat(policy.decide(view(true, 0, List.of()), nothing, NOW))
        .containsExactly(new ProviderAction.Deposit(Wei.of(100_000_000)));
    assertThat(policy.decide(view(true, 90_000_000, List.of()), nothing, NOW))
        .containsExactly(new ProviderAction.Deposit(Wei.of(10_000_000)));
    assertThat(policy.decide(view(true, 90_000_001, List.of()), nothing, NOW))
        .hasOnlyElementsOfType(ProviderAction.LeaveOffer.class)
        .hasSize(1);
  }

  @Test
  void leavesAnOfferOnlyWhereItWasNotLeftNotLongAgo() {
    ProviderView view = view(true, 100_000_000, List.of());
    ProviderObservation left =
        new ProviderObservation(
            Map.of(),
            Set.of(new ProviderObservation.LeftOffer("sam", view.offers().getFirst().hash())),
            Set.of());
    assertThat(policy.decide(view, left, NOW)).isEmpty();
  }

  static Stream<Arguments> unstartedJobs() {
    return Stream.of(
        Arguments.of("plenty of time", 0L, "", "RunJob"),
        Arguments.of("enough for half of the limit", 60L, "", "RunJob"),
        Arguments.of("too little for half of the limit", 230L, "", "PublishResult DECLINED"),
        Arguments.of("the deadline itself", 300L, "", "PublishResult DECLINED"),
        Arguments.of("after the deadline", 301L, "", ""),
        Arguments.of("unreachable a while", 59L, "UNREACHABLE", "RunJob"),
        Arguments.of("unreachable long", 60L, "UNREACHABLE", "PublishResult DIRECTORY_UNAVAILABLE"),
        Arguments.of("refused a while", 59L, "REFUSED", "RunJob"),
        Arguments.of("refused long", 60L, "REFUSED", "PublishResult DECLINED"),
        Arguments.of("not found a while", 29L, "NOT_FOUND", "RunJob"),
        Arguments.of("not found longer", 30L, "NOT_FOUND", "PublishResult JOB_NOT_FOUND"),
        Arguments.of("no key a while", 89L, "KEY_MISSING", "RunJob"),
        Arguments.of("no key longer", 90L, "KEY_MISSING", "PublishResult JOB_NOT_FOUND"));
  }

  @ParameterizedTest(name = "{0}: {3}")
  @MethodSource("unstartedJobs")
  void decidesOnAJobThatIsNotStarted(String what, long after, String trouble, String expected) {
    // A tenth of a second an instruction: its limits are 150 s of work, half of them are 75 s.
    Limits limits = new Limits(1500, 1 << 20, 1 << 20, 100_000);
    Match match = market.seen(market.match(market.offer(market.spec.digest().sha256(), limits)));
    ProviderPolicy slow = new ProviderPolicy(market.config(1, 100_000_000, false, null));
    Optional<Trouble> troubled =
        trouble.isEmpty()
            ? Optional.empty()
            : Optional.of(new Trouble(Trouble.Kind.valueOf(trouble), NOW, "told to"));
    ProviderObservation observed =
        new ProviderObservation(
            Map.of(
                match.id(),
                new ProviderObservation.Job(
                    new RunState.NotStarted(), Optional.empty(), troubled, Optional.empty())),
            Set.of(),
            Set.of());
    policy = slow;
    assertThat(actions(view(true, 100_000_000, List.of(match)), observed, NOW + after))
        .isEqualTo(expected);
    assertThat(match.terms().completionDeadline()).isEqualTo(DEADLINE);
  }

  @Test
  void waitsForARunningJobUntilTheDeadlineIsNear() {
    Match match = market.seen(market.match());
    ProviderObservation running =
        new ProviderObservation(
            Map.of(
                match.id(),
                new ProviderObservation.Job(
                    new RunState.Running(), Optional.empty(), Optional.empty(), Optional.empty())),
            Set.of(),
            Set.of());
    ProviderView view = view(true, 100_000_000, List.of(match));
    assertThat(actions(view, running, DEADLINE - 16)).isEmpty();
    assertThat(actions(view, running, DEADLINE - 15)).isEqualTo("PublishResult DECLINED");
  }

  @Test
  void givesUpAnOutputThatIsNotInTheDirectoryWhenTheDeadlineIsNear() {
    Match match = market.seen(market.match());
    RunOutcome outcome =
        new RunOutcome(
            ResultStatus.COMPLETED,
            new Manifest(List.of(ManifestEntry.file("f", 0644, Sha256.ofUtf8("output")))),
            folder,
            1,
            Duration.ofMillis(1),
            Duration.ofMillis(1),
            1,
            0,
            "",
            "");
    ProviderView view = view(true, 100_000_000, List.of(match));
    ProviderObservation going = ended(match, outcome, Optional.empty());
    ProviderObservation gone = ended(match, outcome, Optional.of(outcome.output().digest()));
    assertThat(actions(view, going, DEADLINE - 16)).isEqualTo("PublishResult COMPLETED");
    assertThat(actions(view, going, DEADLINE - 15)).isEqualTo("PublishResult DECLINED");
    assertThat(actions(view, gone, DEADLINE)).isEqualTo("PostResult");
  }

  private static ProviderObservation ended(
      Match match, RunOutcome outcome, Optional<Digest> published) {
    return new ProviderObservation(
        Map.of(
            match.id(),
            new ProviderObservation.Job(
                new RunState.Ended(outcome), Optional.empty(), Optional.empty(), published)),
        Set.of(),
        Set.of());
  }

  @Test
  void aJobCreatorsTimeToHandOverTheKeyBeginsWhenItIsAsked() {
    Troubles troubles = new Troubles(market.folder.resolve("told"));
    MatchId match = market.match();
    troubles.note(match, Trouble.Kind.UNREACHABLE, NOW, "down");
    troubles.note(match, Trouble.Kind.NOT_FOUND, NOW + 1, "none");
    assertThat(troubles.of(match).orElseThrow().since()).isEqualTo(NOW);

    troubles.note(match, Trouble.Kind.KEY_MISSING, NOW + 50, "no key");
    troubles.note(match, Trouble.Kind.KEY_MISSING, NOW + 60, "no key");
    assertThat(troubles.of(match).orElseThrow().since()).isEqualTo(NOW + 50);

    troubles.note(match, Trouble.Kind.UNREACHABLE, NOW + 70, "down");
    assertThat(troubles.of(match).orElseThrow().since()).isEqualTo(NOW + 70);
  }
}
