package modicum.mediator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Trust;
import modicum.protocol.market.Command;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.RejectReason;
import modicum.protocol.money.Wei;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MediatorPolicyTest {
  @TempDir Path folder;
  private TestMarket market;
  private MediatorConfig config;

  @BeforeEach
  void aMarket() {
    market = new TestMarket(folder);
    config = market.config();
  }

  private MediatorView view(MediatorConfig of) {
    return MediatorView.of(market.chain.state(), market.mia.account(), of);
  }

  private List<MediatorAction> decide(MediatorConfig with, Set<MatchId> toClean) {
    return new MediatorPolicy(with).decide(view(with), toClean, market.now());
  }

  private MatchId dispute() {
    TestMarket.settle(market.mediator(market.world()));
    return market.disputed(RejectReason.WRONG_RESULTS);
  }

  private MediatorConfig with(List<String> distrusted, MediatorConfig.Withdrawal withdrawal) {
    return new MediatorConfig(
        config.architecture(),
        config.timePerInstruction(),
        config.instructionPrice(),
        config.bandwidthPrice(),
        config.availabilityValue(),
        config.directories(),
        config.baseLayers(),
        distrusted,
        withdrawal,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        config.stateFolder());
  }

  @Test
  void registersFirst() {
    assertThat(decide(config, Set.of()))
        .containsExactly(new MediatorAction.Register(config.registration()));
  }

  @Test
  void setsTheTrustThatLacks() {
    TestMarket.must(
        market.mia, new Command.RegisterMediator(market.mia.account(), config.registration()));

    assertThat(decide(config, Set.of()))
        .containsExactly(
            new MediatorAction.SetTrust(
                Trust.MEDIATOR_TRUSTS_DIRECTORY, List.of(market.dora.account().toWord()), true),
            new MediatorAction.SetTrust(
                Trust.MEDIATOR_SUPPORTS_BASE_LAYER, List.of(market.image.baseLayer()), true));
  }

  @Test
  void isAtRestOnceAllIsAsConfigured() {
    TestMarket.settle(market.mediator(market.world()));

    assertThat(decide(config, Set.of())).isEmpty();
  }

  @Test
  void dropsADirectoryThatItNoLongerTrusts() {
    TestMarket.settle(market.mediator(market.world()));

    assertThat(decide(with(List.of(market.dora.account().toString()), null), Set.of()))
        .containsExactly(
            new MediatorAction.SetTrust(
                Trust.MEDIATOR_TRUSTS_DIRECTORY, List.of(market.dora.account().toWord()), false));
  }

  @Test
  void registersAgainAtOtherPricesAndMediatesAllTheSame() {
    MatchId match = dispute();
    MediatorConfig dearer =
        new MediatorConfig(
            "amd64", 1, 7, 7, null, null, null, null, null, null, null, null, null, null, null,
            null, "x");

    assertThat(decide(dearer, Set.of()))
        .containsExactly(
            new MediatorAction.Mediate(market.seen(match)),
            new MediatorAction.Register(dearer.registration()));
  }

  @Test
  void mediatesUntilTheDeadlineAndNoLonger() {
    MatchId match = dispute();
    long deadline = ((MatchState.Open) market.seen(match).state()).deadline();

    market.chain.advanceTo(deadline);
    assertThat(decide(config, Set.of()))
        .containsExactly(new MediatorAction.Mediate(market.seen(match)));

    market.chain.advance(1);
    assertThat(decide(config, Set.of())).isEmpty();
  }

  @Test
  void leavesOtherMediatorsDisputesAlone() {
    dispute();
    Match match = view(config).disputed().getFirst();

    assertThat(MediatorView.of(market.chain.state(), market.sam.account(), config).disputed())
        .isEmpty();
    assertThat(match.terms().mediator()).isEqualTo(market.mia.account());
  }

  @Test
  void cleansUpInAFixedOrder() {
    TestMarket.settle(market.mediator(market.world()));
    MatchId one = new MatchId(Bytes32.fromHex("01".repeat(32)));
    MatchId two = new MatchId(Bytes32.fromHex("02".repeat(32)));

    assertThat(decide(config, Set.of(two, one)))
        .containsExactly(new MediatorAction.CleanUp(one), new MediatorAction.CleanUp(two));
  }

  @Test
  void withdrawsWhatIsAboveWhatItKeepsOnceItIsWorthIt() {
    market.chain.give(market.mia.account(), Wei.of(100));
    TestMarket.settle(market.mediator(market.world()));
    TestMarket.must(market.mia, new Command.Deposit(market.mia.account(), Wei.of(100)));

    assertThat(decide(keeping(60, 41), Set.of())).isEmpty();
    assertThat(decide(keeping(60, 40), Set.of()))
        .containsExactly(new MediatorAction.Withdraw(Wei.of(40)));
    assertThat(decide(keeping(200, 1), Set.of())).isEmpty();
  }

  private MediatorConfig keeping(long keep, long atLeast) {
    return with(
        List.of(),
        new MediatorConfig.Withdrawal(BigInteger.valueOf(keep), BigInteger.valueOf(atLeast)));
  }

  @Test
  void aConfigurationThatCannotBeMeantIsRefusedInWords() {
    assertThatThrownBy(
            () ->
                new MediatorConfig(
                    null, 0, 1, 1, null, null, null, null, null, null, null, null, null, null, null,
                    null, "state"))
        .hasMessage("timePerInstruction is above 0 ns, got 0");
    assertThatThrownBy(() -> keeping(1, 0)).hasMessage("withdrawal.atLeast is above zero, got 0");
  }
}
