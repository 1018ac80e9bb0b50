package modicum.ledger.web3j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import modicum.ledger.RecordedEvent;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.Terms;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Capacity;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.Limits;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.Test;

class MatchRecordsTest {
  private static final Address SOMEONE = MarketParameters.BURNT;
  private static final MatchId MATCH = new MatchId(Keccak256.hashUtf8("match"));

  private final List<RecordedEvent> chain = new ArrayList<>();
  private int lookUps;
  private final MatchRecords records =
      new MatchRecords(
          match -> {
            lookUps++;
            return List.copyOf(chain);
          });

  @Test
  void whatPassedByIsNotLookedUp() {
    records.note(matched(7));
    assertThat(records.of(MATCH, false).terms()).map(Terms::completionDeadline).contains(7L);
    assertThat(lookUps).isZero();
  }

  @Test
  void whatIsMissingIsLookedUpOnce() {
    chain.add(matched(7));
    chain.add(posted(ResultStatus.COMPLETED));
    assertThat(records.of(MATCH, true).result())
        .map(Result::status)
        .contains(ResultStatus.COMPLETED);
    records.of(MATCH, true);
    assertThat(lookUps).isEqualTo(1);
  }

  @Test
  void aResultThatIsStillToComeIsAskedForAgain() {
    chain.add(matched(7));
    assertThat(records.of(MATCH, true).result()).isEmpty();
    chain.add(posted(ResultStatus.DECLINED));
    assertThat(records.of(MATCH, true).result()).isPresent();
  }

  @Test
  void whatWasOnALostBranchIsForgotten() {
    records.note(matched(7));
    records.note(posted(ResultStatus.COMPLETED));
    chain.add(matched(8));
    assertThat(records.afresh(MATCH).terms()).map(Terms::completionDeadline).contains(8L);
    assertThat(records.afresh(MATCH).result()).isEmpty();
    chain.clear();
    assertThat(records.afresh(MATCH)).isEqualTo(MatchRecords.MatchRecord.NONE);
  }

  private static RecordedEvent posted(ResultStatus status) {
    Result result = new Result(status, Bytes32.ZERO, Usage.NOTHING);
    return recorded(new MarketEvent.ResultPosted(MATCH, SOMEONE, result, 99));
  }

  private static RecordedEvent matched(long deadline) {
    Prices prices = Prices.of(1, 1);
    JobOffer job =
        new JobOffer(
            SOMEONE,
            new Limits(1, 1, 1, 1),
            prices,
            deadline,
            Wei.ZERO,
            Bytes32.ZERO,
            Bytes32.ZERO,
            SOMEONE,
            Architecture.AMD64,
            1,
            1);
    ResourceOffer resource =
        new ResourceOffer(SOMEONE, new Capacity(1, 1, 1, 1), prices, Wei.ZERO, 1, 1, 1);
    Terms terms =
        new Terms(
            SOMEONE,
            SOMEONE,
            SOMEONE,
            SOMEONE,
            deadline,
            new Usage(1, 1),
            prices,
            prices,
            Wei.ZERO,
            Wei.ZERO,
            Wei.of(2));
    return recorded(
        new MarketEvent.Matched(
            MATCH, job, new OfferHash(Bytes32.ZERO), resource.matchIncentive(), terms, SOMEONE));
  }

  private static RecordedEvent recorded(MarketEvent event) {
    return new RecordedEvent(1, 0, Bytes32.ZERO, event);
  }
}
