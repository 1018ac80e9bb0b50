// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../../src/interfaces/IModicum.sol";
import {Reasons} from "./Forge.sol";

/// @dev What the market should do, written from the protocol and from `IModicum` in the plainest way, with nothing packed,
/// committed to, or left unchecked. It answers to the same calls with the same answers, refusals and events. Who calls is
/// said by `run`; the coins or tokens outside the market are numbers here.
contract Model is IModicum {
    struct Account {
        uint256 free;
        uint256 locked;
        uint56 nonceFloor;
        mapping(Role => bool) registered;
    }

    struct Mediator {
        uint8 architecture;
        uint64 instructionPrice;
        uint64 bandwidthPrice;
        uint96 availabilityValue;
    }

    struct ResourceProvider {
        uint8 architecture;
        uint56 timePerInstruction;
    }

    struct Match {
        Stage stage;
        uint40 deadline;
        Terms terms;
        Result result;
    }

    struct ResourceOfferState {
        bool posted;
        bool cancelled;
        uint32 used;
    }

    /// @dev What an account does, once, when the market's payment calls it back.
    struct Script {
        bool rejects;
        uint256[] values;
        bytes[] calls;
    }

    bytes32 private constant OFFER_TYPE = keccak256(
        "JobOffer(address jobCreator,uint56 instructionLimit,uint56 memoryLimit,uint56 storageLimit,uint56 bandwidthLimit,uint64 maxInstructionPrice,uint64 maxBandwidthPrice,uint40 completionDeadline,uint96 matchIncentive,bytes32 baseLayer,bytes32 jobDigest,address directory,uint8 architecture,uint56 nonce,uint40 expiry)"
    );
    bytes32 private constant RESOURCE_TYPE = keccak256(
        "ResourceOffer(address resourceProvider,uint56 instructionCapacity,uint56 memoryCapacity,uint56 storageCapacity,uint56 bandwidthCapacity,uint64 instructionPrice,uint64 bandwidthPrice,uint96 matchIncentive,uint32 slots,uint56 nonce,uint40 expiry)"
    );
    bytes32 private constant ACCEPTANCE_TYPE =
        keccak256("Acceptance(bytes32 matchId,uint8 status,bytes32 commitment,uint56 instructions,uint56 bandwidth)");
    /// @dev A call of a batch that may use no more than this is refused for want of gas, one that may use much more is not.
    uint256 public constant TOO_LITTLE_GAS = 20;

    IModicum private immutable MARKET;
    Parameters private fixedParameters;
    address private caller;
    uint256 private sent;
    /// @dev The deposits and withdrawals that the latest call came to: what was reverted is not among them.
    bytes32[] private moved;

    mapping(address account => Account) private accounts;
    mapping(address account => Mediator) public mediators;
    mapping(address account => uint96) public directories;
    mapping(address account => ResourceProvider) public resourceProviders;
    mapping(Trust => mapping(address account => mapping(bytes32 subject => bool))) public isTrusted;
    mapping(bytes32 matchId => Match) private matches;
    mapping(bytes32 offerHash => ResourceOfferState) public resourceOfferState;

    /* OUTSIDE THE MARKET */

    uint256 public held;
    uint256 private owed;
    mapping(address account => uint256) public purse;
    mapping(address account => uint256) private coins; // that a market with a payment token does not take
    mapping(address account => uint256) public allowance;
    mapping(bytes32 => bool) private signed;
    mapping(bytes32 => bool) private permits;
    mapping(address account => uint256) public permitNonce;
    mapping(address account => bool) private saysYes;
    mapping(address account => Script) private scripts;
    /// @dev What came of the calls of an account's scripts, one hash over all.
    mapping(address account => bytes32) public echo;
    uint256 private receiverFee; // in a hundred
    uint256 private senderFee; // in a hundred
    address private calledBack;
    bool private calledBefore;

    constructor(IModicum market, Parameters memory parameters_) {
        MARKET = market;
        fixedParameters = parameters_;
    }

    /* WHAT THE CAMPAIGN TELLS */

    /// @dev Not for the calls that are carried out here.
    modifier onlyToldFromOutside() {
        if (msg.sender == address(this)) revert();
        _;
    }

    function run(address caller_, uint256 value, bytes calldata call)
        external
        onlyToldFromOutside
        returns (bool done, bytes memory answer)
    {
        delete moved;
        return perform(caller_, value, call);
    }

    function lastMoved() external view onlyToldFromOutside returns (bytes32[] memory) {
        return moved;
    }

    function noteSigned(address account, bytes32 digest, bytes calldata signature) external onlyToldFromOutside {
        signed[keccak256(abi.encode(account, digest, signature))] = true;
    }

    function noteSaysYes(address account) external onlyToldFromOutside {
        saysYes[account] = true;
    }

    function notePermit(bytes32 permit) external onlyToldFromOutside {
        permits[permit] = true;
    }

    function noteAllowance(address account, uint256 amount) external onlyToldFromOutside {
        allowance[account] = amount;
    }

    function noteMoney(address account, uint256 amount) external onlyToldFromOutside {
        purse[account] += amount;
    }

    function noteCoins(address account, uint256 amount) external onlyToldFromOutside {
        coins[account] += amount;
    }

    function noteGift(uint256 amount) external onlyToldFromOutside {
        held += amount;
    }

    function noteScript(address account, bool rejects, uint256[] memory values, bytes[] memory calls)
        external
        onlyToldFromOutside
    {
        scripts[account] = Script(rejects, values, calls);
    }

    function noteFees(uint256 receiverFee_, uint256 senderFee_) external onlyToldFromOutside {
        (receiverFee, senderFee) = (receiverFee_, senderFee_);
    }

    function noteCallBack(address calledBack_, bool before) external onlyToldFromOutside {
        (calledBack, calledBefore) = (calledBack_, before);
    }

    function noteUsedPermit(bytes32 permit, address owner, uint256 amount, uint256 deadline)
        external
        onlyToldFromOutside
    {
        usePermit(permit, owner, amount, deadline);
    }

    function termsOf(bytes32 matchId) external view onlyToldFromOutside returns (Terms memory) {
        return matches[matchId].terms;
    }

    function resultOf(bytes32 matchId) external view onlyToldFromOutside returns (Result memory) {
        return matches[matchId].result;
    }

    function perform(address caller_, uint256 value, bytes memory call)
        private
        returns (bool done, bytes memory answer)
    {
        if ((isNative() ? purse : coins)[caller_] < value) return (false, "");
        (address outerCaller, uint256 outerSent) = (caller, sent);
        (caller, sent) = (caller_, value);
        (done, answer) = address(this).call(call);
        answer = Reasons.withoutForges(done, answer);
        (caller, sent) = (outerCaller, outerSent);
    }

    modifier withoutValue() {
        if (sent != 0) revert();
        _;
    }

    /* MONEY */

    function deposit(uint96 amount) external payable {
        if (amount == 0) revert ZeroAmount();
        uint256 expected = isNative() ? amount : 0;
        if (sent != expected) revert WrongAmount(expected, sent);
        add(amount);
    }

    function depositWithPermit(uint96 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external withoutValue {
        if (amount == 0) revert ZeroAmount();
        if (isNative()) revert WrongAmount(amount, 0);
        usePermit(permitOf(caller, amount, deadline, v, r, s), caller, amount, deadline);
        add(amount);
    }

    /// @dev By what a permit is known here: it is good for one nonce.
    function permitOf(address owner, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        public
        view
        returns (bytes32)
    {
        return keccak256(abi.encode(owner, amount, permitNonce[owner], deadline, v, r, s));
    }

    function usePermit(bytes32 permit, address owner, uint256 amount, uint256 deadline) private {
        if (!permits[permit] || block.timestamp > deadline) return;
        ++permitNonce[owner];
        allowance[owner] = amount;
    }

    function add(uint256 amount) private {
        uint256 total = (isNative() ? held : owed) + amount;
        if (total > type(uint96).max) revert BalanceTooLarge(caller);
        accounts[caller].free += amount;
        owed += amount;
        emit Deposited(caller, uint96(amount));
        moved.push(keccak256(abi.encode(Deposited.selector, caller, amount)));
        if (isNative()) {
            purse[caller] -= amount;
            held += amount;
        } else {
            takeTokens(amount);
        }
    }

    function takeTokens(uint256 amount) private {
        address owner = caller;
        uint256 fee = amount * senderFee / 100;
        if (allowance[owner] < amount) revert TransferFailed(address(MARKET), amount);
        if (allowance[owner] != type(uint256).max) allowance[owner] -= amount;
        if (calledBefore) callBackOfToken(address(MARKET), amount);
        if (purse[owner] < amount + fee) revert TransferFailed(address(MARKET), amount);
        purse[owner] -= amount + fee;
        held += amount - amount * receiverFee / 100;
        if (!calledBefore) callBackOfToken(address(MARKET), amount);
        requireSolvent();
    }

    function withdraw(uint96 amount) external withoutValue {
        if (amount == 0) revert ZeroAmount();
        take(caller, amount);
        owed -= amount;
        emit Withdrawn(caller, amount);
        moved.push(keccak256(abi.encode(Withdrawn.selector, caller, amount)));
        address to = caller;
        if (isNative()) {
            held -= amount;
            purse[to] += amount;
            if (scripts[to].rejects) revert TransferFailed(to, amount);
            play(to);
        } else {
            giveTokens(to, amount);
        }
    }

    function giveTokens(address to, uint256 amount) private {
        uint256 fee = amount * senderFee / 100;
        if (calledBefore) callBackOfToken(to, amount);
        if (held < amount + fee) revert TransferFailed(to, amount);
        held -= amount + fee;
        purse[to] += amount - amount * receiverFee / 100;
        if (!calledBefore) callBackOfToken(to, amount);
        requireSolvent();
    }

    function requireSolvent() private view {
        if (held < owed) revert WrongAmount(owed, held);
    }

    function callBackOfToken(address to, uint256 amount) private {
        address account = calledBack;
        calledBack = address(0);
        if (account == address(0)) return;
        if (scripts[account].rejects) revert TransferFailed(to, amount);
        play(account);
    }

    function play(address account) private {
        Script memory script = scripts[account];
        delete scripts[account];
        for (uint256 i = 0; i < script.calls.length; ++i) {
            (bool done, bytes memory answer) = perform(account, script.values[i], script.calls[i]);
            echo[account] = keccak256(abi.encode(echo[account], done, answer));
        }
    }

    function isNative() private view returns (bool) {
        return fixedParameters.paymentToken == address(0);
    }

    function take(address account, uint256 amount) private {
        uint256 free = accounts[account].free;
        if (free < amount) revert InsufficientFunds(account, amount, free);
        accounts[account].free -= amount;
    }

    /* BATCHES */

    function batch(bytes[] calldata calls, uint256 gasPerCall) external withoutValue {
        for (uint256 i = 0; i < calls.length; ++i) {
            (bool done, bytes memory reason) = (false, bytes(""));
            if (gasPerCall > TOO_LITTLE_GAS) (done, reason) = perform(caller, 0, calls[i]);
            if (!done) emit CallRefused(i, reason);
        }
    }

    /* REGISTRATION, TRUST */

    function registerJobCreator() external withoutValue {
        accounts[caller].registered[Role.JobCreator] = true;
        emit JobCreatorRegistered(caller);
    }

    function registerResourceProvider(uint8 architecture, uint56 timePerInstruction) external withoutValue {
        accounts[caller].registered[Role.ResourceProvider] = true;
        resourceProviders[caller] = ResourceProvider(architecture, timePerInstruction);
        emit ResourceProviderRegistered(caller, architecture, timePerInstruction);
    }

    function registerMediator(uint8 architecture, uint64 instructionPrice, uint64 bandwidthPrice, uint96 availability)
        external
        withoutValue
    {
        accounts[caller].registered[Role.Mediator] = true;
        mediators[caller] = Mediator(architecture, instructionPrice, bandwidthPrice, availability);
        emit MediatorRegistered(caller, architecture, instructionPrice, bandwidthPrice, availability);
    }

    function registerDirectory(uint96 availability, string calldata endpoint) external withoutValue {
        accounts[caller].registered[Role.Directory] = true;
        directories[caller] = availability;
        emit DirectoryRegistered(caller, availability, endpoint);
    }

    function setTrust(Trust kind, bytes32[] calldata subjects, bool trusted) external withoutValue {
        Role role = Role.ResourceProvider;
        if (kind == Trust.JobCreatorTrustsMediator) role = Role.JobCreator;
        if (kind == Trust.MediatorTrustsDirectory || kind == Trust.MediatorSupportsBaseLayer) role = Role.Mediator;
        requireRegistered(role, caller);
        for (uint256 i = 0; i < subjects.length; ++i) {
            isTrusted[kind][caller][subjects[i]] = trusted;
            emit TrustChanged(caller, kind, subjects[i], trusted);
        }
    }

    function requireRegistered(Role role, address account) private view {
        if (!accounts[account].registered[role]) revert NotRegistered(role, account);
    }

    /* OFFERS */

    function postJobOffer(JobOffer memory offer) public withoutValue returns (bytes32 id) {
        if (offer.jobCreator != caller) revert NotTheOwner(offer.jobCreator, caller);
        requireRegistered(Role.JobCreator, caller);
        id = hashJobOffer(offer);
        requireNeitherCancelledNorMatched(id);
        if (matches[id].stage == Stage.Posted) revert OfferAlreadyPosted(id);
        requireNonceAndExpiry(id, caller, offer.nonce, offer.expiry);
        matches[id].stage = Stage.Posted;
        emit JobOfferPosted(id, caller, offer);
    }

    function cancelJobOffer(JobOffer memory offer) public withoutValue {
        if (offer.jobCreator != caller) revert NotTheOwner(offer.jobCreator, caller);
        bytes32 id = hashJobOffer(offer);
        requireNeitherCancelledNorMatched(id);
        matches[id].stage = Stage.Cancelled;
        emit JobOfferCancelled(id, caller);
    }

    function postResourceOffer(ResourceOffer memory offer) public withoutValue returns (bytes32 id) {
        if (offer.resourceProvider != caller) revert NotTheOwner(offer.resourceProvider, caller);
        requireRegistered(Role.ResourceProvider, caller);
        id = hashResourceOffer(offer);
        if (resourceOfferState[id].cancelled) revert OfferIsCancelled(id);
        if (resourceOfferState[id].posted) revert OfferAlreadyPosted(id);
        requireNonceAndExpiry(id, caller, offer.nonce, offer.expiry);
        resourceOfferState[id].posted = true;
        emit ResourceOfferPosted(id, caller, offer);
    }

    function cancelResourceOffer(ResourceOffer memory offer) public withoutValue {
        if (offer.resourceProvider != caller) revert NotTheOwner(offer.resourceProvider, caller);
        bytes32 id = hashResourceOffer(offer);
        if (resourceOfferState[id].cancelled) revert OfferIsCancelled(id);
        if (resourceOfferState[id].used >= offer.slots) revert NoFreeSlot(id, offer.slots);
        resourceOfferState[id].cancelled = true;
        emit ResourceOfferCancelled(id, caller);
    }

    function raiseNonceFloor(uint56 floor) external withoutValue {
        uint56 before = accounts[caller].nonceFloor;
        if (floor <= before) revert NonceNotAboveFloor(floor, before);
        accounts[caller].nonceFloor = floor;
        emit NonceFloorRaised(caller, floor);
    }

    function requireNeitherCancelledNorMatched(bytes32 id) private view {
        Stage stage = matches[id].stage;
        if (stage == Stage.Cancelled) revert OfferIsCancelled(id);
        if (stage != Stage.Unknown && stage != Stage.Posted) revert OfferAlreadyMatched(id);
    }

    function requireNonceAndExpiry(bytes32 id, address owner, uint56 nonce, uint40 expiry) private view {
        uint56 floor = accounts[owner].nonceFloor;
        if (nonce < floor) revert NonceBelowFloor(id, nonce, floor);
        if (block.timestamp > expiry) revert OfferExpired(id, expiry, block.timestamp);
    }

    function requireSigned(address account, bytes32 digest, bytes memory signature) private view {
        if (!isSigned(account, digest, signature)) revert OfferNeitherPostedNorSigned(digest, account);
    }

    function isSigned(address account, bytes32 digest, bytes memory signature) private view returns (bool) {
        return saysYes[account] || signed[keccak256(abi.encode(account, digest, signature))];
    }

    /* MATCHING */

    function postMatch(
        JobOffer memory job,
        bytes memory jobSignature,
        ResourceOffer memory resource,
        bytes memory resourceSignature,
        address mediator
    ) public withoutValue returns (bytes32 id) {
        id = hashJobOffer(job);
        bytes32 resourceId = hashResourceOffer(resource);
        requireNeitherCancelledNorMatched(id);
        requireNonceAndExpiry(id, job.jobCreator, job.nonce, job.expiry);
        if (matches[id].stage != Stage.Posted) requireSigned(job.jobCreator, id, jobSignature);
        if (resourceOfferState[resourceId].cancelled) revert OfferIsCancelled(resourceId);
        requireNonceAndExpiry(resourceId, resource.resourceProvider, resource.nonce, resource.expiry);
        if (resourceOfferState[resourceId].used >= resource.slots) revert NoFreeSlot(resourceId, resource.slots);
        // Who stood by it at its first match stands by it until it is cancelled.
        if (!resourceOfferState[resourceId].posted && resourceOfferState[resourceId].used == 0) {
            requireSigned(resource.resourceProvider, resourceId, resourceSignature);
        }
        requireRegistered(Role.JobCreator, job.jobCreator);
        requireRegistered(Role.ResourceProvider, resource.resourceProvider);
        requireRegistered(Role.Mediator, mediator);
        requireRegistered(Role.Directory, job.directory);
        requireFits(job, resource);
        requireTrust(job, resource.resourceProvider, mediator);

        Terms memory terms = agree(job, resource, mediator);
        uint256 share = shareOf(terms);
        lock(job.jobCreator, share, job.matchIncentive);
        lock(resource.resourceProvider, share, resource.matchIncentive);
        accounts[caller].free += uint256(job.matchIncentive) + resource.matchIncentive;
        resourceOfferState[resourceId].used += 1;
        Match storage made = matches[id];
        (made.stage, made.deadline, made.terms) = (Stage.AwaitingResult, job.completionDeadline, terms);
        emit Matched(id, job.jobCreator, resource.resourceProvider, caller, job, quoteOf(terms, resource, resourceId));
    }

    function requireFits(JobOffer memory job, ResourceOffer memory resource) private pure {
        if (job.instructionLimit > resource.instructionCapacity) {
            revert InstructionCapacityTooSmall(job.instructionLimit, resource.instructionCapacity);
        }
        if (job.memoryLimit > resource.memoryCapacity) {
            revert MemoryCapacityTooSmall(job.memoryLimit, resource.memoryCapacity);
        }
        if (job.storageLimit > resource.storageCapacity) {
            revert StorageCapacityTooSmall(job.storageLimit, resource.storageCapacity);
        }
        if (job.bandwidthLimit > resource.bandwidthCapacity) {
            revert BandwidthCapacityTooSmall(job.bandwidthLimit, resource.bandwidthCapacity);
        }
        if (job.maxInstructionPrice < resource.instructionPrice) {
            revert InstructionPriceTooHigh(job.maxInstructionPrice, resource.instructionPrice);
        }
        if (job.maxBandwidthPrice < resource.bandwidthPrice) {
            revert BandwidthPriceTooHigh(job.maxBandwidthPrice, resource.bandwidthPrice);
        }
    }

    function requireTrust(JobOffer memory job, address provider, address mediator) private view {
        uint8 providers = resourceProviders[provider].architecture;
        uint8 mediators_ = mediators[mediator].architecture;
        if (providers != job.architecture || mediators_ != job.architecture) {
            revert ArchitectureMismatch(job.architecture, providers, mediators_);
        }
        if (!trusts(Trust.ResourceProviderTrustsDirectory, provider, job.directory)) {
            revert DirectoryNotTrustedByResourceProvider(job.directory, provider);
        }
        if (!trusts(Trust.MediatorTrustsDirectory, mediator, job.directory)) {
            revert DirectoryNotTrustedByMediator(job.directory, mediator);
        }
        if (!trusts(Trust.JobCreatorTrustsMediator, job.jobCreator, mediator)) {
            revert MediatorNotTrustedByJobCreator(mediator, job.jobCreator);
        }
        if (!trusts(Trust.ResourceProviderTrustsMediator, provider, mediator)) {
            revert MediatorNotTrustedByResourceProvider(mediator, provider);
        }
        if (!isTrusted[Trust.ResourceProviderSupportsBaseLayer][provider][job.baseLayer]) {
            revert BaseLayerNotSupportedByResourceProvider(job.baseLayer, provider);
        }
        if (!isTrusted[Trust.MediatorSupportsBaseLayer][mediator][job.baseLayer]) {
            revert BaseLayerNotSupportedByMediator(job.baseLayer, mediator);
        }
        uint256 nanoseconds = uint256(resourceProviders[provider].timePerInstruction) * job.instructionLimit;
        uint256 seconds_ = nanoseconds / 1e9 + (nanoseconds % 1e9 == 0 ? 0 : 1);
        if (block.timestamp + seconds_ > job.completionDeadline) {
            revert CompletionDeadlineTooEarly(block.timestamp + seconds_, job.completionDeadline);
        }
    }

    function trusts(Trust kind, address account, address subject) private view returns (bool) {
        return isTrusted[kind][account][bytes32(uint256(uint160(subject)))];
    }

    function agree(JobOffer memory job, ResourceOffer memory resource, address mediator)
        private
        view
        returns (Terms memory terms)
    {
        terms.jobCreator = job.jobCreator;
        terms.resourceProvider = resource.resourceProvider;
        terms.mediator = mediator;
        terms.directory = job.directory;
        terms.completionDeadline = job.completionDeadline;
        terms.instructionLimit = job.instructionLimit;
        terms.bandwidthLimit = job.bandwidthLimit;
        terms.instructionPrice = resource.instructionPrice;
        terms.bandwidthPrice = resource.bandwidthPrice;
        terms.mediatorInstructionPrice = mediators[mediator].instructionPrice;
        terms.mediatorBandwidthPrice = mediators[mediator].bandwidthPrice;
        terms.mediatorAvailability = mediators[mediator].availabilityValue;
        terms.directoryAvailability = directories[job.directory];
        uint256 estimate = uint256(job.instructionLimit) * job.maxInstructionPrice + uint256(job.bandwidthLimit)
            * job.maxBandwidthPrice;
        // An estimate that does not fit is more than anyone has.
        uint256 share = estimate * (fixedParameters.penaltyRate + uint256(fixedParameters.verificationCount))
            + terms.mediatorAvailability + terms.directoryAvailability;
        uint256 needed = share + job.matchIncentive;
        if (needed > accounts[job.jobCreator].free) {
            revert InsufficientFunds(job.jobCreator, needed, accounts[job.jobCreator].free);
        }
        terms.estimate = uint96(estimate);
    }

    function quoteOf(Terms memory terms, ResourceOffer memory resource, bytes32 resourceId)
        private
        pure
        returns (Quote memory)
    {
        return Quote(
            resourceId,
            terms.instructionPrice,
            terms.bandwidthPrice,
            resource.matchIncentive,
            terms.mediator,
            terms.mediatorInstructionPrice,
            terms.mediatorBandwidthPrice,
            terms.mediatorAvailability,
            terms.directoryAvailability
        );
    }

    function shareOf(Terms memory terms) private view returns (uint256) {
        return uint256(terms.estimate) * (fixedParameters.penaltyRate + uint256(fixedParameters.verificationCount))
            + terms.mediatorAvailability + terms.directoryAvailability;
    }

    function lock(address account, uint256 share, uint256 incentive) private {
        take(account, share + incentive);
        accounts[account].locked += share;
    }

    /* MATCHES */

    function postResult(bytes32 id, Terms memory terms, Result memory result) public withoutValue {
        requireStage(id, Stage.AwaitingResult, terms);
        requireCaller(terms.resourceProvider);
        requireInTime(id);
        Match storage open = matches[id];
        open.result = result;
        open.stage = Stage.AwaitingReaction;
        open.deadline = uint40(block.timestamp + fixedParameters.reactionWindow);
        emit ResultPosted(id, caller, result, open.deadline);
    }

    function acceptResult(bytes32 id, Terms memory terms, Result memory result) public withoutValue {
        requireStage(id, Stage.AwaitingReaction, terms, result);
        requireCaller(terms.jobCreator);
        requireInTime(id);
        settleAccepted(id, ClosingReason.Accepted);
    }

    function closeWithAcceptance(bytes32 id, Terms memory terms, Result memory result, bytes memory acceptance)
        public
        withoutValue
    {
        bool unposted = matches[id].stage == Stage.AwaitingResult;
        if (unposted) requireStage(id, Stage.AwaitingResult, terms);
        else requireStage(id, Stage.AwaitingReaction, terms, result);
        requireCaller(terms.resourceProvider);
        if (!isSigned(terms.jobCreator, hashAcceptance(id, result), acceptance)) {
            revert NotAcceptedByJobCreator(id, terms.jobCreator);
        }
        if (unposted) {
            matches[id].result = result;
            emit ResultPosted(id, caller, result, uint40(block.timestamp));
        }
        settleAccepted(id, ClosingReason.Accepted);
    }

    function rejectResult(bytes32 id, Terms memory terms, Result memory result, RejectReason reason)
        public
        withoutValue
    {
        requireStage(id, Stage.AwaitingReaction, terms, result);
        requireCaller(terms.jobCreator);
        requireInTime(id);
        Match storage open = matches[id];
        open.stage = Stage.InMediation;
        open.deadline = uint40(block.timestamp + fixedParameters.mediationWindow);
        emit ResultRejected(id, terms.mediator, reason, open.deadline);
    }

    function closeBySilence(bytes32 id, Terms memory terms, Result memory result) public withoutValue {
        requireStage(id, Stage.AwaitingReaction, terms, result);
        requireOverdue(id);
        settleAccepted(id, ClosingReason.AcceptedBySilence);
    }

    function closeResultOverdue(bytes32 id, Terms memory terms) public withoutValue {
        requireStage(id, Stage.AwaitingResult, terms);
        requireOverdue(id);
        Settlement memory credits = availabilities(terms);
        credits.jobCreator = uint96(deposit_(terms) + terms.estimate);
        credits.resourceProvider = uint96(deposit_(terms) - terms.estimate);
        close(id, ClosingReason.ResultOverdue, credits);
    }

    function postVerdict(
        bytes32 id,
        Terms memory terms,
        Result memory result,
        Verdict verdict,
        uint56 instructions,
        uint56 bandwidth,
        bytes32 evidence
    ) public withoutValue {
        requireStage(id, Stage.InMediation, terms, result);
        requireCaller(terms.mediator);
        requireInTime(id);
        Party faulty = faultOf(verdict);
        emit VerdictPosted(id, caller, verdict, faulty, instructions, bandwidth, evidence);
        Settlement memory credits = availabilities(terms);
        if (faulty == Party.Directory) {
            // The directory's own share goes back to those who paid it.
            credits.directory = 0;
            credits.jobCreator = uint96(deposit_(terms) + terms.directoryAvailability);
            credits.resourceProvider = credits.jobCreator;
        } else {
            uint256 once = uint256(instructions) * terms.mediatorInstructionPrice + uint256(bandwidth)
                * terms.mediatorBandwidthPrice;
            uint256 mediation = smaller(
                once * fixedParameters.verificationCount, uint256(terms.estimate) * fixedParameters.verificationCount
            );
            uint256 compensation = priceOf(terms, result);
            uint96 wronged = uint96(deposit_(terms) + compensation);
            if (faulty == Party.ResourceProvider) credits.jobCreator = wronged;
            else credits.resourceProvider = wronged;
            credits.mediator += uint96(mediation);
            credits.sink = uint96(deposit_(terms) - compensation - mediation);
        }
        close(id, ClosingReason.Mediated, credits);
    }

    function closeMediationOverdue(bytes32 id, Terms memory terms, Result memory result) public withoutValue {
        requireStage(id, Stage.InMediation, terms, result);
        requireOverdue(id);
        Settlement memory credits = availabilities(terms);
        credits.mediator = 0;
        uint256 rest = deposit_(terms) + terms.mediatorAvailability;
        credits.jobCreator = uint96(rest - terms.estimate / 2);
        credits.resourceProvider = uint96(rest + terms.estimate / 2);
        close(id, ClosingReason.MediationOverdue, credits);
    }

    function settleAccepted(bytes32 id, ClosingReason reason) private {
        Terms memory terms = matches[id].terms;
        uint256 price = priceOf(terms, matches[id].result);
        Settlement memory credits = availabilities(terms);
        credits.jobCreator = uint96(deposit_(terms) - price);
        credits.resourceProvider = uint96(deposit_(terms) + price);
        close(id, reason, credits);
    }

    function close(bytes32 id, ClosingReason reason, Settlement memory credits) private {
        Match storage closing = matches[id];
        Terms memory terms = closing.terms;
        uint256 share = shareOf(terms);
        (closing.stage, closing.deadline) = (Stage.Closed, 0);
        accounts[terms.jobCreator].locked -= share;
        accounts[terms.resourceProvider].locked -= share;
        accounts[terms.jobCreator].free += credits.jobCreator;
        accounts[terms.resourceProvider].free += credits.resourceProvider;
        accounts[terms.mediator].free += credits.mediator;
        accounts[terms.directory].free += credits.directory;
        accounts[fixedParameters.penaltySink].free += credits.sink;
        emit MatchClosed(id, reason, credits);
    }

    /// @dev d - pi_a of section 5: a share less what it pays for the others' availability.
    function deposit_(Terms memory terms) private view returns (uint256) {
        return shareOf(terms) - terms.mediatorAvailability - terms.directoryAvailability;
    }

    function availabilities(Terms memory terms) private pure returns (Settlement memory credits) {
        credits.mediator = terms.mediatorAvailability * 2;
        credits.directory = terms.directoryAvailability * 2;
    }

    function priceOf(Terms memory terms, Result memory result) private pure returns (uint256) {
        if (result.status == ResultStatus.Declined || result.status == ResultStatus.DirectoryUnavailable) return 0;
        return smaller(result.instructions, terms.instructionLimit) * terms.instructionPrice
            + smaller(result.bandwidth, terms.bandwidthLimit) * terms.bandwidthPrice;
    }

    function faultOf(Verdict verdict) private pure returns (Party) {
        if (verdict == Verdict.CorrectResults) return Party.JobCreator;
        if (verdict == Verdict.NonDeterministicJob) return Party.JobCreator;
        if (verdict == Verdict.DirectoryUnavailable) return Party.Directory;
        return Party.ResourceProvider;
    }

    function smaller(uint256 a, uint256 b) private pure returns (uint256) {
        return a <= b ? a : b;
    }

    function requireStage(bytes32 id, Stage needed, Terms memory terms) private view {
        Match storage known = matches[id];
        if (known.stage != needed) revert NotInStage(id, needed, known.stage);
        if (keccak256(abi.encode(known.terms)) != keccak256(abi.encode(terms))) revert TermsMismatch(id);
    }

    function requireStage(bytes32 id, Stage needed, Terms memory terms, Result memory result) private view {
        requireStage(id, needed, terms);
        if (keccak256(abi.encode(matches[id].result)) != keccak256(abi.encode(result))) revert TermsMismatch(id);
    }

    function requireCaller(address entitled) private view {
        if (caller != entitled) revert NotEntitled(entitled, caller);
    }

    function requireInTime(bytes32 id) private view {
        if (block.timestamp > matches[id].deadline) revert DeadlinePassed(matches[id].deadline, block.timestamp);
    }

    function requireOverdue(bytes32 id) private view {
        if (block.timestamp <= matches[id].deadline) revert DeadlineNotPassed(matches[id].deadline, block.timestamp);
    }

    /* VIEWS */

    function parameters() external view returns (Parameters memory) {
        return fixedParameters;
    }

    function balanceOf(address account) external view returns (uint96 free, uint96 locked) {
        return (uint96(accounts[account].free), uint96(accounts[account].locked));
    }

    function nonceFloorOf(address account) external view returns (uint56) {
        return accounts[account].nonceFloor;
    }

    function isRegistered(Role role, address account) external view returns (bool) {
        return accounts[account].registered[role];
    }

    function stageOf(bytes32 id) external view returns (Stage, uint40) {
        return (matches[id].stage, matches[id].deadline);
    }

    function nextStepOf(bytes32 id) public view returns (NextStep memory step) {
        (step.stage, step.deadline) = (matches[id].stage, matches[id].deadline);
        uint256 left = 0;
        if (step.stage == Stage.AwaitingResult) {
            step.actor = Role.ResourceProvider;
            left = uint256(fixedParameters.reactionWindow) + fixedParameters.mediationWindow;
        } else if (step.stage == Stage.AwaitingReaction) {
            step.actor = Role.JobCreator;
            left = fixedParameters.mediationWindow;
        } else if (step.stage == Stage.InMediation) {
            step.actor = Role.Mediator;
        } else {
            return step;
        }
        step.closableFrom = uint48(step.deadline + left + 1);
    }

    function closableFrom(bytes32[] calldata ids) external view returns (uint48 latest) {
        for (uint256 i = 0; i < ids.length; ++i) {
            uint48 one = nextStepOf(ids[i]).closableFrom;
            latest = one > latest ? one : latest;
        }
    }

    function hashJobOffer(JobOffer memory offer) public view returns (bytes32) {
        return digestOf(abi.encode(OFFER_TYPE, offer));
    }

    function hashResourceOffer(ResourceOffer memory offer) public view returns (bytes32) {
        return digestOf(abi.encode(RESOURCE_TYPE, offer));
    }

    function hashAcceptance(bytes32 id, Result memory result) public view returns (bytes32) {
        return digestOf(abi.encode(ACCEPTANCE_TYPE, id, result));
    }

    function digestOf(bytes memory structure) private view returns (bytes32) {
        return keccak256(abi.encodePacked("\x19\x01", domainSeparator(), keccak256(structure)));
    }

    function domainSeparator() public view returns (bytes32) {
        bytes32 domainType =
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        return keccak256(abi.encode(domainType, keccak256("MODiCuM"), keccak256("1"), block.chainid, address(MARKET)));
    }
}
