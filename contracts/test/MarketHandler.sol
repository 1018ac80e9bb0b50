// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Base} from "./Base.sol";

/// @dev Drives a market with several parties for the invariants: each function takes one step that is allowed, or none
/// where none is, and `anything` tries those that mostly are not. It remembers every match and what it locked.
contract MarketHandler is Base {
    struct Match {
        bytes32 id;
        IModicum.Terms terms;
        IModicum.Result result;
        uint256 share;
        bool closed;
    }

    bytes32 private constant BASE_LAYER = keccak256("base layer");
    address public constant SINK = address(0x51BB);

    IModicum public immutable MARKET;
    // Everyone with a balance. The first two are job creators and providers both, so they may trade with themselves.
    address[6] public parties = [address(0xA1), address(0xA2), address(0xA3), address(0xB1), address(0xB2), SINK];
    Match[] private matches;
    IModicum.ResourceOffer[] private resourceOffers;
    IModicum.JobOffer[] private jobOffers;
    uint56 private nonce;

    constructor(IModicum market) {
        MARKET = market;
        for (uint256 i = 0; i < 5; ++i) {
            registerInEveryRole(parties[i], uint96(i * 1000));
            vm.deal(parties[i], 1000 ether);
            vm.prank(parties[i]);
            market.deposit{value: 500 ether}();
        }
    }

    function registerInEveryRole(address party, uint96 availability) private {
        bytes32[] memory everyone = new bytes32[](5);
        for (uint256 i = 0; i < 5; ++i) {
            everyone[i] = bytes32(uint256(uint160(parties[i])));
        }
        bytes32[] memory layers = new bytes32[](1);
        layers[0] = BASE_LAYER;

        vm.prank(party);
        MARKET.registerJobCreator();
        vm.prank(party);
        MARKET.registerResourceProvider(1, 1_000_000);
        vm.prank(party);
        MARKET.registerMediator(1, 3, 2, availability);
        vm.prank(party);
        MARKET.registerDirectory(availability / 2, "");
        for (uint8 kind = 0; kind < 6; ++kind) {
            vm.prank(party);
            MARKET.setTrust(IModicum.Trust(kind), kind < 4 ? everyone : layers, true);
        }
    }

    /* STEPS */

    function deposit(uint256 who, uint256 amount) external {
        address party = partyOf(who);
        if (party.balance == 0) return;
        amount = bound(amount, 1, party.balance);
        vm.prank(party);
        MARKET.deposit{value: amount}();
    }

    function withdraw(uint256 who, uint256 amount) external {
        address party = partyOf(who);
        (uint120 free,) = MARKET.balanceOf(party);
        if (free == 0) return;
        vm.prank(party);
        MARKET.withdraw(uint120(bound(amount, 1, free)));
    }

    function postResourceOffer(uint256 who, uint256 slots, uint256 price, uint96 incentive) external {
        IModicum.ResourceOffer memory offer = IModicum.ResourceOffer({
            resourceProvider: partyOf(who),
            instructionCapacity: 1e12,
            memoryCapacity: 1e12,
            storageCapacity: 1e12,
            bandwidthCapacity: 1e12,
            instructionPrice: uint64(bound(price, 0, 1e6)),
            bandwidthPrice: uint64(bound(price >> 64, 0, 1e6)),
            matchIncentive: incentive % 1e9,
            slots: uint32(bound(slots, 1, 3)),
            nonce: ++nonce,
            expiry: type(uint40).max
        });
        vm.prank(offer.resourceProvider);
        MARKET.postResourceOffer(offer);
        resourceOffers.push(offer);
    }

    function postJobOffer(uint256 who, uint256 limits, uint256 price, uint256 time) external {
        IModicum.JobOffer memory offer = IModicum.JobOffer({
            jobCreator: partyOf(who),
            instructionLimit: uint56(bound(limits, 0, 1e6)),
            memoryLimit: 1,
            storageLimit: 1,
            bandwidthLimit: uint56(bound(limits >> 64, 0, 1e6)),
            maxInstructionPrice: uint64(bound(price, 1e6, 2e6)),
            maxBandwidthPrice: uint64(bound(price >> 64, 1e6, 2e6)),
            completionDeadline: uint40(block.timestamp + 1e6 + bound(time, 0, 1000)),
            matchIncentive: uint96(bound(price >> 128, 0, 1e9)),
            baseLayer: BASE_LAYER,
            jobDigest: 0,
            directory: partyOf(time),
            architecture: 1,
            nonce: ++nonce,
            expiry: type(uint40).max
        });
        vm.prank(offer.jobCreator);
        MARKET.postJobOffer(offer);
        jobOffers.push(offer);
    }

    function cancelOffers(uint256 which) external {
        if (which % 5 != 0 || jobOffers.length == 0) return;
        IModicum.JobOffer memory offer = jobOffers[which % jobOffers.length];
        (IModicum.Stage stage,) = MARKET.stageOf(MARKET.hashJobOffer(offer));
        if (stage != IModicum.Stage.Posted) return;
        vm.prank(offer.jobCreator);
        MARKET.cancelJobOffer(offer);
    }

    function makeMatch(uint256 which, uint256 whose, uint256 who, uint256 by) external {
        if (jobOffers.length == 0 || resourceOffers.length == 0) return;
        IModicum.JobOffer memory jobOffer = jobOffers[which % jobOffers.length];
        IModicum.ResourceOffer memory resourceOffer = resourceOffers[whose % resourceOffers.length];
        IModicum.Terms memory terms = termsOf(jobOffer, resourceOffer, partyOf(who));
        vm.prank(partyOf(by));
        // Refused when the job offer is taken, no slot is free, it is too late, or money is short: then nothing happens.
        try MARKET.postMatch(jobOffer, "", resourceOffer, "", partyOf(who)) returns (bytes32 id) {
            Match storage made = matches.push();
            (made.id, made.terms, made.share) = (id, terms, shareOf(terms));
        } catch {}
    }

    function postResult(uint256 which, uint8 status, uint56 instructions, uint56 bandwidth) external {
        (bool found, uint256 index) = inStage(which, IModicum.Stage.AwaitingResult);
        if (!found || !inTime(matches[index])) return;
        Match storage open = matches[index];
        open.result = IModicum.Result(IModicum.ResultStatus(status % 10), "", instructions, bandwidth);
        vm.prank(open.terms.resourceProvider);
        MARKET.postResult(open.id, open.terms, open.result);
    }

    function accept(uint256 which) external {
        (bool found, uint256 index) = inStage(which, IModicum.Stage.AwaitingReaction);
        if (!found || !inTime(matches[index])) return;
        Match storage open = matches[index];
        vm.prank(open.terms.jobCreator);
        MARKET.acceptResult(open.id, open.terms, open.result);
        open.closed = true;
    }

    function reject(uint256 which, uint8 reason) external {
        (bool found, uint256 index) = inStage(which, IModicum.Stage.AwaitingReaction);
        if (!found || !inTime(matches[index])) return;
        Match storage open = matches[index];
        vm.prank(open.terms.jobCreator);
        MARKET.rejectResult(open.id, open.terms, open.result, IModicum.RejectReason(reason % 5));
    }

    function judge(uint256 which, uint8 verdict, uint56 instructions, uint56 bandwidth) external {
        (bool found, uint256 index) = inStage(which, IModicum.Stage.InMediation);
        if (!found || !inTime(matches[index])) return;
        Match storage open = matches[index];
        vm.prank(open.terms.mediator);
        IModicum.Verdict judged = IModicum.Verdict(verdict % 7);
        MARKET.postVerdict(open.id, open.terms, open.result, judged, instructions, bandwidth, "");
        open.closed = true;
    }

    function wait(uint256 time) external {
        vm.warp(block.timestamp + bound(time, 1, 400));
    }

    /// @dev Long enough for a completion deadline, now and then.
    function waitLong(uint256 time) external {
        if (time % 8 == 0) vm.warp(block.timestamp + 1_001_000);
    }

    function closeOverdue(uint256 which) external {
        if (matches.length == 0) return;
        Match storage open = matches[which % matches.length];
        if (!open.closed && !inTime(open)) closeByDeadline(open);
    }

    /// @dev A step at random on a match at random, by anyone: if it is taken, the match must have been open.
    function anything(uint256 which, uint256 who, uint8 step) external {
        if (matches.length == 0) return;
        Match storage any = matches[which % matches.length];
        bool wasOpen = !any.closed;
        bytes memory call = stepOf(any, step % 7);
        vm.prank(partyOf(who));
        (bool taken,) = address(MARKET).call(call);
        if (!taken) return;
        assertTrue(wasOpen, "a closed match takes no step");
        (IModicum.Stage stage,) = MARKET.stageOf(any.id);
        any.closed = stage == IModicum.Stage.Closed;
    }

    /// @dev Closes what is open as anyone could, by the passing of time alone.
    function closeEverything() external {
        vm.warp(block.timestamp + 2e6);
        for (uint256 i = 0; i < matches.length; ++i) {
            if (!matches[i].closed) closeByDeadline(matches[i]);
        }
    }

    /* WHAT THE INVARIANTS LOOK AT */

    function countMatches() external view returns (uint256) {
        return matches.length;
    }

    function matchAt(uint256 index) external view returns (Match memory) {
        return matches[index];
    }

    function countResourceOffers() external view returns (uint256) {
        return resourceOffers.length;
    }

    function resourceOfferAt(uint256 index) external view returns (IModicum.ResourceOffer memory) {
        return resourceOffers[index];
    }

    /* THE PARTS */

    function partyOf(uint256 who) private view returns (address) {
        return parties[who % 5];
    }

    function inTime(Match storage open) private view returns (bool) {
        (, uint40 deadline) = MARKET.stageOf(open.id);
        return block.timestamp <= deadline;
    }

    /// @dev The first match in the stage, from a random one on.
    function inStage(uint256 which, IModicum.Stage needed) private view returns (bool found, uint256 index) {
        uint256 count = matches.length;
        for (uint256 i = 0; i < count; ++i) {
            index = (which % count + i) % count;
            (IModicum.Stage stage,) = MARKET.stageOf(matches[index].id);
            if (stage == needed) return (true, index);
        }
    }

    function closeByDeadline(Match storage open) private {
        (IModicum.Stage stage,) = MARKET.stageOf(open.id);
        if (stage == IModicum.Stage.AwaitingResult) MARKET.closeResultOverdue(open.id, open.terms);
        else if (stage == IModicum.Stage.AwaitingReaction) MARKET.closeBySilence(open.id, open.terms, open.result);
        else MARKET.closeMediationOverdue(open.id, open.terms, open.result);
        open.closed = true;
    }

    function stepOf(Match storage any, uint8 step) private view returns (bytes memory) {
        if (step == 0) return abi.encodeCall(MARKET.postResult, (any.id, any.terms, any.result));
        if (step == 1) return abi.encodeCall(MARKET.acceptResult, (any.id, any.terms, any.result));
        if (step == 2) {
            return
                abi.encodeCall(MARKET.rejectResult, (any.id, any.terms, any.result, IModicum.RejectReason.WrongResults));
        }
        if (step == 3) return abi.encodeCall(MARKET.closeBySilence, (any.id, any.terms, any.result));
        if (step == 4) return abi.encodeCall(MARKET.closeResultOverdue, (any.id, any.terms));
        if (step == 5) return abi.encodeCall(MARKET.closeMediationOverdue, (any.id, any.terms, any.result));
        return
            abi.encodeCall(MARKET.postVerdict, (any.id, any.terms, any.result, IModicum.Verdict.WrongResults, 1, 1, ""));
    }

    function termsOf(IModicum.JobOffer memory jobOffer, IModicum.ResourceOffer memory resourceOffer, address mediator)
        private
        view
        returns (IModicum.Terms memory terms)
    {
        terms.jobCreator = jobOffer.jobCreator;
        terms.resourceProvider = resourceOffer.resourceProvider;
        terms.mediator = mediator;
        terms.directory = jobOffer.directory;
        terms.completionDeadline = jobOffer.completionDeadline;
        terms.instructionLimit = jobOffer.instructionLimit;
        terms.bandwidthLimit = jobOffer.bandwidthLimit;
        terms.instructionPrice = resourceOffer.instructionPrice;
        terms.bandwidthPrice = resourceOffer.bandwidthPrice;
        (, terms.mediatorInstructionPrice, terms.mediatorBandwidthPrice, terms.mediatorAvailability) =
            MARKET.mediators(mediator);
        terms.directoryAvailability = MARKET.directories(jobOffer.directory);
        terms.estimate = uint120(jobOffer.instructionLimit) * jobOffer.maxInstructionPrice
            + uint120(jobOffer.bandwidthLimit) * jobOffer.maxBandwidthPrice;
    }

    function shareOf(IModicum.Terms memory terms) private view returns (uint256) {
        IModicum.Parameters memory parameters = MARKET.parameters();
        return uint256(terms.estimate) * (parameters.penaltyRate + parameters.verificationCount)
            + terms.mediatorAvailability + terms.directoryAvailability;
    }
}
