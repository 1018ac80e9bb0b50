// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../../src/interfaces/IModicum.sol";
import {Base} from "../Base.sol";
import {Forge} from "./Forge.sol";

/// @dev Reads the market's events as a stranger would, and nothing else of it, and holds each against the invariants the
/// moment it comes: who may cause it, in which stage and time, and what it may cost whom.
contract Watcher is Base {
    enum Open {
        No,
        AwaitingResult,
        AwaitingReaction,
        InMediation,
        Closed
    }

    struct Match {
        Open stage;
        IModicum.JobOffer job;
        IModicum.Quote quote;
        address resourceProvider;
        uint256 share;
        bytes32 resultKey; // of the match and the result that was posted
        uint256 resultPrice; // wei
        uint256 deadline;
        uint256 promised; // block time by which it can be closed, whatever the parties do
    }

    struct Offer {
        address owner;
        uint56 nonce;
        uint32 slots; // 1 of a job offer
        uint40 expiry;
        bool backed; // posted or signed by its owner
        bool cancelled;
        uint32 used;
    }

    uint256 private immutable FINE_AND_RUNS; // theta + n
    uint256 private immutable REACTION_WINDOW;
    uint256 private immutable MEDIATION_WINDOW;
    address private immutable SINK;

    mapping(bytes32 => Offer) private offers;
    mapping(bytes32 => Match) private matches;
    mapping(bytes32 => bool) private accepted; // results by the job creator's signature
    mapping(address => bool) private backsEverything;
    mapping(address => uint256) public floorOf;
    mapping(address => uint256) public free;
    mapping(address => int256) public cost; // put in less taken out, wei
    mapping(address => uint256) public allowedLoss; // what it agreed to lose at most, wei
    mapping(uint256 => uint256) public closings; // by reason, and the mediated ones by 10 + whose fault
    bytes32[] public ids;
    // The accounts that act in the transaction at hand.
    address private caller;
    address private other;
    bytes32[] private moved;
    uint256 private movedCount;
    // The latest verdict.
    bytes32 private judged;
    IModicum.Party private fault;

    constructor(IModicum.Parameters memory parameters) {
        FINE_AND_RUNS = uint256(parameters.penaltyRate) + parameters.verificationCount;
        REACTION_WINDOW = parameters.reactionWindow;
        MEDIATION_WINDOW = parameters.mediationWindow;
        SINK = parameters.penaltySink;
    }

    /* WHAT IS SAID OUTSIDE THE MARKET */

    function noteOffer(bytes32 offerHash, address owner, uint56 nonce, uint32 slots, uint40 expiry) external {
        Offer storage offer = offers[offerHash];
        (offer.owner, offer.nonce, offer.slots, offer.expiry) = (owner, nonce, slots, expiry);
    }

    function noteSigned(bytes32 offerHash) external {
        offers[offerHash].backed = true;
    }

    function noteAcceptance(bytes32 matchId, IModicum.Result calldata result) external {
        accepted[keccak256(abi.encode(matchId, result))] = true;
    }

    function noteBacksEverything(address account) external {
        backsEverything[account] = true;
    }

    /* WHAT THE INVARIANTS LOOK AT */

    function countMatches() external view returns (uint256) {
        return ids.length;
    }

    function promised(bytes32 matchId) external view returns (uint256) {
        return matches[matchId].promised;
    }

    function isOpen(bytes32 matchId) public view returns (bool) {
        Open stage = matches[matchId].stage;
        return stage != Open.No && stage != Open.Closed;
    }

    function sharesOf(address account) external view returns (uint256 sum) {
        for (uint256 i = 0; i < ids.length; ++i) {
            if (!isOpen(ids[i])) continue;
            Match storage open = matches[ids[i]];
            if (open.job.jobCreator == account) sum += open.share;
            if (open.resourceProvider == account) sum += open.share;
        }
    }

    /* THE EVENTS */

    /// @param logs what was emitted, in order; forge also names what was reverted later
    /// @param moved_ the deposits and withdrawals that were not: nothing else is ever reverted once it is emitted
    /// @param caller_ who sent the transaction
    /// @param other_ whoever was called back in it, or the sender again
    function follow(
        Forge.Log[] calldata logs,
        bytes32[] calldata moved_,
        address market,
        address caller_,
        address other_
    ) external {
        (caller, other, moved, movedCount) = (caller_, other_, moved_, 0);
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter == market) followOne(logs[i].topics, logs[i].data);
        }
        assertEq(movedCount, moved.length, "deposits and withdrawals");
    }

    function followOne(bytes32[] calldata topics, bytes calldata data) private {
        bytes32 event_ = topics[0];
        if (event_ == IModicum.CallRefused.selector) return;
        if (event_ == IModicum.Deposited.selector) deposited(topics, data);
        else if (event_ == IModicum.Withdrawn.selector) withdrawn(topics, data);
        else if (event_ == IModicum.NonceFloorRaised.selector) floorRaised(topics, data);
        else if (event_ == IModicum.JobOfferPosted.selector) offerPosted(topics);
        else if (event_ == IModicum.ResourceOfferPosted.selector) offerPosted(topics);
        else if (event_ == IModicum.JobOfferCancelled.selector) offerCancelled(topics);
        else if (event_ == IModicum.ResourceOfferCancelled.selector) offerCancelled(topics);
        else if (event_ == IModicum.Matched.selector) matched(topics, data);
        else if (event_ == IModicum.ResultPosted.selector) resultPosted(topics[1], data);
        else if (event_ == IModicum.ResultRejected.selector) resultRejected(topics[1], data);
        else if (event_ == IModicum.VerdictPosted.selector) verdictPosted(topics[1], data);
        else if (event_ == IModicum.MatchClosed.selector) closed(topics[1], data);
        else acting(addressOf(topics[1]), "registers or trusts for itself");
    }

    function acting(address account, string memory what) private view {
        assertTrue(account == caller || account == other, what);
    }

    function isReverted(bytes32 event_, address account, uint256 amount) private returns (bool) {
        bool isNext = movedCount < moved.length && moved[movedCount] == keccak256(abi.encode(event_, account, amount));
        if (isNext) ++movedCount;
        return !isNext;
    }

    function deposited(bytes32[] calldata topics, bytes calldata data) private {
        (address account, uint256 amount) = (addressOf(topics[1]), abi.decode(data, (uint256)));
        if (isReverted(topics[0], account, amount)) return;
        acting(account, "deposits for itself");
        free[account] += amount;
        cost[account] += int256(amount);
    }

    function withdrawn(bytes32[] calldata topics, bytes calldata data) private {
        (address account, uint256 amount) = (addressOf(topics[1]), abi.decode(data, (uint256)));
        if (isReverted(topics[0], account, amount)) return;
        acting(account, "withdraws its own");
        free[account] -= amount;
        cost[account] -= int256(amount);
    }

    function floorRaised(bytes32[] calldata topics, bytes calldata data) private {
        address account = addressOf(topics[1]);
        acting(account, "raises its own floor");
        uint256 floor = abi.decode(data, (uint256));
        assertTrue(floor > floorOf[account], "a floor only rises");
        floorOf[account] = floor;
    }

    function offerPosted(bytes32[] calldata topics) private {
        Offer storage offer = offers[topics[1]];
        acting(offer.owner, "posts its own offer");
        live(topics[1]);
        offer.backed = true;
    }

    function offerCancelled(bytes32[] calldata topics) private {
        Offer storage offer = offers[topics[1]];
        acting(offer.owner, "cancels its own offer");
        assertTrue(offer.used < offer.slots, "what is matched is not cancelled");
        assertFalse(offer.cancelled, "cancelled once");
        offer.cancelled = true;
    }

    function live(bytes32 offerHash) private view {
        Offer storage offer = offers[offerHash];
        assertFalse(offer.cancelled, "a cancelled offer is dead");
        assertTrue(offer.nonce >= floorOf[offer.owner], "an offer below the floor is dead");
        assertTrue(block.timestamp <= offer.expiry, "an expired offer is dead");
    }

    function bind(bytes32 offerHash, address owner) private {
        Offer storage offer = offers[offerHash];
        live(offerHash);
        assertEq(owner, offer.owner, "an offer binds its owner");
        assertTrue(offer.backed || backsEverything[owner], "only an offer posted or signed binds");
        offer.used += 1;
        assertTrue(offer.used <= offer.slots, "no more matches than slots");
    }

    function matched(bytes32[] calldata topics, bytes calldata data) private {
        bytes32 id = topics[1];
        (address solver, IModicum.JobOffer memory job, IModicum.Quote memory quote) =
            abi.decode(data, (address, IModicum.JobOffer, IModicum.Quote));
        acting(solver, "the solver is who matched");
        bind(id, job.jobCreator);
        bind(quote.resourceOfferHash, addressOf(topics[3]));
        assertTrue(quote.instructionPrice <= job.maxInstructionPrice, "instruction price");
        assertTrue(quote.bandwidthPrice <= job.maxBandwidthPrice, "bandwidth price");

        Match storage made = matches[id];
        assertTrue(made.stage == Open.No, "matched once");
        (made.stage, made.job, made.quote) = (Open.AwaitingResult, job, quote);
        made.resourceProvider = addressOf(topics[3]);
        made.share = estimateOf(made) * FINE_AND_RUNS + availabilityOf(made);
        made.deadline = job.completionDeadline;
        made.promised = made.deadline + REACTION_WINDOW + MEDIATION_WINDOW + 1;
        ids.push(id);
        free[job.jobCreator] -= made.share + job.matchIncentive;
        free[made.resourceProvider] -= made.share + quote.matchIncentive;
        free[solver] += uint256(job.matchIncentive) + quote.matchIncentive;
        allowedLoss[job.jobCreator] += job.matchIncentive;
        allowedLoss[made.resourceProvider] += quote.matchIncentive;
    }

    function resultPosted(bytes32 id, bytes calldata data) private {
        (IModicum.Result memory result, uint256 deadline) = abi.decode(data, (IModicum.Result, uint256));
        Match storage open = enter(id, Open.AwaitingResult, Open.AwaitingReaction);
        acting(open.resourceProvider, "the provider posts its result");
        open.resultKey = keccak256(abi.encode(id, result));
        if (deadline == block.timestamp) {
            assertTrue(isSigned(open), "settled at once only where it is accepted");
        } else {
            assertTrue(block.timestamp <= open.deadline, "a result in time");
            assertEq(deadline, block.timestamp + REACTION_WINDOW, "reaction deadline");
            assertTrue(deadline < open.promised, "closable as promised");
        }
        open.deadline = deadline;
        open.resultPrice = priceOf(open, result);
    }

    function resultRejected(bytes32 id, bytes calldata data) private {
        (, uint256 deadline) = abi.decode(data, (IModicum.RejectReason, uint256));
        Match storage open = enter(id, Open.AwaitingReaction, Open.InMediation);
        acting(open.job.jobCreator, "the job creator rejects");
        assertTrue(block.timestamp <= open.deadline, "a rejection in time");
        assertEq(deadline, block.timestamp + MEDIATION_WINDOW, "mediation deadline");
        assertTrue(deadline < open.promised, "closable as promised");
        open.deadline = deadline;
    }

    function verdictPosted(bytes32 id, bytes calldata data) private {
        (IModicum.Verdict verdict, IModicum.Party faulty,,,) =
            abi.decode(data, (IModicum.Verdict, IModicum.Party, uint56, uint56, bytes32));
        Match storage open = enter(id, Open.InMediation, Open.InMediation);
        acting(open.quote.mediator, "the mediator judges");
        assertTrue(block.timestamp <= open.deadline, "a verdict in time");
        bool blamesJobCreator =
            verdict == IModicum.Verdict.CorrectResults || verdict == IModicum.Verdict.NonDeterministicJob;
        assertTrue(blamesJobCreator == (faulty == IModicum.Party.JobCreator), "whose fault");
        (judged, fault) = (id, faulty);
    }

    /// @dev Only an open match takes a step, and only in its stage: so a closed one never again.
    function enter(bytes32 id, Open needed, Open next) private returns (Match storage open) {
        open = matches[id];
        assertEq(uint256(open.stage), uint256(needed), "a step in its stage");
        open.stage = next;
    }

    function closed(bytes32 id, bytes calldata data) private {
        (IModicum.ClosingReason reason, IModicum.Settlement memory credits) =
            abi.decode(data, (IModicum.ClosingReason, IModicum.Settlement));
        Match storage open = matches[id];
        assertTrue(isOpen(id), "closed is final");
        closedRightly(id, open, reason);
        ++closings[uint256(reason)];
        if (reason == IModicum.ClosingReason.Mediated) ++closings[10 + uint256(fault)];
        open.stage = Open.Closed;
        settle(open, credits);
        allow(open, credits, reason);
    }

    function closedRightly(bytes32 id, Match storage open, IModicum.ClosingReason reason) private view {
        if (reason == IModicum.ClosingReason.Accepted) {
            assertTrue(open.stage == Open.AwaitingReaction, "accepted where there is a result");
            bool inPerson = isActing(open.job.jobCreator) && block.timestamp <= open.deadline;
            bool bySignature = isActing(open.resourceProvider) && isSigned(open);
            assertTrue(inPerson || bySignature, "accepted by the job creator");
        } else if (reason == IModicum.ClosingReason.Mediated) {
            assertTrue(open.stage == Open.InMediation && judged == id, "judged by the mediator");
        } else {
            assertTrue(overdue(open), "closed by time when the time is over");
            Open silent = Open.InMediation;
            if (reason == IModicum.ClosingReason.ResultOverdue) silent = Open.AwaitingResult;
            if (reason == IModicum.ClosingReason.AcceptedBySilence) silent = Open.AwaitingReaction;
            assertTrue(open.stage == silent, "who was silent");
        }
    }

    function settle(Match storage closing, IModicum.Settlement memory credits) private {
        uint256 sum = uint256(credits.jobCreator) + credits.resourceProvider + credits.mediator + credits.directory
            + credits.sink;
        assertEq(sum, 2 * closing.share, "a settlement is both shares");
        free[closing.job.jobCreator] += credits.jobCreator;
        free[closing.resourceProvider] += credits.resourceProvider;
        free[closing.quote.mediator] += credits.mediator;
        free[closing.job.directory] += credits.directory;
        free[SINK] += credits.sink;
    }

    /// @dev What each side may have lost by this match, beside the incentive: by section 5 a party that is not at fault
    /// loses the price and the availabilities, and half the estimate at most where the mediator is silent.
    function allow(Match storage closing, IModicum.Settlement memory credits, IModicum.ClosingReason reason) private {
        uint256 price = 0;
        uint256 providersLoss = availabilityOf(closing);
        uint256 creatorsLoss = availabilityOf(closing);
        if (reason == IModicum.ClosingReason.Accepted || reason == IModicum.ClosingReason.AcceptedBySilence) {
            price = closing.resultPrice;
            assertTrue(price <= estimateOf(closing), "no price above the estimate");
        } else if (reason == IModicum.ClosingReason.ResultOverdue) {
            providersLoss += estimateOf(closing);
        } else if (reason == IModicum.ClosingReason.MediationOverdue) {
            price = estimateOf(closing) / 2;
            assertEq(credits.mediator, 0, "a silent mediator earns nothing");
        } else if (fault == IModicum.Party.ResourceProvider) {
            providersLoss = closing.share;
        } else if (fault == IModicum.Party.JobCreator) {
            creatorsLoss = closing.share;
        } else {
            assertEq(credits.directory, 0, "a directory at fault earns nothing");
        }
        creatorsLoss += price;
        assertTrue(credits.jobCreator + creatorsLoss >= closing.share, "the job creator's loss is bounded");
        assertTrue(credits.resourceProvider + providersLoss >= closing.share + price, "the provider's loss is bounded");
        allowedLoss[closing.job.jobCreator] += creatorsLoss;
        allowedLoss[closing.resourceProvider] += providersLoss;
    }

    /* THE PARTS */

    function isSigned(Match storage open) private view returns (bool) {
        return accepted[open.resultKey] || backsEverything[open.job.jobCreator];
    }

    function isActing(address account) private view returns (bool) {
        return account == caller || account == other;
    }

    function overdue(Match storage open) private view returns (bool) {
        return block.timestamp > open.deadline;
    }

    function estimateOf(Match storage of_) private view returns (uint256) {
        return uint256(of_.job.instructionLimit) * of_.job.maxInstructionPrice + uint256(of_.job.bandwidthLimit)
            * of_.job.maxBandwidthPrice;
    }

    function availabilityOf(Match storage of_) private view returns (uint256) {
        return uint256(of_.quote.mediatorAvailability) + of_.quote.directoryAvailability;
    }

    function priceOf(Match storage of_, IModicum.Result memory result) private view returns (uint256) {
        bool isFree = result.status == IModicum.ResultStatus.Declined
            || result.status == IModicum.ResultStatus.DirectoryUnavailable;
        if (isFree) return 0;
        return smaller(result.instructions, of_.job.instructionLimit) * of_.quote.instructionPrice
            + smaller(result.bandwidth, of_.job.bandwidthLimit) * of_.quote.bandwidthPrice;
    }

    function smaller(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }

    function addressOf(bytes32 topic) private pure returns (address) {
        return address(uint160(uint256(topic)));
    }
}
