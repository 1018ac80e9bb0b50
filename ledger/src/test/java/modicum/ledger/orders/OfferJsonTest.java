package modicum.ledger.orders;

import static modicum.ledger.orders.SampleOffers.jobOffer;
import static modicum.ledger.orders.SampleOffers.signedJobOffer;
import static modicum.ledger.orders.SampleOffers.signedResourceOffer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import modicum.protocol.identity.Signature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OfferJsonTest {
  private static final long LARGEST = (1L << 56) - 1;

  @Test
  void readsWhatItWrote() {
    assertThat(OfferJson.readJobOffer(OfferJson.write(signedJobOffer(LARGEST))))
        .isEqualTo(signedJobOffer(LARGEST));
    assertThat(OfferJson.readResourceOffer(OfferJson.write(signedResourceOffer(LARGEST))))
        .isEqualTo(signedResourceOffer(LARGEST));
    List<SignedJobOffer> jobs = List.of(signedJobOffer(1), signedJobOffer(2));
    assertThat(OfferJson.readJobOffers(OfferJson.writeJobOffers(jobs))).isEqualTo(jobs);
    List<SignedResourceOffer> resources = List.of(signedResourceOffer(1), signedResourceOffer(2));
    assertThat(OfferJson.readResourceOffers(OfferJson.writeResourceOffers(resources)))
        .isEqualTo(resources);
  }

  @Test
  void anOfferThatWasPostedHasNoSignature() {
    SignedJobOffer posted = new SignedJobOffer(jobOffer(1), Signature.NONE);

    assertThat(OfferJson.write(posted)).contains("\"signature\":\"0x\"");
    assertThat(OfferJson.readJobOffer(OfferJson.write(posted))).isEqualTo(posted);
  }

  @Test
  void writesOneLineWithAmountsAndQuantitiesAsStrings() {
    assertThat(OfferJson.write(signedJobOffer(LARGEST)))
        .doesNotContain("\n")
        .contains("\"matchIncentive\":\"12345678901234567890123\"")
        .contains("\"nonce\":\"72057594037927935\"")
        .contains("\"expiry\":1900000000");
  }

  @Test
  void readsAStatusAndCutsItsReasons() {
    JobOfferStatus status =
        new JobOfferStatus(JobOfferStatus.Place.WAITING, List.of("because", "x".repeat(10_000)));

    JobOfferStatus read = OfferJson.readStatus(OfferJson.write(status));

    assertThat(read.place()).isEqualTo(JobOfferStatus.Place.WAITING);
    assertThat(read.reasons()).first().isEqualTo("because");
    assertThat(read.reasons().get(1)).hasSizeLessThanOrEqualTo(512).endsWith("...");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"expiry\":1900000000 | \"expiry\":\"1900000000\" | job offer.expiry is a whole number",
        "\"expiry\":1900000000 | \"expiry\":1.9e9 | job offer.expiry is a whole number",
        "\"expiry\":1900000000 | \"expiry\":-1 | expiry is in seconds since 1970",
        "\"expiry\":1900000000 | \"expiry\":99999999999999999999 | job offer.offer.expiry is",
        "\"expiry\":1900000000 | \"expiry\":null | job offer.offer.expiry is a whole number",
        "\"expiry\": | \"Expiry\": | job offer.offer.expiry is missing",
        "\"expiry\": | \"extra\":1,\"expiry\": | 1 field(s) that are not known",
        "\"expiry\": | \"expiry\":1,\"expiry\": | not the JSON of an offer",
        "\"nonce\":\"1\" | \"nonce\":1 | job offer.offer.nonce is a string",
        "\"nonce\":\"1\" | \"nonce\":\"-1\" | job offer.offer.nonce is a whole number",
        "\"nonce\":\"1\" | \"nonce\":\"01\" | job offer.offer.nonce is a whole number",
        "\"nonce\":\"1\" | \"nonce\":\"72057594037927936\" | nonce is between 0 and 2^56 - 1",
        "\"matchIncentive\":\"1234567 | \"matchIncentive\":\"-1234567 | a whole number of wei",
        "\"matchIncentive\":\"1234567 | \"matchIncentive\":\"99999999999999999 | below 2^96 wei",
        "\"instruction\":\"7\" | \"instruction\":\"18446744073709551616\" | below 2^64 wei",
        "\"architecture\":0 | \"architecture\":4294967296 | an architecture code is 0 to 255",
        "\"architecture\":0 | \"architecture\":-1 | an architecture code is 0 to 255",
        "\"jobCreator\":\"0x | \"jobCreator\":\" | job offer.offer.jobCreator is 0x and 40",
        "\"jobDigest\":\"0x | \"jobDigest\":\"0xé | job offer.offer.jobDigest is 0x and 64",
        "\"signature\":\"0x | \"signature\":\"0x0 | job offer.signature is 0x and at most 4096",
        "\"signature\":\"0x | \"signature\":\"0xgg | job offer.signature is 0x and at most 4096",
        "\"signature\":\"0x | \"signature\":\"00 | job offer.signature is 0x and at most 4096",
        "{\"offer\":{ | [{\"offer\":{ | not the JSON of an offer",
      })
  void refusesWhatDoesNotFit(String is, String becomes, String why) {
    String json = OfferJson.write(signedJobOffer(1));
    String broken = json.replace(is, becomes);
    assertThat(broken).isNotEqualTo(json);

    assertThatThrownBy(() -> OfferJson.readJobOffer(broken))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why.replace("job offer.expiry", "job offer.offer.expiry"))
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "null", "1", "\"x\"", "[]", "{}", "{\"offer\":1}", "{} {}", "\u0000"})
  void refusesWhatIsNoOffer(String json) {
    assertThatThrownBy(() -> OfferJson.readJobOffer(json))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> OfferJson.readResourceOffer(json))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesWhatIsLongerThanAnyOfferBeforeReadingIt() {
    assertThatThrownBy(() -> OfferJson.readJobOffer("[".repeat(1_000_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("longer than any offer");
  }

  @Test
  void refusesWhatFollowsAnOffer() {
    assertThatThrownBy(() -> OfferJson.readJobOffer(OfferJson.write(signedJobOffer(1)) + "{}"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void doesNotRepeatHostileTextInItsErrors() {
    String json = OfferJson.write(signedJobOffer(1)).replace("\"0x", "\"\\u001b[31m0x");

    assertThatThrownBy(() -> OfferJson.readJobOffer(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("\u001b");
  }

  @Test
  void anyOfferFitsTheSizeLimitAlsoWithTheSignaturesOfManyOwners() {
    byte[] signatures = new byte[Signature.MAXIMUM_SIZE];
    SignedJobOffer offer =
        new SignedJobOffer(signedJobOffer(LARGEST).offer(), Signature.of(signatures));
    String json = OfferJson.write(offer);
    assertThat(json.length()).isLessThan(OfferJson.MAXIMUM_LENGTH - 2048);
    assertThat(OfferJson.readJobOffer(json)).isEqualTo(offer);

    assertThatThrownBy(() -> OfferJson.readJobOffer(json.replace("\"0x0000", "\"0x000000")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 4096 bytes");
  }
}
