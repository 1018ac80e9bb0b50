package modicum.protocol.offer;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.fixtures.JobOfferBuilder;
import modicum.protocol.fixtures.ResourceOfferBuilder;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.match.MatchId;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.Test;

/**
 * The expected digests are those of the typed data in {@code job-offer.json} and its neighbours
 * among the test resources. They were computed with web3j 6.0.0, {@code new
 * StructuredDataEncoder(json).hashStructuredData()}, and confirmed with Foundry's cast 1.7.1:
 * {@code cast wallet sign --data --from-file <json>} and {@code cast wallet sign --no-hash
 * <digest>} give the same signature. Those of acceptances were confirmed with cast alone.
 */
class OfferHasherTest {
  private static final Address CONTRACT =
      Address.fromHex("0x5fbdb2315678afecb367f032d93f642f64180aa3");
  private static final OfferHasher HASHER = new OfferHasher(31337, CONTRACT);
  private static final Bytes32 HIGHEST_WORD = Bytes32.fromHex("ff".repeat(32));
  private static final Address HIGHEST_ADDRESS = Address.fromHex("ff".repeat(20));
  private static final long HIGHEST = Quantity.MAXIMUM;

  @Test
  void hashesAJobOfferAsTheStandardSays() {
    JobOffer offer =
        new JobOffer(
            Address.fromHex("11".repeat(20)),
            new Limits(1, 2, 3, 4),
            Prices.of(5, 6),
            7,
            Wei.of(8),
            Bytes32.fromHex("a1".repeat(32)),
            Bytes32.fromHex("b2".repeat(32)),
            Address.fromHex("22".repeat(20)),
            new Architecture(9),
            10,
            11);
    assertThat(HASHER.hash(offer))
        .hasToString("0xed3758cd0eee117298b7ed2ba90b0e7e3a331be1c92ee936c035d4a075ea9519");
  }

  @Test
  void hashesAResourceOfferAsTheStandardSays() {
    ResourceOffer offer =
        new ResourceOffer(
            Address.fromHex("33".repeat(20)),
            new Capacity(1, 2, 3, 4),
            Prices.of(5, 6),
            Wei.of(7),
            8,
            9,
            10);
    assertThat(HASHER.hash(offer))
        .hasToString("0xb82c5c492f81a38778d535f7a926f4ce302dd1b5da02b126c4be32652ccedf85");
  }

  @Test
  void hashesTheLargestJobOffer() {
    JobOffer offer =
        new JobOffer(
            HIGHEST_ADDRESS,
            new Limits(HIGHEST, HIGHEST, HIGHEST, HIGHEST),
            new Prices(largest(64), largest(64)),
            BlockTime.MAXIMUM,
            largest(96),
            HIGHEST_WORD,
            HIGHEST_WORD,
            HIGHEST_ADDRESS,
            new Architecture(255),
            HIGHEST,
            BlockTime.MAXIMUM);
    assertThat(HASHER.hash(offer))
        .hasToString("0x909c808a4dd4e40fc8d334bd04372d21601f0225f7f6cb020b991ba641d6d73e");
  }

  @Test
  void hashesTheLargestResourceOffer() {
    ResourceOffer offer =
        new ResourceOffer(
            HIGHEST_ADDRESS,
            new Capacity(HIGHEST, HIGHEST, HIGHEST, HIGHEST),
            new Prices(largest(64), largest(64)),
            largest(96),
            0xffff_ffffL,
            HIGHEST,
            BlockTime.MAXIMUM);
    assertThat(HASHER.hash(offer))
        .hasToString("0xb16d576be372b8812c9c03254213e17265262ab53e15f9815a4247b4ef1072d3");
  }

  @Test
  void hashesAnAcceptanceAsTheStandardSays() {
    Result result =
        new Result(
            ResultStatus.JOB_DESCRIPTION_ERROR, Bytes32.fromHex("b2".repeat(32)), new Usage(3, 4));
    assertThat(HASHER.hashAcceptance(new MatchId(Bytes32.fromHex("a1".repeat(32))), result))
        .hasToString("0x9a491947f6a2f2d0eab3ba7bf42be230ed617bcd8e0b6df454254601e06422b0");
  }

  @Test
  void hashesTheLargestAcceptance() {
    Result result =
        new Result(ResultStatus.DIRECTORY_UNAVAILABLE, HIGHEST_WORD, new Usage(HIGHEST, HIGHEST));
    assertThat(HASHER.hashAcceptance(new MatchId(HIGHEST_WORD), result))
        .hasToString("0x6b5e8a779a939f5868d472a8a31c8c18f9ba9f1d57a14a2a87914a5d6e20d257");
  }

  @Test
  void anOfferIsGoodForOneContractOnOneChainOnly() {
    JobOffer job = JobOfferBuilder.jobOffer().build();
    assertThat(new OfferHasher(1, CONTRACT).hash(job)).isNotEqualTo(HASHER.hash(job));
    assertThat(new OfferHasher(31337, HIGHEST_ADDRESS).hash(job)).isNotEqualTo(HASHER.hash(job));
  }

  @Test
  void aNonceMakesEqualOffersDistinct() {
    assertThat(HASHER.hash(JobOfferBuilder.jobOffer().nonce(2).build()))
        .isNotEqualTo(HASHER.hash(JobOfferBuilder.jobOffer().nonce(3).build()));
    assertThat(HASHER.hash(ResourceOfferBuilder.resourceOffer().nonce(2).build()))
        .isNotEqualTo(HASHER.hash(ResourceOfferBuilder.resourceOffer().nonce(3).build()));
  }

  private static Wei largest(int bits) {
    return new Wei(BigInteger.TWO.pow(bits).subtract(BigInteger.ONE));
  }
}
