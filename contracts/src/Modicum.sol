// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {IModicum} from "./interfaces/IModicum.sol";

/// @title The MODiCuM market
/// @notice See `IModicum` for what each function does, what it refuses and in which order.
/// @dev The contract holds little: of a match it keeps a stage, a deadline and a commitment to the terms (and later the
/// result), which callers pass again. A commitment is the first 26 bytes of a keccak256, so that a match fits one storage
/// slot; finding two sets of terms with one commitment would take about 2^104 hashes.
///
/// Accounts and records are packed into their slots by hand, since the compiler writes a struct field by field.
contract Modicum is IModicum {
    using SafeERC20 for IERC20;

    /* STORED TYPES, ONE SLOT EACH */

    struct ResourceProvider {
        uint8 architecture;
        uint56 timePerInstruction; // nanoseconds
    }

    struct Mediator {
        bool registered;
        uint8 architecture;
        uint64 instructionPrice; // wei per instruction
        uint64 bandwidthPrice; // wei per byte
        uint96 availabilityValue; // wei
    }

    struct Directory {
        bool registered;
        uint96 availabilityValue; // wei
    }

    /* CONSTANTS */

    bytes32 private constant DOMAIN_TYPE_HASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    bytes32 private constant JOB_OFFER_TYPE_HASH = keccak256(
        "JobOffer(address jobCreator,uint56 instructionLimit,uint56 memoryLimit,uint56 storageLimit,"
        "uint56 bandwidthLimit,uint64 maxInstructionPrice,uint64 maxBandwidthPrice,uint40 completionDeadline,"
        "uint96 matchIncentive,bytes32 baseLayer,bytes32 jobDigest,address directory,uint8 architecture,uint56 nonce,"
        "uint40 expiry)"
    );

    bytes32 private constant RESOURCE_OFFER_TYPE_HASH = keccak256(
        "ResourceOffer(address resourceProvider,uint56 instructionCapacity,uint56 memoryCapacity,"
        "uint56 storageCapacity,uint56 bandwidthCapacity,uint64 instructionPrice,uint64 bandwidthPrice,"
        "uint96 matchIncentive,uint32 slots,uint56 nonce,uint40 expiry)"
    );

    bytes32 private constant ACCEPTANCE_TYPE_HASH =
        keccak256("Acceptance(bytes32 matchId,uint8 status,bytes32 commitment,uint56 instructions,uint56 bandwidth)");

    uint256 private constant NANOSECONDS_PER_SECOND = 1e9;

    uint256 private constant LOCKED_SHIFT = 96;
    uint256 private constant NONCE_FLOOR_SHIFT = 192;
    uint256 private constant JOB_CREATOR_BIT = 1 << 248;
    uint256 private constant RESOURCE_PROVIDER_BIT = 1 << 249;
    uint256 private constant POSTED_BIT = 1;
    uint256 private constant CANCELLED_BIT = 2;
    uint256 private constant USED_SHIFT = 8;
    uint256 private constant ONE_SLOT = 1 << USED_SHIFT;
    uint256 private constant DEADLINE_SHIFT = 8;
    uint256 private constant COMMITMENT_SHIFT = 48;
    uint256 private constant JOB_OFFER_BYTES = 15 * 32;
    uint256 private constant RESOURCE_OFFER_BYTES = 11 * 32;
    uint256 private constant TERMS_BYTES = 14 * 32;
    uint256 private constant RESULT_BYTES = 4 * 32;

    /* IMMUTABLES */

    uint16 private immutable PENALTY_RATE;
    uint16 private immutable VERIFICATION_COUNT;
    uint32 private immutable REACTION_WINDOW;
    uint32 private immutable MEDIATION_WINDOW;
    uint16 private immutable USAGE_TOLERANCE;
    address private immutable PENALTY_SINK;
    IERC20 private immutable PAYMENT_TOKEN;

    uint256 private immutable DEPLOYMENT_CHAIN_ID;
    bytes32 private immutable DEPLOYMENT_DOMAIN_SEPARATOR;

    /* STORAGE */

    /// @dev Bits 0 to 95: free balance, wei. Bits 96 to 191: locked balance, the account's shares of open matches, wei.
    /// Bits 192 to 247: nonce floor. Bit 248: registered as job creator. Bit 249: registered as resource provider.
    mapping(address account => uint256) private accounts;
    /// @dev In a market with a payment token: all balances together, wei.
    uint256 private owed;
    /// @dev Bits 0 to 7: stage. Bits 8 to 47: deadline of the step that the stage waits for, 0 where it waits for none. Bits
    /// 48 to 255: commitment to the terms, from AwaitingReaction on to the terms and the result. Keyed by the hash of the
    /// job offer, which is also the id of the match made of it. Unpacked and packed in RECORDS only.
    mapping(bytes32 offerHash => uint256) private records;
    /// @dev Bit 0: posted. Bit 1: cancelled. Bits 8 to 39: slots taken by matches, closed ones included.
    mapping(bytes32 offerHash => uint256) private resourceOffers;
    /// @inheritdoc IModicum
    mapping(address account => ResourceProvider) public resourceProviders;
    mapping(address account => Mediator) private registeredMediators;
    mapping(address account => Directory) private registeredDirectories;
    /// @inheritdoc IModicum
    mapping(Trust kind => mapping(address account => mapping(bytes32 subject => bool))) public isTrusted;

    /* CONSTRUCTOR */

    constructor(Parameters memory parameters_) {
        // INVARIANT: A cheat loses more than it could gain, every result can be verified, everyone has time to act.
        if (
            parameters_.penaltyRate == 0 || parameters_.verificationCount == 0 || parameters_.reactionWindow == 0
                || parameters_.mediationWindow == 0 || parameters_.penaltySink == address(0)
                || (parameters_.paymentToken != address(0) && parameters_.paymentToken.code.length == 0)
        ) revert InvalidParameters();

        PENALTY_RATE = parameters_.penaltyRate;
        VERIFICATION_COUNT = parameters_.verificationCount;
        REACTION_WINDOW = parameters_.reactionWindow;
        MEDIATION_WINDOW = parameters_.mediationWindow;
        USAGE_TOLERANCE = parameters_.usageTolerance;
        PENALTY_SINK = parameters_.penaltySink;
        PAYMENT_TOKEN = IERC20(parameters_.paymentToken);

        DEPLOYMENT_CHAIN_ID = block.chainid;
        DEPLOYMENT_DOMAIN_SEPARATOR = _domainSeparator();
    }

    /* MONEY */

    /// @inheritdoc IModicum
    function deposit(uint96 amount) external payable {
        if (amount == 0) revert ZeroAmount();
        uint256 expectedValue = _isPaidInToken() ? 0 : amount;
        // INVARIANT: What is credited came in, and what came in is credited.
        if (msg.value != expectedValue) revert WrongAmount(expectedValue, msg.value);

        _deposit(amount);
    }

    /// @inheritdoc IModicum
    function depositWithPermit(uint96 amount, uint256 permitDeadline, uint8 v, bytes32 r, bytes32 s) external {
        if (amount == 0) revert ZeroAmount();
        if (!_isPaidInToken()) revert WrongAmount(amount, 0);

        // Whoever saw the permit may have used it up already; what counts is whether the transfer is approved then.
        try IERC20Permit(address(PAYMENT_TOKEN)).permit(msg.sender, address(this), amount, permitDeadline, v, r, s) {}
            catch {}
        _deposit(amount);
    }

    function _deposit(uint96 amount) private {
        bool isToken = _isPaidInToken();
        uint256 total = isToken ? owed + amount : address(this).balance;
        // INVARIANT: All balances together fit uint96, hence so does every single one, whatever is credited later.
        if (total > type(uint96).max) revert BalanceTooLarge(msg.sender);
        _credit(msg.sender, amount);
        emit Deposited(msg.sender, amount);

        if (isToken) {
            owed = total;
            if (!PAYMENT_TOKEN.trySafeTransferFrom(msg.sender, address(this), amount)) {
                revert TransferFailed(address(this), amount);
            }
            _requireSolvent();
        }
    }

    /// @inheritdoc IModicum
    function withdraw(uint96 amount) external {
        if (amount == 0) revert ZeroAmount();
        // The balance is reduced before the call, so that a receiver which calls back finds only what is left.
        accounts[msg.sender] = _take(msg.sender, amount);
        emit Withdrawn(msg.sender, amount);

        if (_isPaidInToken()) {
            owed -= amount;
            if (!PAYMENT_TOKEN.trySafeTransfer(msg.sender, amount)) revert TransferFailed(msg.sender, amount);
            _requireSolvent();
        } else {
            (bool sent,) = msg.sender.call{value: amount}("");
            if (!sent) revert TransferFailed(msg.sender, amount);
        }
    }

    /// @dev INVARIANT: After every transfer the market holds what it owes, also with a token that keeps a fee of either
    /// side, calls back in the midst of a transfer, or both. (It holds more where somebody gave it something.)
    function _requireSolvent() private view {
        uint256 held = PAYMENT_TOKEN.balanceOf(address(this));
        if (held < owed) revert WrongAmount(owed, held);
    }

    function _isPaidInToken() private view returns (bool) {
        return address(PAYMENT_TOKEN) != address(0);
    }

    /* BATCHES */

    /// @inheritdoc IModicum
    function batch(bytes[] calldata calls, uint256 gasPerCall) external {
        for (uint256 i = 0; i < calls.length; ++i) {
            // As the caller, by this contract's own code: a call can do here what it could do by itself, and no more.
            (bool done, bytes memory reason) = address(this).delegatecall{gas: gasPerCall}(calls[i]);
            if (!done) emit CallRefused(i, reason);
        }
    }

    /* REGISTRATION AND TRUST */

    /// @inheritdoc IModicum
    function registerJobCreator() external {
        accounts[msg.sender] |= JOB_CREATOR_BIT;
        emit JobCreatorRegistered(msg.sender);
    }

    /// @inheritdoc IModicum
    function registerResourceProvider(uint8 architecture, uint56 timePerInstruction) external {
        accounts[msg.sender] |= RESOURCE_PROVIDER_BIT;
        resourceProviders[msg.sender] = ResourceProvider(architecture, timePerInstruction);
        emit ResourceProviderRegistered(msg.sender, architecture, timePerInstruction);
    }

    /// @inheritdoc IModicum
    function registerMediator(
        uint8 architecture,
        uint64 instructionPrice,
        uint64 bandwidthPrice,
        uint96 availabilityValue
    ) external {
        registeredMediators[msg.sender] =
            Mediator(true, architecture, instructionPrice, bandwidthPrice, availabilityValue);
        emit MediatorRegistered(msg.sender, architecture, instructionPrice, bandwidthPrice, availabilityValue);
    }

    /// @inheritdoc IModicum
    function registerDirectory(uint96 availabilityValue, string calldata endpoint) external {
        registeredDirectories[msg.sender] = Directory(true, availabilityValue);
        emit DirectoryRegistered(msg.sender, availabilityValue, endpoint);
    }

    /// @inheritdoc IModicum
    function setTrust(Trust kind, bytes32[] calldata subjects, bool trusted) external {
        // INVARIANT: Only a party registered in the role keeps the lists of that role.
        _requireRegistered(_keeperOf(kind), msg.sender);

        for (uint256 i = 0; i < subjects.length; ++i) {
            isTrusted[kind][msg.sender][subjects[i]] = trusted;
            emit TrustChanged(msg.sender, kind, subjects[i], trusted);
        }
    }

    /* OFFERS */

    /// @inheritdoc IModicum
    function postJobOffer(JobOffer calldata offer) external returns (bytes32 offerHash) {
        // INVARIANT: An offer binds nobody but who makes it.
        if (msg.sender != offer.jobCreator) revert NotTheOwner(offer.jobCreator, msg.sender);
        _requireRegistered(Role.JobCreator, msg.sender);
        offerHash = hashJobOffer(offer);
        Stage stage = _stage(records[offerHash]);
        _requireUnmatched(offerHash, stage);
        if (stage == Stage.Posted) revert OfferAlreadyPosted(offerHash);
        _requireNonce(offerHash, accounts[msg.sender], offer.nonce);
        _requireUnexpired(offerHash, offer.expiry);

        records[offerHash] = _record(Stage.Posted, 0, 0);
        emit JobOfferPosted(offerHash, msg.sender, offer);
    }

    /// @inheritdoc IModicum
    function cancelJobOffer(JobOffer calldata offer) external {
        // INVARIANT: Only its owner takes an offer back.
        if (msg.sender != offer.jobCreator) revert NotTheOwner(offer.jobCreator, msg.sender);
        bytes32 offerHash = hashJobOffer(offer);
        _requireUnmatched(offerHash, _stage(records[offerHash]));

        records[offerHash] = _record(Stage.Cancelled, 0, 0);
        emit JobOfferCancelled(offerHash, msg.sender);
    }

    /// @inheritdoc IModicum
    function postResourceOffer(ResourceOffer calldata offer) external returns (bytes32 offerHash) {
        // INVARIANT: An offer binds nobody but who makes it.
        if (msg.sender != offer.resourceProvider) revert NotTheOwner(offer.resourceProvider, msg.sender);
        _requireRegistered(Role.ResourceProvider, msg.sender);
        offerHash = hashResourceOffer(offer);
        uint256 state = resourceOffers[offerHash];
        if (state & CANCELLED_BIT != 0) revert OfferIsCancelled(offerHash);
        if (state & POSTED_BIT != 0) revert OfferAlreadyPosted(offerHash);
        _requireNonce(offerHash, accounts[msg.sender], offer.nonce);
        _requireUnexpired(offerHash, offer.expiry);

        resourceOffers[offerHash] = state | POSTED_BIT;
        emit ResourceOfferPosted(offerHash, msg.sender, offer);
    }

    /// @inheritdoc IModicum
    function cancelResourceOffer(ResourceOffer calldata offer) external {
        // INVARIANT: Only its owner takes an offer back.
        if (msg.sender != offer.resourceProvider) revert NotTheOwner(offer.resourceProvider, msg.sender);
        bytes32 offerHash = hashResourceOffer(offer);
        uint256 state = resourceOffers[offerHash];
        if (state & CANCELLED_BIT != 0) revert OfferIsCancelled(offerHash);
        if (_used(state) >= offer.slots) revert NoFreeSlot(offerHash, offer.slots);

        resourceOffers[offerHash] = state | CANCELLED_BIT;
        emit ResourceOfferCancelled(offerHash, msg.sender);
    }

    /// @inheritdoc IModicum
    function raiseNonceFloor(uint56 nonceFloor) external {
        uint256 account = accounts[msg.sender];
        // INVARIANT: What was cancelled stays cancelled.
        if (nonceFloor <= _nonceFloor(account)) revert NonceNotAboveFloor(nonceFloor, _nonceFloor(account));

        accounts[msg.sender] =
            account & ~(uint256(type(uint56).max) << NONCE_FLOOR_SHIFT) | uint256(nonceFloor) << NONCE_FLOOR_SHIFT;
        emit NonceFloorRaised(msg.sender, nonceFloor);
    }

    /* MATCHING */

    /// @inheritdoc IModicum
    function postMatch(
        JobOffer calldata jobOffer,
        bytes calldata jobOfferSignature,
        ResourceOffer calldata resourceOffer,
        bytes calldata resourceOfferSignature,
        address mediator
    ) external returns (bytes32 matchId) {
        matchId = hashJobOffer(jobOffer);
        bytes32 resourceOfferHash = hashResourceOffer(resourceOffer);

        uint256 jobCreator = _requireLive(matchId, jobOffer, jobOfferSignature);
        uint256 resourceProvider = _takeSlot(resourceOfferHash, resourceOffer, resourceOfferSignature);
        if (jobCreator & JOB_CREATOR_BIT == 0) revert NotRegistered(Role.JobCreator, jobOffer.jobCreator);
        if (resourceProvider & RESOURCE_PROVIDER_BIT == 0) {
            revert NotRegistered(Role.ResourceProvider, resourceOffer.resourceProvider);
        }
        Mediator memory mediatorRecord = registeredMediators[mediator];
        if (!mediatorRecord.registered) revert NotRegistered(Role.Mediator, mediator);
        Directory memory directoryRecord = registeredDirectories[jobOffer.directory];
        if (!directoryRecord.registered) revert NotRegistered(Role.Directory, jobOffer.directory);
        _requireCapacityAndPrices(jobOffer, resourceOffer);
        _requireTrustAndTime(jobOffer, resourceOffer.resourceProvider, mediator, mediatorRecord.architecture);

        Terms memory terms = Terms({
            jobCreator: jobOffer.jobCreator,
            resourceProvider: resourceOffer.resourceProvider,
            mediator: mediator,
            directory: jobOffer.directory,
            completionDeadline: jobOffer.completionDeadline,
            instructionLimit: jobOffer.instructionLimit,
            bandwidthLimit: jobOffer.bandwidthLimit,
            instructionPrice: resourceOffer.instructionPrice,
            bandwidthPrice: resourceOffer.bandwidthPrice,
            mediatorInstructionPrice: mediatorRecord.instructionPrice,
            mediatorBandwidthPrice: mediatorRecord.bandwidthPrice,
            mediatorAvailability: mediatorRecord.availabilityValue,
            directoryAvailability: directoryRecord.availabilityValue,
            estimate: _lockDeposits(
                jobOffer, resourceOffer, mediatorRecord.availabilityValue, directoryRecord.availabilityValue
            )
        });
        records[matchId] = _record(Stage.AwaitingResult, jobOffer.completionDeadline, _hashMemory(terms));
        emit Matched(
            matchId,
            jobOffer.jobCreator,
            resourceOffer.resourceProvider,
            msg.sender,
            jobOffer,
            Quote({
                resourceOfferHash: resourceOfferHash,
                instructionPrice: terms.instructionPrice,
                bandwidthPrice: terms.bandwidthPrice,
                matchIncentive: resourceOffer.matchIncentive,
                mediator: mediator,
                mediatorInstructionPrice: terms.mediatorInstructionPrice,
                mediatorBandwidthPrice: terms.mediatorBandwidthPrice,
                mediatorAvailability: terms.mediatorAvailability,
                directoryAvailability: terms.directoryAvailability
            })
        );
    }

    /// @dev A job offer is live while it is unmatched, not cancelled, not expired, and its owner stands by it.
    function _requireLive(bytes32 offerHash, JobOffer calldata offer, bytes calldata signature)
        private
        view
        returns (uint256 account)
    {
        Stage stage = _stage(records[offerHash]);
        _requireUnmatched(offerHash, stage);
        account = accounts[offer.jobCreator];
        _requireNonce(offerHash, account, offer.nonce);
        _requireUnexpired(offerHash, offer.expiry);
        // INVARIANT: Nobody is bound by an offer that it neither posted nor signed.
        if (stage != Stage.Posted && !_isSignedBy(offer.jobCreator, offerHash, signature)) {
            revert OfferNeitherPostedNorSigned(offerHash, offer.jobCreator);
        }
    }

    /// @dev A resource offer is live while it is not cancelled, not expired, has a free slot, and its owner stands by it.
    function _takeSlot(bytes32 offerHash, ResourceOffer calldata offer, bytes calldata signature)
        private
        returns (uint256 account)
    {
        uint256 state = resourceOffers[offerHash];
        if (state & CANCELLED_BIT != 0) revert OfferIsCancelled(offerHash);
        account = accounts[offer.resourceProvider];
        _requireNonce(offerHash, account, offer.nonce);
        _requireUnexpired(offerHash, offer.expiry);
        // INVARIANT: A resource offer never serves more matches than its slots.
        if (_used(state) >= offer.slots) revert NoFreeSlot(offerHash, offer.slots);
        // INVARIANT: Nobody is bound by an offer that it neither posted nor signed. (Whoever stood by it at its first match
        // stands by it until it is cancelled, so a signature is looked at once.)
        if (state & POSTED_BIT == 0 && _used(state) == 0 && !_isSignedBy(offer.resourceProvider, offerHash, signature))
        {
            revert OfferNeitherPostedNorSigned(offerHash, offer.resourceProvider);
        }
        unchecked {
            resourceOffers[offerHash] = state + ONE_SLOT;
        }
    }

    function _requireCapacityAndPrices(JobOffer calldata jobOffer, ResourceOffer calldata resourceOffer) private pure {
        // INVARIANT: The resource can hold and run the whole job, up to its limits.
        if (resourceOffer.instructionCapacity < jobOffer.instructionLimit) {
            revert InstructionCapacityTooSmall(jobOffer.instructionLimit, resourceOffer.instructionCapacity);
        }
        if (resourceOffer.memoryCapacity < jobOffer.memoryLimit) {
            revert MemoryCapacityTooSmall(jobOffer.memoryLimit, resourceOffer.memoryCapacity);
        }
        if (resourceOffer.storageCapacity < jobOffer.storageLimit) {
            revert StorageCapacityTooSmall(jobOffer.storageLimit, resourceOffer.storageCapacity);
        }
        if (resourceOffer.bandwidthCapacity < jobOffer.bandwidthLimit) {
            revert BandwidthCapacityTooSmall(jobOffer.bandwidthLimit, resourceOffer.bandwidthCapacity);
        }

        // INVARIANT: Nobody pays more than its maximum. (So a job within its limits costs no more than the estimate.)
        if (resourceOffer.instructionPrice > jobOffer.maxInstructionPrice) {
            revert InstructionPriceTooHigh(jobOffer.maxInstructionPrice, resourceOffer.instructionPrice);
        }
        if (resourceOffer.bandwidthPrice > jobOffer.maxBandwidthPrice) {
            revert BandwidthPriceTooHigh(jobOffer.maxBandwidthPrice, resourceOffer.bandwidthPrice);
        }
    }

    function _requireTrustAndTime(
        JobOffer calldata jobOffer,
        address resourceProvider,
        address mediator,
        uint8 mediatorArchitecture
    ) private view {
        ResourceProvider memory provider = resourceProviders[resourceProvider];

        // INVARIANT: The mediator can run exactly what the provider ran.
        if (jobOffer.architecture != provider.architecture || jobOffer.architecture != mediatorArchitecture) {
            revert ArchitectureMismatch(jobOffer.architecture, provider.architecture, mediatorArchitecture);
        }

        // INVARIANT: Everyone relies only on mediators and directories of its own choice.
        bytes32 directorySubject = _subject(jobOffer.directory);
        if (!isTrusted[Trust.ResourceProviderTrustsDirectory][resourceProvider][directorySubject]) {
            revert DirectoryNotTrustedByResourceProvider(jobOffer.directory, resourceProvider);
        }
        if (!isTrusted[Trust.MediatorTrustsDirectory][mediator][directorySubject]) {
            revert DirectoryNotTrustedByMediator(jobOffer.directory, mediator);
        }
        bytes32 mediatorSubject = _subject(mediator);
        if (!isTrusted[Trust.JobCreatorTrustsMediator][jobOffer.jobCreator][mediatorSubject]) {
            revert MediatorNotTrustedByJobCreator(mediator, jobOffer.jobCreator);
        }
        if (!isTrusted[Trust.ResourceProviderTrustsMediator][resourceProvider][mediatorSubject]) {
            revert MediatorNotTrustedByResourceProvider(mediator, resourceProvider);
        }
        if (!isTrusted[Trust.ResourceProviderSupportsBaseLayer][resourceProvider][jobOffer.baseLayer]) {
            revert BaseLayerNotSupportedByResourceProvider(jobOffer.baseLayer, resourceProvider);
        }
        if (!isTrusted[Trust.MediatorSupportsBaseLayer][mediator][jobOffer.baseLayer]) {
            revert BaseLayerNotSupportedByMediator(jobOffer.baseLayer, mediator);
        }

        // INVARIANT: A provider that starts now and uses all that it may can still finish in time.
        uint256 duration = uint256(provider.timePerInstruction) * jobOffer.instructionLimit;
        uint256 earliestCompletion = block.timestamp + (duration + NANOSECONDS_PER_SECOND - 1) / NANOSECONDS_PER_SECOND;
        if (earliestCompletion > jobOffer.completionDeadline) {
            revert CompletionDeadlineTooEarly(earliestCompletion, jobOffer.completionDeadline);
        }
    }

    /// @dev Locks what each side can lose (section 5) and pays the solver, the caller.
    function _lockDeposits(
        JobOffer calldata jobOffer,
        ResourceOffer calldata resourceOffer,
        uint256 mediatorAvailability,
        uint256 directoryAvailability
    ) private returns (uint96) {
        uint256 estimate = uint256(jobOffer.instructionLimit) * jobOffer.maxInstructionPrice
            + uint256(jobOffer.bandwidthLimit) * jobOffer.maxBandwidthPrice;
        uint256 share = _share(estimate, mediatorAvailability, directoryAvailability);
        // INVARIANT: Both sides can pay whatever the match may cost them.
        _lock(jobOffer.jobCreator, share, jobOffer.matchIncentive);
        _lock(resourceOffer.resourceProvider, share, resourceOffer.matchIncentive);
        _credit(msg.sender, uint256(jobOffer.matchIncentive) + resourceOffer.matchIncentive);
        // The shares were there to be locked, so they fit uint96, and the estimate is at most half of one.
        return uint96(estimate);
    }

    /* MATCHES */

    /// @inheritdoc IModicum
    function postResult(bytes32 matchId, Terms calldata terms, Result calldata result) external {
        uint40 deadline = _requireStage(matchId, Stage.AwaitingResult, _hash(terms));
        // INVARIANT: Nobody posts a result for the resource provider.
        _requireCaller(terms.resourceProvider);
        _requireNotPassed(deadline);

        uint40 reactionDeadline = uint40(block.timestamp) + REACTION_WINDOW;
        records[matchId] = _record(Stage.AwaitingReaction, reactionDeadline, _hash(terms, result));
        emit ResultPosted(matchId, terms.resourceProvider, result, reactionDeadline);
    }

    /// @inheritdoc IModicum
    function acceptResult(bytes32 matchId, Terms calldata terms, Result calldata result) external {
        uint40 deadline = _requireStage(matchId, Stage.AwaitingReaction, _hash(terms, result));
        // INVARIANT: Nobody but the job creator reacts before its time is over.
        _requireCaller(terms.jobCreator);
        _requireNotPassed(deadline);

        uint256 share = _share(terms);
        _close(matchId, terms, share, ClosingReason.Accepted, _settleAccepted(terms, result, share));
    }

    /// @inheritdoc IModicum
    function closeWithAcceptance(
        bytes32 matchId,
        Terms calldata terms,
        Result calldata result,
        bytes calldata acceptance
    ) external {
        uint256 record = records[matchId];
        bool isPosted = _stage(record) != Stage.AwaitingResult;
        if (isPosted) _requireStage(matchId, Stage.AwaitingReaction, _hash(terms, result));
        else _requireStage(matchId, Stage.AwaitingResult, _hash(terms));
        // INVARIANT: Nobody posts a result for the resource provider.
        _requireCaller(terms.resourceProvider);
        // INVARIANT: Nobody accepts for the job creator.
        if (!_isSignedBy(terms.jobCreator, hashAcceptance(matchId, result), acceptance)) {
            revert NotAcceptedByJobCreator(matchId, terms.jobCreator);
        }

        if (!isPosted) emit ResultPosted(matchId, terms.resourceProvider, result, uint40(block.timestamp));
        uint256 share = _share(terms);
        _close(matchId, terms, share, ClosingReason.Accepted, _settleAccepted(terms, result, share));
    }

    /// @inheritdoc IModicum
    function rejectResult(bytes32 matchId, Terms calldata terms, Result calldata result, RejectReason reason) external {
        bytes32 agreed = _hash(terms, result);
        uint40 deadline = _requireStage(matchId, Stage.AwaitingReaction, agreed);
        // INVARIANT: Nobody but the job creator disputes a result.
        _requireCaller(terms.jobCreator);
        _requireNotPassed(deadline);

        uint40 mediationDeadline = uint40(block.timestamp) + MEDIATION_WINDOW;
        records[matchId] = _record(Stage.InMediation, mediationDeadline, agreed);
        emit ResultRejected(matchId, terms.mediator, reason, mediationDeadline);
    }

    /// @inheritdoc IModicum
    function closeBySilence(bytes32 matchId, Terms calldata terms, Result calldata result) external {
        uint40 deadline = _requireStage(matchId, Stage.AwaitingReaction, _hash(terms, result));
        // INVARIANT: Silence is acceptance only when the time to speak is over.
        _requirePassed(deadline);

        uint256 share = _share(terms);
        _close(matchId, terms, share, ClosingReason.AcceptedBySilence, _settleAccepted(terms, result, share));
    }

    /// @inheritdoc IModicum
    function closeResultOverdue(bytes32 matchId, Terms calldata terms) external {
        uint40 deadline = _requireStage(matchId, Stage.AwaitingResult, _hash(terms));
        // INVARIANT: A result that is still in time is waited for.
        _requirePassed(deadline);

        uint256 share = _share(terms);
        _close(matchId, terms, share, ClosingReason.ResultOverdue, _settleResultOverdue(terms, share));
    }

    /// @inheritdoc IModicum
    function postVerdict(
        bytes32 matchId,
        Terms calldata terms,
        Result calldata result,
        Verdict verdict,
        uint56 instructions,
        uint56 bandwidth,
        bytes32 evidence
    ) external {
        uint40 deadline = _requireStage(matchId, Stage.InMediation, _hash(terms, result));
        // INVARIANT: Nobody judges but the mediator that both parties trust.
        _requireCaller(terms.mediator);
        _requireNotPassed(deadline);

        Party faultyParty = _faultyParty(verdict);
        emit VerdictPosted(matchId, terms.mediator, verdict, faultyParty, instructions, bandwidth, evidence);
        uint256 share = _share(terms);
        uint256 mediation = _mediationPrice(terms, instructions, bandwidth);
        _close(
            matchId, terms, share, ClosingReason.Mediated, _settleMediated(terms, result, share, faultyParty, mediation)
        );
    }

    /// @inheritdoc IModicum
    function closeMediationOverdue(bytes32 matchId, Terms calldata terms, Result calldata result) external {
        uint40 deadline = _requireStage(matchId, Stage.InMediation, _hash(terms, result));
        // INVARIANT: A verdict that is still in time is waited for.
        _requirePassed(deadline);

        uint256 share = _share(terms);
        _close(matchId, terms, share, ClosingReason.MediationOverdue, _settleMediationOverdue(terms, share));
    }

    /// @dev Closed is final: no function leaves this stage, so a job offer is matched and settled once.
    function _close(
        bytes32 matchId,
        Terms calldata terms,
        uint256 share,
        ClosingReason reason,
        Settlement memory settlement
    ) private {
        records[matchId] = _record(Stage.Closed, 0, 0);

        _release(terms.jobCreator, share, settlement.jobCreator);
        _release(terms.resourceProvider, share, settlement.resourceProvider);
        _credit(terms.mediator, settlement.mediator);
        _credit(terms.directory, settlement.directory);
        _credit(PENALTY_SINK, settlement.sink);
        emit MatchClosed(matchId, reason, settlement);
    }

    /* SETTLEMENTS */

    // The rows of section 5, given what each side has locked (`_share`). Each row sums to two shares, which fit uint96
    // together because all balances do; hence no amount in a row is truncated. No subtraction fails and no product of 56
    // and 64 bits overflows, so the arithmetic is unchecked: a share holds the estimate at least twice (theta >= 1,
    // n >= 1) beside both availabilities, the price is at most the estimate, and that of mediation at most n estimates.

    function _settleAccepted(Terms calldata terms, Result calldata result, uint256 share)
        private
        pure
        returns (Settlement memory settlement)
    {
        unchecked {
            uint256 price = _price(terms, result);
            uint256 rest = share - _payAvailability(terms, settlement);
            settlement.jobCreator = uint96(rest - price);
            settlement.resourceProvider = uint96(rest + price);
        }
    }

    function _settleResultOverdue(Terms calldata terms, uint256 share)
        private
        pure
        returns (Settlement memory settlement)
    {
        unchecked {
            uint256 rest = share - _payAvailability(terms, settlement);
            settlement.jobCreator = uint96(rest + terms.estimate);
            settlement.resourceProvider = uint96(rest - terms.estimate);
        }
    }

    function _settleMediated(
        Terms calldata terms,
        Result calldata result,
        uint256 share,
        Party faultyParty,
        uint256 mediation
    ) private pure returns (Settlement memory settlement) {
        unchecked {
            if (faultyParty == Party.Directory) {
                settlement.jobCreator = uint96(share - terms.mediatorAvailability);
                settlement.resourceProvider = settlement.jobCreator;
                settlement.mediator = 2 * uint96(terms.mediatorAvailability);
                return settlement;
            }

            uint256 compensation = _price(terms, result);
            uint256 rest = share - _payAvailability(terms, settlement);
            uint96 wronged = uint96(rest + compensation);
            if (faultyParty == Party.ResourceProvider) settlement.jobCreator = wronged;
            else settlement.resourceProvider = wronged;
            settlement.mediator += uint96(mediation);
            // To nobody that could have provoked the fine.
            settlement.sink = uint96(rest - compensation - mediation);
        }
    }

    /// @dev The parties share the estimate; an odd wei stays with the job creator. The mediator loses its availability.
    function _settleMediationOverdue(Terms calldata terms, uint256 share)
        private
        pure
        returns (Settlement memory settlement)
    {
        unchecked {
            uint256 rest = share - terms.directoryAvailability;
            uint256 half = terms.estimate / 2;
            settlement.jobCreator = uint96(rest - half);
            settlement.resourceProvider = uint96(rest + half);
            settlement.directory = 2 * uint96(terms.directoryAvailability);
        }
    }

    /// @dev Gives the mediator and the directory what both sides owe them for being available.
    /// @return what each side pays for it
    function _payAvailability(Terms calldata terms, Settlement memory settlement) private pure returns (uint256) {
        unchecked {
            uint256 mediatorAvailability = terms.mediatorAvailability;
            uint256 directoryAvailability = terms.directoryAvailability;
            settlement.mediator = uint96(2 * mediatorAvailability);
            settlement.directory = uint96(2 * directoryAvailability);
            return mediatorAvailability + directoryAvailability;
        }
    }

    /// @dev pi_c: what the result costs. A claim above the limits is paid up to the limits, which the deposit covers.
    function _price(Terms calldata terms, Result calldata result) private pure returns (uint256) {
        if (result.status == ResultStatus.Declined || result.status == ResultStatus.DirectoryUnavailable) return 0;

        unchecked {
            return _min(result.instructions, terms.instructionLimit) * terms.instructionPrice
                + _min(result.bandwidth, terms.bandwidthLimit) * terms.bandwidthPrice;
        }
    }

    /// @dev pi_m: what n runs cost at the mediator's prices, at most what they may cost at the job creator's estimate.
    function _mediationPrice(Terms calldata terms, uint256 instructions, uint256 bandwidth)
        private
        view
        returns (uint256)
    {
        uint256 run = instructions * terms.mediatorInstructionPrice + bandwidth * terms.mediatorBandwidthPrice;
        return _min(run, terms.estimate) * VERIFICATION_COUNT;
    }

    /// @dev What each side has locked while its match is open: d of section 5 less its match incentive, which the solver
    /// got at the match. At most 138 bits wide.
    function _share(uint256 estimate, uint256 mediatorAvailability, uint256 directoryAvailability)
        private
        view
        returns (uint256)
    {
        unchecked {
            return
                estimate * (uint256(PENALTY_RATE) + VERIFICATION_COUNT) + mediatorAvailability + directoryAvailability;
        }
    }

    function _share(Terms calldata terms) private view returns (uint256) {
        return _share(terms.estimate, terms.mediatorAvailability, terms.directoryAvailability);
    }

    function _faultyParty(Verdict verdict) private pure returns (Party) {
        if (verdict == Verdict.DirectoryUnavailable) return Party.Directory;
        if (verdict == Verdict.CorrectResults || verdict == Verdict.NonDeterministicJob) return Party.JobCreator;
        return Party.ResourceProvider;
    }

    /* BALANCES */

    // Money only moves between accounts, and all of it together fits uint96 (see `deposit`): no addition here carries out
    // of its field. What is taken was checked to be there, or was locked by `_lock` when the match was made.

    /// @dev Takes the whole deposit of one side from its free balance and locks it, but for the incentive.
    function _lock(address account, uint256 share, uint256 incentive) private {
        unchecked {
            accounts[account] = _take(account, share + incentive) + (share << LOCKED_SHIFT);
        }
    }

    /// @dev Unlocks an account's share of a match and credits what the settlement gives it.
    function _release(address account, uint256 share, uint256 credit) private {
        unchecked {
            accounts[account] = accounts[account] - (share << LOCKED_SHIFT) + credit;
        }
    }

    function _credit(address account, uint256 amount) private {
        unchecked {
            if (amount > 0) accounts[account] += amount;
        }
    }

    /// @return balances of the account without the amount, for the caller to store
    function _take(address account, uint256 amount) private view returns (uint256 balances) {
        balances = accounts[account];
        uint96 free = uint96(balances);
        // INVARIANT: Nobody pays with what it does not have, or with what is locked already.
        if (free < amount) revert InsufficientFunds(account, amount, free);
        unchecked {
            balances -= amount;
        }
    }

    function _used(uint256 state) private pure returns (uint32) {
        return uint32(state >> USED_SHIFT);
    }

    function _nonceFloor(uint256 account) private pure returns (uint56) {
        return uint56(account >> NONCE_FLOOR_SHIFT);
    }

    /* RECORDS */

    function _record(Stage stage, uint40 deadline, bytes32 agreed) private pure returns (uint256) {
        return
            uint256(stage) | uint256(deadline) << DEADLINE_SHIFT | uint256(agreed) >> COMMITMENT_SHIFT
                << COMMITMENT_SHIFT;
    }

    function _stage(uint256 record) private pure returns (Stage) {
        return Stage(uint8(record));
    }

    function _deadline(uint256 record) private pure returns (uint40) {
        return uint40(record >> DEADLINE_SHIFT);
    }

    function _isCommitmentTo(bytes32 agreed, uint256 record) private pure returns (bool) {
        return uint256(agreed) >> COMMITMENT_SHIFT == record >> COMMITMENT_SHIFT;
    }

    /* GUARDS */

    function _requireRegistered(Role role, address account) private view {
        if (!isRegistered(role, account)) revert NotRegistered(role, account);
    }

    /// @dev INVARIANT: A cancelled job offer stays cancelled, and a job offer is matched at most once.
    function _requireUnmatched(bytes32 offerHash, Stage stage) private pure {
        if (stage == Stage.Cancelled) revert OfferIsCancelled(offerHash);
        if (stage >= Stage.AwaitingResult) revert OfferAlreadyMatched(offerHash);
    }

    /// @dev INVARIANT: An offer below the floor is cancelled, whether it was ever seen here or not.
    function _requireNonce(bytes32 offerHash, uint256 account, uint56 nonce) private pure {
        uint56 nonceFloor = _nonceFloor(account);
        if (nonce < nonceFloor) revert NonceBelowFloor(offerHash, nonce, nonceFloor);
    }

    function _requireUnexpired(bytes32 offerHash, uint40 expiry) private view {
        if (block.timestamp > expiry) revert OfferExpired(offerHash, expiry, block.timestamp);
    }

    /// @dev INVARIANT: A step is taken only in its stage, and only on the terms and the result that were agreed.
    /// @return deadline of the stage
    function _requireStage(bytes32 matchId, Stage needed, bytes32 agreed) private view returns (uint40 deadline) {
        uint256 record = records[matchId];
        Stage stage = _stage(record);
        if (stage != needed) revert NotInStage(matchId, needed, stage);
        if (!_isCommitmentTo(agreed, record)) revert TermsMismatch(matchId);
        return _deadline(record);
    }

    function _requireCaller(address entitled) private view {
        if (msg.sender != entitled) revert NotEntitled(entitled, msg.sender);
    }

    function _requireNotPassed(uint40 deadline) private view {
        if (block.timestamp > deadline) revert DeadlinePassed(deadline, block.timestamp);
    }

    function _requirePassed(uint40 deadline) private view {
        if (block.timestamp <= deadline) revert DeadlineNotPassed(deadline, block.timestamp);
    }

    /* VIEWS */

    /// @inheritdoc IModicum
    function parameters() external view returns (Parameters memory) {
        return Parameters({
            penaltyRate: PENALTY_RATE,
            verificationCount: VERIFICATION_COUNT,
            reactionWindow: REACTION_WINDOW,
            mediationWindow: MEDIATION_WINDOW,
            usageTolerance: USAGE_TOLERANCE,
            penaltySink: PENALTY_SINK,
            paymentToken: address(PAYMENT_TOKEN)
        });
    }

    /// @inheritdoc IModicum
    function balanceOf(address account) external view returns (uint96 free, uint96 locked) {
        uint256 balances = accounts[account];
        return (uint96(balances), uint96(balances >> LOCKED_SHIFT));
    }

    /// @inheritdoc IModicum
    function nonceFloorOf(address account) external view returns (uint56) {
        return _nonceFloor(accounts[account]);
    }

    /// @inheritdoc IModicum
    function isRegistered(Role role, address account) public view returns (bool) {
        if (role == Role.JobCreator) return accounts[account] & JOB_CREATOR_BIT != 0;
        if (role == Role.ResourceProvider) return accounts[account] & RESOURCE_PROVIDER_BIT != 0;
        if (role == Role.Mediator) return registeredMediators[account].registered;
        return registeredDirectories[account].registered;
    }

    /// @inheritdoc IModicum
    function resourceOfferState(bytes32 offerHash) external view returns (bool posted, bool cancelled, uint32 used) {
        uint256 state = resourceOffers[offerHash];
        return (state & POSTED_BIT != 0, state & CANCELLED_BIT != 0, _used(state));
    }

    /// @inheritdoc IModicum
    function mediators(address account)
        external
        view
        returns (uint8 architecture, uint64 instructionPrice, uint64 bandwidthPrice, uint96 availabilityValue)
    {
        Mediator memory mediator = registeredMediators[account];
        return (mediator.architecture, mediator.instructionPrice, mediator.bandwidthPrice, mediator.availabilityValue);
    }

    /// @inheritdoc IModicum
    function directories(address account) external view returns (uint96 availabilityValue) {
        return registeredDirectories[account].availabilityValue;
    }

    /// @inheritdoc IModicum
    function stageOf(bytes32 matchId) external view returns (Stage stage, uint40 deadline) {
        uint256 record = records[matchId];
        return (_stage(record), _deadline(record));
    }

    /// @inheritdoc IModicum
    function nextStepOf(bytes32 matchId) public view returns (NextStep memory step) {
        uint256 record = records[matchId];
        step.stage = _stage(record);
        step.deadline = _deadline(record);
        // Each step that is taken in time begins the window of the next one at the deadline at the latest.
        uint256 lastDeadline = step.deadline;
        if (step.stage == Stage.AwaitingResult) {
            step.actor = Role.ResourceProvider;
            lastDeadline += uint256(REACTION_WINDOW) + MEDIATION_WINDOW;
        } else if (step.stage == Stage.AwaitingReaction) {
            step.actor = Role.JobCreator;
            lastDeadline += MEDIATION_WINDOW;
        } else if (step.stage == Stage.InMediation) {
            step.actor = Role.Mediator;
        } else {
            return step;
        }
        step.closableFrom = uint48(lastDeadline + 1);
    }

    /// @inheritdoc IModicum
    function closableFrom(bytes32[] calldata matchIds) external view returns (uint48 latest) {
        for (uint256 i = 0; i < matchIds.length; ++i) {
            uint48 one = nextStepOf(matchIds[i]).closableFrom;
            if (one > latest) latest = one;
        }
    }

    /// @inheritdoc IModicum
    function hashJobOffer(JobOffer calldata offer) public view returns (bytes32) {
        bytes32 typeHash = JOB_OFFER_TYPE_HASH;
        bytes32 structHash;
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, typeHash)
            calldatacopy(add(data, 0x20), offer, JOB_OFFER_BYTES)
            structHash := keccak256(data, add(JOB_OFFER_BYTES, 0x20))
        }
        return _digest(structHash);
    }

    /// @inheritdoc IModicum
    function hashResourceOffer(ResourceOffer calldata offer) public view returns (bytes32) {
        bytes32 typeHash = RESOURCE_OFFER_TYPE_HASH;
        bytes32 structHash;
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, typeHash)
            calldatacopy(add(data, 0x20), offer, RESOURCE_OFFER_BYTES)
            structHash := keccak256(data, add(RESOURCE_OFFER_BYTES, 0x20))
        }
        return _digest(structHash);
    }

    /// @inheritdoc IModicum
    function hashAcceptance(bytes32 matchId, Result calldata result) public view returns (bytes32) {
        return _digest(
            keccak256(
                abi.encode(
                    ACCEPTANCE_TYPE_HASH,
                    matchId,
                    result.status,
                    result.commitment,
                    result.instructions,
                    result.bandwidth
                )
            )
        );
    }

    /// @inheritdoc IModicum
    function domainSeparator() public view returns (bytes32) {
        // After a fork of the chain the offers of one side must not be good on the other.
        return block.chainid == DEPLOYMENT_CHAIN_ID ? DEPLOYMENT_DOMAIN_SEPARATOR : _domainSeparator();
    }

    /* HASHES AND SIGNATURES */

    // Structs are hashed as they stand in the call data, which is their encoding as long as every value keeps to its type.
    // One that does not has a hash of its own, and nothing is made of it: every field of an offer and of a result is read or
    // emitted, which refuses it, and a commitment is only ever made to terms that the contract wrote itself.

    function _domainSeparator() private view returns (bytes32) {
        return
            keccak256(abi.encode(DOMAIN_TYPE_HASH, keccak256("MODiCuM"), keccak256("1"), block.chainid, address(this)));
    }

    function _digest(bytes32 structHash) private view returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(domainSeparator(), structHash);
    }

    /// @dev keccak256(abi.encode(terms)): a struct of values lies in memory as it is encoded.
    function _hashMemory(Terms memory terms) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := keccak256(terms, TERMS_BYTES)
        }
    }

    /// @dev keccak256(abi.encode(terms))
    function _hash(Terms calldata terms) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let data := mload(0x40)
            calldatacopy(data, terms, TERMS_BYTES)
            hash := keccak256(data, TERMS_BYTES)
        }
    }

    /// @dev keccak256(abi.encode(terms, result))
    function _hash(Terms calldata terms, Result calldata result) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let data := mload(0x40)
            calldatacopy(data, terms, TERMS_BYTES)
            calldatacopy(add(data, TERMS_BYTES), result, RESULT_BYTES)
            hash := keccak256(data, add(TERMS_BYTES, RESULT_BYTES))
        }
    }

    /// @dev By the account's key, or else by the account itself where it is a contract. The key comes first, since most
    /// accounts have one, and looking at an account's code costs as much as checking a signature.
    function _isSignedBy(address account, bytes32 digest, bytes calldata signature) private view returns (bool) {
        // A signature that is none has no signer: address zero, with an error.
        (address signer, ECDSA.RecoverError problem,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (problem == ECDSA.RecoverError.NoError && signer == account) return true;
        return SignatureChecker.isValidERC1271SignatureNowCalldata(account, digest, signature);
    }

    function _subject(address account) private pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }

    /// @dev Whose list a kind of trust is.
    function _keeperOf(Trust kind) private pure returns (Role) {
        if (kind == Trust.JobCreatorTrustsMediator) return Role.JobCreator;
        if (kind == Trust.MediatorTrustsDirectory || kind == Trust.MediatorSupportsBaseLayer) return Role.Mediator;
        return Role.ResourceProvider;
    }

    function _min(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
