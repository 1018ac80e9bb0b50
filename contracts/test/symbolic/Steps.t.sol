// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../../src/interfaces/IModicum.sol";
import {AnyState} from "./AnyState.sol";

/// @dev When a match moves on, who moves it, and that it always can be ended.
contract StepChecks is AnyState {
    struct Step {
        address caller;
        bytes32 matchId;
        IModicum.Terms terms;
        IModicum.Result result;
        address account; // anybody
    }

    /* EVERY MATCH CLOSES, WHOEVER IS SILENT */

    function check_anyoneClosesWithoutResult(Step memory step) public {
        assumeOverdue(step, IModicum.Stage.AwaitingResult, keccak256(abi.encode(step.terms)));
        assertCloses(step, abi.encodeCall(market.closeResultOverdue, (step.matchId, step.terms)));
    }

    function check_anyoneClosesWithoutReaction(Step memory step) public {
        assumeOverdue(step, IModicum.Stage.AwaitingReaction, keccak256(abi.encode(step.terms, step.result)));
        assertCloses(step, abi.encodeCall(market.closeBySilence, (step.matchId, step.terms, step.result)));
    }

    function check_anyoneClosesWithoutVerdict(Step memory step) public {
        assumeOverdue(step, IModicum.Stage.InMediation, keccak256(abi.encode(step.terms, step.result)));
        assertCloses(step, abi.encodeCall(market.closeMediationOverdue, (step.matchId, step.terms, step.result)));
    }

    /// @dev The match agreed on this (I3), and the time has come at which it can be closed.
    function assumeOverdue(Step memory step, IModicum.Stage stage_, bytes32 agreed) private view {
        uint256 word = record(step.matchId);
        vm.assume(uint8(word) == uint8(stage_) && word >> 48 == uint256(agreed) >> 48);
        vm.assume(deadline(step.matchId) < END_OF_TIME);
        vm.assume(block.timestamp >= market.nextStepOf(step.matchId).closableFrom);
    }

    function assertCloses(Step memory step, bytes memory data) private {
        assert(call(step.caller, data));
        assert(stage(step.matchId) == IModicum.Stage.Closed);
        assert(market.nextStepOf(step.matchId).closableFrom == 0);
    }

    /* STEPS THAT MOVE NO MONEY */

    function check_resultPosted(Step memory step) public {
        bytes memory data = abi.encodeCall(market.postResult, (step.matchId, step.terms, step.result));
        bytes32 agreed = keccak256(abi.encode(step.terms, step.result));
        address entitled = step.terms.resourceProvider;
        assertStep(step, data, entitled, IModicum.Stage.AwaitingResult, IModicum.Stage.AwaitingReaction, agreed);
        assert(deadline(step.matchId) == block.timestamp + reactionWindow);
    }

    function check_resultRejected(Step memory step, IModicum.RejectReason reason) public {
        bytes memory data = abi.encodeCall(market.rejectResult, (step.matchId, step.terms, step.result, reason));
        bytes32 agreed = keccak256(abi.encode(step.terms, step.result));
        address entitled = step.terms.jobCreator;
        assertStep(step, data, entitled, IModicum.Stage.AwaitingReaction, IModicum.Stage.InMediation, agreed);
        assert(deadline(step.matchId) == block.timestamp + mediationWindow);
    }

    /// @dev The right one, in time, from one stage to the next; the time at which all can be closed does not move away.
    function assertStep(
        Step memory step,
        bytes memory data,
        address entitled,
        IModicum.Stage from,
        IModicum.Stage to,
        bytes32 agreed
    ) private {
        Purse memory purse_ = purse(step.account);
        uint256 deadline_ = deadline(step.matchId);
        vm.assume(deadline_ < END_OF_TIME);
        IModicum.Stage stage_ = stage(step.matchId);
        uint256 closableFrom = market.nextStepOf(step.matchId).closableFrom;

        vm.assume(call(step.caller, data));

        assert(both(step.caller == entitled, both(stage_ == from, block.timestamp <= deadline_)));
        uint256 word = record(step.matchId);
        assert(both(uint8(word) == uint8(to), word >> 48 == uint256(agreed) >> 48));
        assert(market.nextStepOf(step.matchId).closableFrom <= closableFrom);
        assertUntouched(step.account, purse_);
    }

    function assertUntouched(address account, Purse memory before) private view {
        Purse memory now_ = purse(account);
        assert(both(now_.free == before.free, now_.locked == before.locked));
    }

    /* CLOSED IS FINAL */

    function check_closedTakesNoResult(Step memory step) public {
        assertFinal(step, abi.encodeCall(market.postResult, (step.matchId, step.terms, step.result)));
    }

    function check_closedTakesNoReaction(Step memory step, IModicum.RejectReason reason, bool accept) public {
        bytes memory data = accept
            ? abi.encodeCall(market.acceptResult, (step.matchId, step.terms, step.result))
            : abi.encodeCall(market.rejectResult, (step.matchId, step.terms, step.result, reason));
        assertFinal(step, data);
    }

    function check_closedTakesNoAcceptance(Step memory step, bytes32 r, bytes32 s, uint8 v) public {
        bytes memory acceptance = abi.encodePacked(r, s, v);
        assertFinal(
            step, abi.encodeCall(market.closeWithAcceptance, (step.matchId, step.terms, step.result, acceptance))
        );
    }

    function check_closedTakesNoVerdict(Step memory step, IModicum.Verdict verdict, uint56 usage) public {
        assertFinal(
            step,
            abi.encodeCall(market.postVerdict, (step.matchId, step.terms, step.result, verdict, usage, usage, 0))
        );
    }

    function check_closedIsNotOverdue(Step memory step, uint8 stage_) public {
        bytes memory data;
        if (stage_ == 0) data = abi.encodeCall(market.closeResultOverdue, (step.matchId, step.terms));
        else if (stage_ == 1) data = abi.encodeCall(market.closeBySilence, (step.matchId, step.terms, step.result));
        else data = abi.encodeCall(market.closeMediationOverdue, (step.matchId, step.terms, step.result));
        assertFinal(step, data);
    }

    function check_closedIsNoOffer(Step memory step, IModicum.JobOffer memory offer, bool cancel) public {
        step.matchId = market.hashJobOffer(offer);
        bytes memory data = cancel
            ? abi.encodeCall(market.cancelJobOffer, (offer))
            : abi.encodeCall(market.postJobOffer, (offer));
        assertFinal(step, data);
    }

    /// @dev A check's calls are all refused, which halmos would take for a check of nothing if it said so by reverting.
    function assertFinal(Step memory step, bytes memory data) private {
        vm.assume(stage(step.matchId) == IModicum.Stage.Closed);
        assert(!call(step.caller, data));
    }

    /* WHAT IS NOT ABOUT A MATCH MOVES NO MONEY, AND NO MATCH */

    function check_registering(Step memory step, uint8 kind, uint8 architecture, uint56 x, uint64 y, uint96 z) public {
        bytes memory data;
        if (kind == 0) data = abi.encodeCall(market.registerJobCreator, ());
        else if (kind == 1) data = abi.encodeCall(market.registerResourceProvider, (architecture, x));
        else if (kind == 2) data = abi.encodeCall(market.registerMediator, (architecture, x, y, z));
        else if (kind == 3) data = abi.encodeCall(market.registerDirectory, (z, "endpoint"));
        else data = abi.encodeCall(market.raiseNonceFloor, (x));
        assertAside(step, data);
    }

    function check_trusting(Step memory step, IModicum.Trust kind, bytes32 subject, bool trusted) public {
        bytes32[] memory subjects = new bytes32[](1);
        subjects[0] = subject;
        assertAside(step, abi.encodeCall(market.setTrust, (kind, subjects, trusted)));
    }

    function check_offering(Step memory step, IModicum.JobOffer memory offer, bool cancel) public {
        bytes memory data = cancel
            ? abi.encodeCall(market.cancelJobOffer, (offer))
            : abi.encodeCall(market.postJobOffer, (offer));
        // Of a match, not of the offer itself.
        vm.assume(step.matchId != market.hashJobOffer(offer));
        assertAside(step, data);
        assert(step.caller == offer.jobCreator);
    }

    function check_offeringResources(Step memory step, IModicum.ResourceOffer memory offer, bool cancel) public {
        bytes memory data = cancel
            ? abi.encodeCall(market.cancelResourceOffer, (offer))
            : abi.encodeCall(market.postResourceOffer, (offer));
        bytes32 offerHash = market.hashResourceOffer(offer);
        (,, uint32 used) = market.resourceOfferState(offerHash);
        assertAside(step, data);
        (,, uint32 usedNow) = market.resourceOfferState(offerHash);
        assert(both(step.caller == offer.resourceProvider, used == usedNow));
    }

    function assertAside(Step memory step, bytes memory data) private {
        Purse memory purse_ = purse(step.account);
        uint256 word = record(step.matchId);
        vm.assume(call(step.caller, data));
        assert(record(step.matchId) == word);
        assertUntouched(step.account, purse_);
    }
}
