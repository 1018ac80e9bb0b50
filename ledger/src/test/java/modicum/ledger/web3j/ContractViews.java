package modicum.ledger.web3j;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.encoding.Words;
import modicum.protocol.identity.Address;
import modicum.protocol.market.MarketState;
import modicum.protocol.market.ResourceOfferState;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.NextStep;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.offer.OfferHasher;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;

/** What the contract's views tell, against what a market's state tells. */
final class ContractViews {
  private static final String STAGE_OF = selector("stageOf(bytes32)");
  private static final String NEXT_STEP_OF = selector("nextStepOf(bytes32)");
  private static final String CLOSABLE_FROM = selector("closableFrom(bytes32[])");
  private static final String NONCE_FLOOR_OF = selector("nonceFloorOf(address)");
  private static final String RESOURCE_OFFER_STATE = selector("resourceOfferState(bytes32)");
  private static final String HASH_ACCEPTANCE =
      selector("hashAcceptance(bytes32,(uint8,bytes32,uint56,uint56))");

  /** A call of a view, and the words that it should answer. */
  private record Expectation(String call, List<BigInteger> words) {
    static Expectation of(String call, long... words) {
      return new Expectation(
          call, java.util.Arrays.stream(words).mapToObj(BigInteger::valueOf).toList());
    }
  }

  private final RawChain chain;
  private final OfferHasher hasher;

  ContractViews(RawChain chain, OfferHasher hasher) {
    this.chain = chain;
    this.hasher = hasher;
  }

  /** All in one request. */
  void assertSame(MarketState state, List<Address> accounts, List<JobOffer> jobOffers) {
    List<Expectation> expectations = new ArrayList<>();
    List<MatchId> offered =
        jobOffers.stream().map(offer -> hasher.hash(offer).asMatchId()).toList();
    List<MatchId> matched = state.matches().stream().map(Match::id).toList();
    Stream.concat(offered.stream(), matched.stream())
        .distinct()
        .forEach(id -> expectations.addAll(ofMatch(state, id)));
    state.matches().forEach(match -> expectations.add(ofAcceptance(match)));
    state.matches().stream()
        .map(Match::resourceOfferHash)
        .distinct()
        .forEach(hash -> expectations.add(ofResourceOffer(state, hash)));
    accounts.forEach(account -> expectations.addAll(ofAccount(state, account)));
    List<List<BigInteger>> answers =
        chain.views(expectations.stream().map(Expectation::call).toList());
    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i))
          .as(expectations.get(i).call())
          .isEqualTo(expectations.get(i).words());
    }
  }

  private static List<Expectation> ofMatch(MarketState state, MatchId id) {
    int stage = state.stage(id).ordinal();
    Optional<NextStep> step = state.nextStep(id);
    long deadline = step.map(NextStep::deadline).orElse(0L);
    return List.of(
        Expectation.of(STAGE_OF + id.value().toHex(), stage, deadline),
        Expectation.of(
            NEXT_STEP_OF + id.value().toHex(),
            stage,
            step.map(s -> s.role().ordinal()).orElse(0),
            deadline,
            step.map(NextStep::closableFrom).orElse(0L)));
  }

  private Expectation ofAcceptance(Match match) {
    Result result =
        match
            .state()
            .postedResult()
            .orElse(new Result(ResultStatus.DECLINED, match.id().value(), new Usage(1, 2)));
    Words arguments =
        new Words()
            .add(match.id().value())
            .add(result.status().ordinal())
            .add(result.commitment())
            .add(result.usage().instructions())
            .add(result.usage().bandwidth());
    Bytes32 expected = hasher.hashAcceptance(match.id(), result);
    return new Expectation(
        HASH_ACCEPTANCE + hex(arguments), List.of(new BigInteger(1, expected.toArray())));
  }

  private static Expectation ofResourceOffer(MarketState state, OfferHash hash) {
    ResourceOfferState expected = state.resourceOffer(hash);
    return Expectation.of(
        RESOURCE_OFFER_STATE + hash.value().toHex(),
        expected.posted() ? 1 : 0,
        expected.cancelled() ? 1 : 0,
        expected.used());
  }

  private static List<Expectation> ofAccount(MarketState state, Address account) {
    List<MatchId> own =
        state.matches().stream()
            .filter(match -> match.locksMoneyOf(account))
            .map(Match::id)
            .toList();
    Words ids = new Words().add(32).add(own.size());
    own.forEach(id -> ids.add(id.value()));
    return List.of(
        Expectation.of(NONCE_FLOOR_OF + account.toWord().toHex(), state.nonceFloor(account)),
        Expectation.of(CLOSABLE_FROM + hex(ids), state.closableFrom(account).orElse(0L)));
  }

  private static String hex(Words words) {
    return java.util.HexFormat.of().formatHex(words.toArray());
  }

  private static String selector(String signature) {
    return "0x" + Keccak256.hashUtf8(signature).toHex().substring(0, 8);
  }
}
