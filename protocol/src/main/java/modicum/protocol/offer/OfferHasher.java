package modicum.protocol.offer;

import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.encoding.Words;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;
import modicum.protocol.result.Result;

/**
 * Computes the EIP-712 digests that identify offers and are signed, as the contract does.
 *
 * @param chainId of the chain that the contract is on
 * @param contract the market's address
 */
public record OfferHasher(long chainId, Address contract) {
  private static final Bytes32 DOMAIN_TYPE =
      Keccak256.hashUtf8(
          "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
  private static final Bytes32 JOB_OFFER_TYPE =
      Keccak256.hashUtf8(
          "JobOffer(address jobCreator,uint56 instructionLimit,uint56 memoryLimit,"
              + "uint56 storageLimit,uint56 bandwidthLimit,uint64 maxInstructionPrice,"
              + "uint64 maxBandwidthPrice,uint40 completionDeadline,uint96 matchIncentive,"
              + "bytes32 baseLayer,bytes32 jobDigest,address directory,uint8 architecture,"
              + "uint56 nonce,uint40 expiry)");
  private static final Bytes32 RESOURCE_OFFER_TYPE =
      Keccak256.hashUtf8(
          "ResourceOffer(address resourceProvider,uint56 instructionCapacity,"
              + "uint56 memoryCapacity,uint56 storageCapacity,uint56 bandwidthCapacity,"
              + "uint64 instructionPrice,uint64 bandwidthPrice,uint96 matchIncentive,"
              + "uint32 slots,uint56 nonce,uint40 expiry)");

  private static final Bytes32 ACCEPTANCE_TYPE =
      Keccak256.hashUtf8(
          "Acceptance(bytes32 matchId,uint8 status,bytes32 commitment,uint56 instructions,"
              + "uint56 bandwidth)");

  public OfferHash hash(JobOffer offer) {
    return new OfferHash(
        digest(
            new Words()
                .add(JOB_OFFER_TYPE)
                .add(offer.jobCreator())
                .add(offer.limits().instructions())
                .add(offer.limits().memory())
                .add(offer.limits().storage())
                .add(offer.limits().bandwidth())
                .add(offer.maxPrices().instruction().value())
                .add(offer.maxPrices().bandwidth().value())
                .add(offer.completionDeadline())
                .add(offer.matchIncentive().value())
                .add(offer.baseLayer())
                .add(offer.jobDigest())
                .add(offer.directory())
                .add(offer.architecture().code())
                .add(offer.nonce())
                .add(offer.expiry())
                .hash()));
  }

  public OfferHash hash(ResourceOffer offer) {
    return new OfferHash(
        digest(
            new Words()
                .add(RESOURCE_OFFER_TYPE)
                .add(offer.resourceProvider())
                .add(offer.capacity().instructions())
                .add(offer.capacity().memory())
                .add(offer.capacity().storage())
                .add(offer.capacity().bandwidth())
                .add(offer.prices().instruction().value())
                .add(offer.prices().bandwidth().value())
                .add(offer.matchIncentive().value())
                .add(offer.slots())
                .add(offer.nonce())
                .add(offer.expiry())
                .hash()));
  }

  /** What a job creator signs to accept a result without a transaction of its own. */
  public Bytes32 hashAcceptance(MatchId match, Result result) {
    return digest(
        new Words()
            .add(ACCEPTANCE_TYPE)
            .add(match.value())
            .add(result.status().ordinal())
            .add(result.commitment())
            .add(result.usage().instructions())
            .add(result.usage().bandwidth())
            .hash());
  }

  public Bytes32 domainSeparator() {
    return new Words()
        .add(DOMAIN_TYPE)
        .add(Keccak256.hashUtf8("MODiCuM"))
        .add(Keccak256.hashUtf8("1"))
        .add(chainId)
        .add(contract)
        .hash();
  }

  private Bytes32 digest(Bytes32 structHash) {
    return Keccak256.hash(
        new byte[] {0x19, 0x01}, domainSeparator().toArray(), structHash.toArray());
  }
}
