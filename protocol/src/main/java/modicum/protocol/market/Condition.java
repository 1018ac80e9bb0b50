package modicum.protocol.market;

/**
 * Why the market refuses a command: one for each error of the contract, with the same name and the
 * same data in the same order.
 */
public enum Condition {
  ZERO_AMOUNT("ZeroAmount", "the amount is zero"),
  WRONG_AMOUNT("WrongAmount", "expected were %s wei, there are %s"),
  TRANSFER_FAILED("TransferFailed", "%s did not take the transfer of %s wei"),
  INSUFFICIENT_FUNDS("InsufficientFunds", "%s needs %s wei free in the market and has %s"),
  BALANCE_TOO_LARGE(
      "BalanceTooLarge", "with this deposit of %s the market would hold more than it can count"),
  NOT_REGISTERED("NotRegistered", "not registered as %s: %s"),
  NOT_THE_OWNER("NotTheOwner", "the offer is of %s, not of %s"),
  OFFER_ALREADY_POSTED("OfferAlreadyPosted", "offer %s is already posted"),
  OFFER_IS_CANCELLED("OfferIsCancelled", "offer %s is cancelled"),
  OFFER_ALREADY_MATCHED("OfferAlreadyMatched", "offer %s is already matched"),
  NONCE_NOT_ABOVE_FLOOR("NonceNotAboveFloor", "%s is not above the nonce floor, %s"),
  NONCE_BELOW_FLOOR(
      "NonceBelowFloor", "offer %s is cancelled: its nonce %s is below its owner's floor, %s"),
  OFFER_EXPIRED("OfferExpired", "offer %s expired at %s, it is %s"),
  OFFER_NEITHER_POSTED_NOR_SIGNED(
      "OfferNeitherPostedNorSigned", "offer %s is neither posted nor signed by %s"),
  NO_FREE_SLOT("NoFreeSlot", "all slots of offer %s are taken (%s)"),
  INSTRUCTION_CAPACITY_TOO_SMALL(
      "InstructionCapacityTooSmall", "the job may need %s instructions, the resource gives %s"),
  MEMORY_CAPACITY_TOO_SMALL(
      "MemoryCapacityTooSmall", "the job may need %s bytes of memory, the resource gives %s"),
  STORAGE_CAPACITY_TOO_SMALL(
      "StorageCapacityTooSmall", "the job may need %s bytes of storage, the resource gives %s"),
  BANDWIDTH_CAPACITY_TOO_SMALL(
      "BandwidthCapacityTooSmall", "the job may move %s bytes, the resource gives %s"),
  INSTRUCTION_PRICE_TOO_HIGH(
      "InstructionPriceTooHigh", "the job pays at most %s wei per instruction, asked are %s"),
  BANDWIDTH_PRICE_TOO_HIGH(
      "BandwidthPriceTooHigh", "the job pays at most %s wei per byte, asked are %s"),
  ARCHITECTURE_MISMATCH(
      "ArchitectureMismatch", "the job needs architecture %s, provider has %s, mediator has %s"),
  DIRECTORY_NOT_TRUSTED_BY_RESOURCE_PROVIDER(
      "DirectoryNotTrustedByResourceProvider", "directory %s is not trusted by provider %s"),
  DIRECTORY_NOT_TRUSTED_BY_MEDIATOR(
      "DirectoryNotTrustedByMediator", "directory %s is not trusted by mediator %s"),
  MEDIATOR_NOT_TRUSTED_BY_JOB_CREATOR(
      "MediatorNotTrustedByJobCreator", "mediator %s is not trusted by job creator %s"),
  MEDIATOR_NOT_TRUSTED_BY_RESOURCE_PROVIDER(
      "MediatorNotTrustedByResourceProvider", "mediator %s is not trusted by provider %s"),
  BASE_LAYER_NOT_SUPPORTED_BY_RESOURCE_PROVIDER(
      "BaseLayerNotSupportedByResourceProvider", "base layer %s is not supported by provider %s"),
  BASE_LAYER_NOT_SUPPORTED_BY_MEDIATOR(
      "BaseLayerNotSupportedByMediator", "base layer %s is not supported by mediator %s"),
  COMPLETION_DEADLINE_TOO_EARLY(
      "CompletionDeadlineTooEarly", "the job may take until %s, its deadline is %s"),
  NOT_IN_STAGE("NotInStage", "match %s would have to be %s, it is %s"),
  TERMS_MISMATCH("TermsMismatch", "these are not the terms of match %s"),
  NOT_ENTITLED("NotEntitled", "only %s may do this, not %s"),
  NOT_ACCEPTED_BY_JOB_CREATOR(
      "NotAcceptedByJobCreator", "this result of match %s is not accepted by %s"),
  DEADLINE_PASSED("DeadlinePassed", "the deadline was %s, it is %s"),
  DEADLINE_NOT_PASSED("DeadlineNotPassed", "the deadline is %s, it is only %s");

  private final String errorName;
  private final String sentence;

  Condition(String errorName, String sentence) {
    this.errorName = errorName;
    this.sentence = sentence;
  }

  /** The name of the contract's error. */
  public String errorName() {
    return errorName;
  }

  String sentence() {
    return sentence;
  }
}
