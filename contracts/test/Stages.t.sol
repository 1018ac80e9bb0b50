// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";

/// @dev Every step in every stage but its own is refused, whoever calls and whenever.
contract StagesTest is Market {
    bytes32 private matchId;
    IModicum.Terms private terms;

    function test_RevertWhen_NothingIsKnown() public {
        matchId = jobOfferHash();
        expectStepsRefusedIn(IModicum.Stage.Unknown);
    }

    function test_RevertWhen_OfferIsOnlyPosted() public {
        vm.prank(jobCreator);
        matchId = market.postJobOffer(jobOffer);
        expectStepsRefusedIn(IModicum.Stage.Posted);
    }

    function test_RevertWhen_OfferIsCancelled() public {
        matchId = jobOfferHash();
        vm.prank(jobCreator);
        market.cancelJobOffer(jobOffer);
        expectStepsRefusedIn(IModicum.Stage.Cancelled);
    }

    function test_RevertWhen_ResultIsAwaited() public {
        (matchId, terms) = makeMatch();
        expectStepsRefusedIn(IModicum.Stage.AwaitingResult);
    }

    function test_RevertWhen_ReactionIsAwaited() public {
        (matchId, terms) = makeResult();
        expectStepsRefusedIn(IModicum.Stage.AwaitingReaction);
    }

    function test_RevertWhen_InMediation() public {
        (matchId, terms) = makeDispute();
        expectStepsRefusedIn(IModicum.Stage.InMediation);
    }

    function test_RevertWhen_Accepted() public {
        (matchId, terms) = makeResult();
        vm.prank(jobCreator);
        market.acceptResult(matchId, terms, result);
        expectStepsRefusedIn(IModicum.Stage.Closed);
    }

    function test_RevertWhen_AcceptedBySilence() public {
        (matchId, terms) = makeResult();
        vm.warp(START + REACTION_WINDOW + 1);
        market.closeBySilence(matchId, terms, result);
        expectStepsRefusedIn(IModicum.Stage.Closed);
    }

    function test_RevertWhen_ResultWasOverdue() public {
        (matchId, terms) = makeMatch();
        vm.warp(COMPLETION_DEADLINE + 1);
        market.closeResultOverdue(matchId, terms);
        expectStepsRefusedIn(IModicum.Stage.Closed);
    }

    function test_RevertWhen_Mediated() public {
        (matchId, terms) = makeDispute();
        vm.prank(mediator);
        market.postVerdict(matchId, terms, result, IModicum.Verdict.WrongResults, 1, 1, 0);
        expectStepsRefusedIn(IModicum.Stage.Closed);
    }

    function test_RevertWhen_MediationWasOverdue() public {
        (matchId, terms) = makeDispute();
        vm.warp(START + MEDIATION_WINDOW + 1);
        market.closeMediationOverdue(matchId, terms, result);
        expectStepsRefusedIn(IModicum.Stage.Closed);
    }

    function test_RevertWhen_ResultIsCalledOverdueAtTheCompletionDeadline() public {
        (matchId, terms) = makeMatch();
        vm.warp(COMPLETION_DEADLINE);
        vm.expectRevert(
            abi.encodeWithSelector(IModicum.DeadlineNotPassed.selector, COMPLETION_DEADLINE, COMPLETION_DEADLINE)
        );
        market.closeResultOverdue(matchId, terms);
    }

    function test_RevertWhen_OverdueResultIsClosedOnOtherTerms() public {
        (matchId, terms) = makeMatch();
        vm.warp(COMPLETION_DEADLINE + 1);
        terms.directory = stranger;
        vm.expectRevert(abi.encodeWithSelector(IModicum.TermsMismatch.selector, matchId));
        market.closeResultOverdue(matchId, terms);
    }

    /* ORDER: too early, and on other terms. That the stage comes first is what the tests above see. */

    function test_OverdueMatchesAreClosedInTheOrderOfTheInterface() public {
        resourceOffer.slots = 3;
        IModicum.Terms memory right;
        for (uint256 step = 0; step < 3; ++step) {
            jobOffer.nonce = uint56(10 + step);
            (matchId, right) = step == 0 ? makeMatch() : step == 1 ? makeResult() : makeDispute();
            terms = right;
            (, uint40 deadline) = market.stageOf(matchId);
            terms.estimate += 1;
            assertRefused(stranger, closingCall(step), abi.encodeWithSelector(IModicum.TermsMismatch.selector, matchId));
            terms = right;
            assertRefused(
                stranger,
                closingCall(step),
                abi.encodeWithSelector(IModicum.DeadlineNotPassed.selector, deadline, START)
            );
        }
    }

    function closingCall(uint256 step) private view returns (bytes memory) {
        if (step == 0) return abi.encodeCall(market.closeResultOverdue, (matchId, terms));
        if (step == 1) return abi.encodeCall(market.closeBySilence, (matchId, terms, result));
        return abi.encodeCall(market.closeMediationOverdue, (matchId, terms, result));
    }

    function expectStepsRefusedIn(IModicum.Stage stage) private {
        for (uint256 again = 0; again < 2; ++again) {
            if (stage != IModicum.Stage.AwaitingResult) expectResultStepsRefusedIn(stage);
            if (stage != IModicum.Stage.AwaitingReaction) expectReactionStepsRefusedIn(stage);
            if (stage != IModicum.Stage.InMediation) expectMediationStepsRefusedIn(stage);
            // Once more when every deadline is over.
            vm.warp(block.timestamp + 365 days);
        }
        (IModicum.Stage now_,) = market.stageOf(matchId);
        assertEq(uint256(now_), uint256(stage), "stage");
    }

    function expectResultStepsRefusedIn(IModicum.Stage stage) private {
        expectNotInStage(matchId, IModicum.Stage.AwaitingResult, stage);
        vm.prank(resourceProvider);
        market.postResult(matchId, terms, result);
        expectNotInStage(matchId, IModicum.Stage.AwaitingResult, stage);
        market.closeResultOverdue(matchId, terms);
    }

    function expectReactionStepsRefusedIn(IModicum.Stage stage) private {
        expectNotInStage(matchId, IModicum.Stage.AwaitingReaction, stage);
        vm.prank(jobCreator);
        market.acceptResult(matchId, terms, result);
        expectNotInStage(matchId, IModicum.Stage.AwaitingReaction, stage);
        vm.prank(jobCreator);
        market.rejectResult(matchId, terms, result, IModicum.RejectReason.WrongResults);
        expectNotInStage(matchId, IModicum.Stage.AwaitingReaction, stage);
        market.closeBySilence(matchId, terms, result);
    }

    function expectMediationStepsRefusedIn(IModicum.Stage stage) private {
        expectNotInStage(matchId, IModicum.Stage.InMediation, stage);
        vm.prank(mediator);
        market.postVerdict(matchId, terms, result, IModicum.Verdict.WrongResults, 1, 1, 0);
        expectNotInStage(matchId, IModicum.Stage.InMediation, stage);
        market.closeMediationOverdue(matchId, terms, result);
    }
}
