// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The MODiCuM market
/// @notice Holds the deposits of job creators and resource providers, checks every match that a solver proposes, and
/// settles each match by what was accepted, missed or judged. Nobody owns it and nothing in it can be changed after
/// deployment. References such as "section 5" are to the protocol specification.
///
/// Units: money in wei, which stands for the smallest unit of whatever the market is paid in: the chain's own coin, or the
/// one ERC-20 token that was fixed at deployment; prices in wei per instruction and wei per byte; memory, storage and bandwidth in bytes; times
/// are block times in seconds since 1970. One "instruction" is one million machine instructions, or the same work
/// measured as CPU time divided by the provider's registered `timePerInstruction` (nanoseconds).
///
/// Quantities are uint56 and never more than 63 bits wide, so that readers with signed 64-bit integers hold all of them.
///
/// @dev Assumptions that make the contract behave as described:
/// - block times do not decrease, and a party can get a transaction mined within the windows fixed at deployment;
/// - the two parties of a match chose their mediators and directories: a mediator's verdict is final, and the contract
///   does not judge whether it is right, only that it comes from the mediator of the match and in time;
/// - offers are identified by their EIP-712 digest, so an offer is good for one contract on one chain only;
/// - a payment token tells the truth about balances and changes none by itself. Transfers that take a fee are refused, but
///   nothing helps where balances shrink without a transfer (rebasing tokens).
///
/// Signatures are 65 bytes (r, s, v; low s, v 27 or 28) of the key of the account, or whatever the account, being a
/// contract, takes as valid (ERC-1271).
interface IModicum {
    // ------------------------------------------------------------------ types

    enum Role {
        JobCreator,
        ResourceProvider,
        Mediator,
        Directory
    }

    /// @notice Whom or what a registered party relies on. The subject is an address (left-padded) or a base-layer digest.
    enum Trust {
        JobCreatorTrustsMediator,
        ResourceProviderTrustsMediator,
        ResourceProviderTrustsDirectory,
        MediatorTrustsDirectory,
        ResourceProviderSupportsBaseLayer,
        MediatorSupportsBaseLayer
    }

    /// @notice Where a job offer, and the match made of it, stands (section 6).
    enum Stage {
        Unknown,
        Posted,
        Cancelled,
        AwaitingResult,
        AwaitingReaction,
        InMediation,
        Closed
    }

    enum ResultStatus {
        Completed,
        Declined,
        JobDescriptionError,
        JobNotFound,
        MemoryExceeded,
        StorageExceeded,
        InstructionsExceeded,
        BandwidthExceeded,
        ExceptionOccurred,
        DirectoryUnavailable
    }

    enum RejectReason {
        ResultNotFound,
        TooMuchCost,
        WrongResults,
        InvalidResultStatus,
        DirectoryUnavailable
    }

    /// @notice What a mediator found. The verdict alone decides who is at fault (section 7): ResultNotFound,
    /// TooMuchCost, WrongResults and InvalidResultStatus the resource provider; CorrectResults and NonDeterministicJob
    /// the job creator; DirectoryUnavailable the directory.
    enum Verdict {
        ResultNotFound,
        TooMuchCost,
        WrongResults,
        CorrectResults,
        InvalidResultStatus,
        NonDeterministicJob,
        DirectoryUnavailable
    }

    enum Party {
        ResourceProvider,
        JobCreator,
        Directory
    }

    enum ClosingReason {
        Accepted,
        AcceptedBySilence,
        ResultOverdue,
        Mediated,
        MediationOverdue
    }

    struct JobOffer {
        address jobCreator;
        uint56 instructionLimit; // instructions
        uint56 memoryLimit; // bytes
        uint56 storageLimit; // bytes
        uint56 bandwidthLimit; // bytes
        uint64 maxInstructionPrice; // wei per instruction
        uint64 maxBandwidthPrice; // wei per byte
        uint40 completionDeadline; // last block time at which a result is taken
        uint96 matchIncentive; // wei, to the solver
        bytes32 baseLayer; // sha256
        bytes32 jobDigest; // sha256 of the canonical job spec
        address directory;
        uint8 architecture;
        uint56 nonce; // the job creator's own; makes equal offers distinct; at least its nonce floor
        uint40 expiry; // last block time at which the offer can be matched
    }

    struct ResourceOffer {
        address resourceProvider;
        uint56 instructionCapacity; // instructions
        uint56 memoryCapacity; // bytes
        uint56 storageCapacity; // bytes
        uint56 bandwidthCapacity; // bytes
        uint64 instructionPrice; // wei per instruction
        uint64 bandwidthPrice; // wei per byte
        uint96 matchIncentive; // wei, to the solver, for each match
        uint32 slots; // how many matches this offer can serve in all
        uint56 nonce; // the resource provider's own; at least its nonce floor
        uint40 expiry;
    }

    /// @notice What the other parties of a match ask for: with the job offer, all that its terms are made of.
    struct Quote {
        bytes32 resourceOfferHash;
        uint64 instructionPrice; // the resource offer's
        uint64 bandwidthPrice; // the resource offer's
        uint96 matchIncentive; // the resource offer's, wei
        address mediator;
        uint64 mediatorInstructionPrice;
        uint64 mediatorBandwidthPrice;
        uint96 mediatorAvailability; // wei, from each side
        uint96 directoryAvailability; // wei, from each side
    }

    /// @notice Everything about a match that its settlement needs, fixed when it is made. The contract keeps only a
    /// commitment to it; callers pass it again, put together from the `Matched` event.
    struct Terms {
        address jobCreator;
        address resourceProvider;
        address mediator;
        address directory;
        uint40 completionDeadline;
        uint56 instructionLimit;
        uint56 bandwidthLimit;
        uint64 instructionPrice; // the resource offer's
        uint64 bandwidthPrice; // the resource offer's
        uint64 mediatorInstructionPrice;
        uint64 mediatorBandwidthPrice;
        uint96 mediatorAvailability; // wei, paid by each side
        uint96 directoryAvailability; // wei, paid by each side
        uint96 estimate; // pi_hat, wei
    }

    struct Result {
        ResultStatus status;
        bytes32 commitment; // keccak256(abi.encodePacked(matchId, resourceProvider, resultDigest))
        uint56 instructions; // claimed usage
        uint56 bandwidth; // claimed usage, bytes
    }

    /// @notice What each party is credited when a match closes, wei. The solver was paid at the match.
    struct Settlement {
        uint96 jobCreator;
        uint96 resourceProvider;
        uint96 mediator;
        uint96 directory;
        uint96 sink;
    }

    /// @notice Fixed at deployment, so that nothing changes under an open match.
    struct Parameters {
        uint16 penaltyRate; // theta, at least 1
        uint16 verificationCount; // n, at least 1
        uint32 reactionWindow; // seconds, at least 1
        uint32 mediationWindow; // seconds, at least 1
        uint16 usageTolerance; // basis points by which a claim may exceed the mediator's measurement; read by mediators
        address penaltySink; // not zero
        address paymentToken; // an ERC-20 contract, or zero for the chain's own coin
    }

    /// @notice What a match waits for.
    struct NextStep {
        Stage stage;
        Role actor; // who may act until the deadline; means something in the three open stages only
        uint40 deadline; // last block time for that, 0 where none runs
        uint48 closableFrom; // block time from which anyone can close it, whatever the parties do until then; 0 if not open
    }

    // ----------------------------------------------------------------- events

    event Deposited(address indexed account, uint96 amount);
    event Withdrawn(address indexed account, uint96 amount);
    event JobCreatorRegistered(address indexed jobCreator);
    event ResourceProviderRegistered(address indexed resourceProvider, uint8 architecture, uint56 timePerInstruction);
    event MediatorRegistered(
        address indexed mediator,
        uint8 architecture,
        uint64 instructionPrice,
        uint64 bandwidthPrice,
        uint96 availabilityValue
    );
    event DirectoryRegistered(address indexed directory, uint96 availabilityValue, string endpoint);
    event TrustChanged(address indexed account, Trust indexed kind, bytes32 indexed subject, bool trusted);
    /// @notice Every offer of the account with a nonce below the floor is dead, seen by the contract or not.
    event NonceFloorRaised(address indexed account, uint56 nonceFloor);
    event JobOfferPosted(bytes32 indexed offerHash, address indexed jobCreator, JobOffer offer);
    event JobOfferCancelled(bytes32 indexed offerHash, address indexed jobCreator);
    event ResourceOfferPosted(bytes32 indexed offerHash, address indexed resourceProvider, ResourceOffer offer);
    event ResourceOfferCancelled(bytes32 indexed offerHash, address indexed resourceProvider);
    /// @notice `matchId` is the hash of the job offer: a job offer is matched at most once.
    event Matched(
        bytes32 indexed matchId,
        address indexed jobCreator,
        address indexed resourceProvider,
        address solver,
        JobOffer jobOffer,
        Quote quote
    );
    event ResultPosted(
        bytes32 indexed matchId, address indexed resourceProvider, Result result, uint40 reactionDeadline
    );
    event ResultRejected(
        bytes32 indexed matchId, address indexed mediator, RejectReason reason, uint40 mediationDeadline
    );
    event VerdictPosted(
        bytes32 indexed matchId,
        address indexed mediator,
        Verdict verdict,
        Party faultyParty,
        uint56 instructions,
        uint56 bandwidth,
        bytes32 evidence
    );
    event MatchClosed(bytes32 indexed matchId, ClosingReason reason, Settlement settlement);
    /// @notice A call of a batch was refused, and nothing came of it. `reason` is its error as it would have reverted.
    event CallRefused(uint256 indexed index, bytes reason);

    // ----------------------------------------------------------------- errors

    error InvalidParameters(); // at deployment
    error ZeroAmount();
    error WrongAmount(uint256 expected, uint256 actual); // of value sent; or owed and held after a transfer
    error TransferFailed(address to, uint256 amount);
    error InsufficientFunds(address account, uint256 needed, uint256 free);
    error BalanceTooLarge(address account);
    error NotRegistered(Role role, address account);
    error NotTheOwner(address owner, address caller);

    error OfferAlreadyPosted(bytes32 offerHash);
    error OfferIsCancelled(bytes32 offerHash);
    error OfferAlreadyMatched(bytes32 offerHash);
    error NonceNotAboveFloor(uint256 nonce, uint256 nonceFloor);
    error NonceBelowFloor(bytes32 offerHash, uint256 nonce, uint256 nonceFloor);
    error OfferExpired(bytes32 offerHash, uint256 expiry, uint256 blockTime);
    error OfferNeitherPostedNorSigned(bytes32 offerHash, address owner);
    error NoFreeSlot(bytes32 offerHash, uint256 slots);

    // The conditions of a feasible match (section 4), in the order in which they are checked: needed, then offered.
    error InstructionCapacityTooSmall(uint256 limit, uint256 capacity);
    error MemoryCapacityTooSmall(uint256 limit, uint256 capacity);
    error StorageCapacityTooSmall(uint256 limit, uint256 capacity);
    error BandwidthCapacityTooSmall(uint256 limit, uint256 capacity);
    error InstructionPriceTooHigh(uint256 maximum, uint256 price);
    error BandwidthPriceTooHigh(uint256 maximum, uint256 price);
    error ArchitectureMismatch(uint256 jobOffer, uint256 resourceProvider, uint256 mediator);
    error DirectoryNotTrustedByResourceProvider(address directory, address resourceProvider);
    error DirectoryNotTrustedByMediator(address directory, address mediator);
    error MediatorNotTrustedByJobCreator(address mediator, address jobCreator);
    error MediatorNotTrustedByResourceProvider(address mediator, address resourceProvider);
    error BaseLayerNotSupportedByResourceProvider(bytes32 baseLayer, address resourceProvider);
    error BaseLayerNotSupportedByMediator(bytes32 baseLayer, address mediator);
    error CompletionDeadlineTooEarly(uint256 earliestCompletion, uint256 completionDeadline);

    error NotInStage(bytes32 matchId, Stage needed, Stage actual);
    error TermsMismatch(bytes32 matchId);
    error NotEntitled(address entitled, address caller);
    error NotAcceptedByJobCreator(bytes32 matchId, address jobCreator);
    error DeadlinePassed(uint256 deadline, uint256 blockTime);
    error DeadlineNotPassed(uint256 deadline, uint256 blockTime);

    // ------------------------------------------------------------------ money

    /// @notice Adds to the caller's free balance: the value sent, or in a market with a payment token what the caller has
    /// approved of it. Refuses, in order: ZeroAmount, WrongAmount (the value sent is not the amount, or not zero with a
    /// token), BalanceTooLarge, TransferFailed, WrongAmount (the token moved less, so that not all that is owed is held).
    function deposit(uint96 amount) external payable;

    /// @notice As `deposit` in a market with a payment token, which the caller approves by the same call with a signed
    /// permit (EIP-2612). A permit that fails is passed over: somebody may have sent it in ahead of the caller.
    function depositWithPermit(uint96 amount, uint256 permitDeadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Pays out from the caller's free balance. Refuses: ZeroAmount, InsufficientFunds, TransferFailed,
    /// WrongAmount (the token took more, so that not all that is owed is held).
    function withdraw(uint96 amount) external;

    // ---------------------------------------------------------------- batches

    /// @notice Carries out many calls of this contract's functions as the caller, in order. One that is refused leaves
    /// nothing behind, is reported with CallRefused, and does not stop the others. No call can carry value.
    /// @param calls encoded calls, each as it would be sent by itself
    /// @param gasPerCall what each may use at most, so that a hostile one (an ERC-1271 wallet that burns all it is given)
    /// does not take the others with it; a call for which less than that is left may be refused for want of gas, with no
    /// reason
    function batch(bytes[] calldata calls, uint256 gasPerCall) external;

    // ---------------------------------------------------- registration, trust
    // Registering again replaces what was registered; open matches keep the terms they were made with.

    function registerJobCreator() external;
    /// @param timePerInstruction nanoseconds of CPU time for one instruction (one million machine instructions)
    function registerResourceProvider(uint8 architecture, uint56 timePerInstruction) external;
    function registerMediator(
        uint8 architecture,
        uint64 instructionPrice,
        uint64 bandwidthPrice,
        uint96 availabilityValue
    ) external;
    function registerDirectory(uint96 availabilityValue, string calldata endpoint) external;

    /// @notice Adds or removes entries of one of the caller's lists. Refuses: NotRegistered (the role of `kind`).
    /// Emits one TrustChanged for each subject, also where nothing changes.
    function setTrust(Trust kind, bytes32[] calldata subjects, bool trusted) external;

    // ----------------------------------------------------------------- offers

    /// @notice Makes an offer live without a signature. Refuses, in order: NotTheOwner, NotRegistered,
    /// OfferIsCancelled / OfferAlreadyPosted / OfferAlreadyMatched (any later stage), NonceBelowFloor, OfferExpired.
    function postJobOffer(JobOffer calldata offer) external returns (bytes32 offerHash);
    /// @notice Refuses: NotTheOwner, OfferIsCancelled, OfferAlreadyMatched.
    function cancelJobOffer(JobOffer calldata offer) external;
    /// @notice Refuses, in order: NotTheOwner, NotRegistered, OfferIsCancelled, OfferAlreadyPosted,
    /// NonceBelowFloor, OfferExpired.
    function postResourceOffer(ResourceOffer calldata offer) external returns (bytes32 offerHash);
    /// @notice Frees what is not yet matched of the offer. Refuses: NotTheOwner, OfferIsCancelled, NoFreeSlot.
    function cancelResourceOffer(ResourceOffer calldata offer) external;
    /// @notice Cancels all of the caller's unmatched offers, of both kinds, whose nonces are below the new floor: posted,
    /// signed and given away, or not made yet. (The highest nonce of all is above every floor.) Refuses: NonceNotAboveFloor.
    function raiseNonceFloor(uint56 nonceFloor) external;

    /// @notice Makes a match of two live offers and locks both deposits. Anyone may call; the caller is the solver and
    /// is credited both match incentives. An offer that was posted needs no signature (pass empty bytes).
    /// Refuses, in order. Job offer: OfferIsCancelled, OfferAlreadyMatched, NonceBelowFloor, OfferExpired,
    /// OfferNeitherPostedNorSigned. Resource offer: OfferIsCancelled, NonceBelowFloor, OfferExpired, NoFreeSlot,
    /// OfferNeitherPostedNorSigned. NotRegistered: job creator, resource provider, mediator, directory. Then the conditions in the order of their errors above, then
    /// InsufficientFunds: job creator, resource provider.
    /// @param jobOfferSignature the job creator's, over the offer's hash, or empty
    /// @param resourceOfferSignature the resource provider's, likewise; looked at for the first match of the offer only
    function postMatch(
        JobOffer calldata jobOffer,
        bytes calldata jobOfferSignature,
        ResourceOffer calldata resourceOffer,
        bytes calldata resourceOfferSignature,
        address mediator
    ) external returns (bytes32 matchId);

    // ---------------------------------------------------------------- matches
    // Each refuses, in order: NotInStage, TermsMismatch, NotEntitled, DeadlinePassed / DeadlineNotPassed.
    // A deadline is the last block time at which the step it ends is taken; "overdue" starts one second later.

    /// @notice The resource provider, until the completion deadline.
    function postResult(bytes32 matchId, Terms calldata terms, Result calldata result) external;

    /// @notice The job creator, until the reaction deadline.
    function acceptResult(bytes32 matchId, Terms calldata terms, Result calldata result) external;

    /// @notice The resource provider, with the job creator's signature under the result: posts and settles it in one step,
    /// or settles it where it was posted. What both parties agree on is taken on either side of the deadlines, until the
    /// match is in mediation or closed. Refuses, in order: NotInStage, TermsMismatch, NotEntitled, NotAcceptedByJobCreator.
    /// @param acceptance the job creator's signature over `hashAcceptance`
    function closeWithAcceptance(
        bytes32 matchId,
        Terms calldata terms,
        Result calldata result,
        bytes calldata acceptance
    ) external;

    /// @notice The job creator, until the reaction deadline.
    function rejectResult(bytes32 matchId, Terms calldata terms, Result calldata result, RejectReason reason) external;

    /// @notice Anyone, after the reaction deadline: silence is acceptance. (The resource provider has the reason to.)
    function closeBySilence(bytes32 matchId, Terms calldata terms, Result calldata result) external;

    /// @notice Anyone, after the completion deadline, when no result was posted.
    function closeResultOverdue(bytes32 matchId, Terms calldata terms) external;

    /// @notice The mediator, until the mediation deadline.
    /// @param instructions the mediator's own usage for one run, likewise `bandwidth`: priced, times n, capped at
    /// estimate * n
    /// @param evidence sha256 of the evidence file in the directory
    function postVerdict(
        bytes32 matchId,
        Terms calldata terms,
        Result calldata result,
        Verdict verdict,
        uint56 instructions,
        uint56 bandwidth,
        bytes32 evidence
    ) external;

    /// @notice Anyone, after the mediation deadline.
    function closeMediationOverdue(bytes32 matchId, Terms calldata terms, Result calldata result) external;

    // ------------------------------------------------------------------ views

    function parameters() external view returns (Parameters memory);
    function balanceOf(address account) external view returns (uint96 free, uint96 locked);
    /// @return the lowest nonce that an offer of the account may have
    function nonceFloorOf(address account) external view returns (uint56);
    function isRegistered(Role role, address account) external view returns (bool);
    function resourceProviders(address account) external view returns (uint8 architecture, uint56 timePerInstruction);
    function mediators(address account)
        external
        view
        returns (uint8 architecture, uint64 instructionPrice, uint64 bandwidthPrice, uint96 availabilityValue);
    function directories(address account) external view returns (uint96 availabilityValue);
    function isTrusted(Trust kind, address account, bytes32 subject) external view returns (bool);
    /// @return stage and the deadline of the step it waits for (0 where none runs)
    function stageOf(bytes32 matchId) external view returns (Stage stage, uint40 deadline);
    /// @notice A match's stage, and who must act by when.
    function nextStepOf(bytes32 matchId) external view returns (NextStep memory);
    /// @notice When the money that these matches hold is free at the latest: the block time from which anyone can close all
    /// of them, 0 if none is open. An account that passes its matches learns it of its locked balance.
    function closableFrom(bytes32[] calldata matchIds) external view returns (uint48);
    /// @return posted whether it was posted; cancelled; and how many of its slots are taken
    function resourceOfferState(bytes32 offerHash) external view returns (bool posted, bool cancelled, uint32 used);
    function hashJobOffer(JobOffer calldata offer) external view returns (bytes32);
    function hashResourceOffer(ResourceOffer calldata offer) external view returns (bytes32);
    /// @return EIP-712 digest of `Acceptance(bytes32 matchId,uint8 status,bytes32 commitment,uint56 instructions,uint56
    /// bandwidth)`
    function hashAcceptance(bytes32 matchId, Result calldata result) external view returns (bytes32);
    function domainSeparator() external view returns (bytes32);
}
