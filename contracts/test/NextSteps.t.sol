// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";

/// @dev nextStepOf and closableFrom: who must act by when, and when money is free at the latest.
contract NextStepsTest is Market {
    uint256 private constant LATEST = uint256(COMPLETION_DEADLINE) + REACTION_WINDOW + MEDIATION_WINDOW + 1;

    bytes32 private matchId;
    IModicum.Terms private terms;

    /* EACH STAGE */

    function test_NothingIsAwaitedOfAnUnknownOffer() public view {
        assertNoStep(jobOfferHash(), IModicum.Stage.Unknown);
    }

    function test_NothingIsAwaitedOfAPostedOffer() public {
        vm.prank(jobCreator);
        market.postJobOffer(jobOffer);
        assertNoStep(jobOfferHash(), IModicum.Stage.Posted);
    }

    function test_NothingIsAwaitedOfACancelledOffer() public {
        vm.prank(jobCreator);
        market.cancelJobOffer(jobOffer);
        assertNoStep(jobOfferHash(), IModicum.Stage.Cancelled);
    }

    function test_AResultIsAwaitedOfTheResourceProvider() public {
        (matchId,) = makeMatch();
        assertStep(
            IModicum.NextStep(
                IModicum.Stage.AwaitingResult, IModicum.Role.ResourceProvider, COMPLETION_DEADLINE, uint48(LATEST)
            )
        );
    }

    function test_AReactionIsAwaitedOfTheJobCreator() public {
        vm.warp(START + 10);
        (matchId,) = makeResult();
        uint40 deadline = uint40(START + 10 + REACTION_WINDOW);
        assertStep(
            IModicum.NextStep(
                IModicum.Stage.AwaitingReaction, IModicum.Role.JobCreator, deadline, deadline + MEDIATION_WINDOW + 1
            )
        );
    }

    function test_AVerdictIsAwaitedOfTheMediator() public {
        vm.warp(START + 10);
        (matchId,) = makeDispute();
        uint40 deadline = uint40(START + 10 + MEDIATION_WINDOW);
        assertStep(
            IModicum.NextStep(IModicum.Stage.InMediation, IModicum.Role.Mediator, deadline, uint48(deadline) + 1)
        );
    }

    function test_NothingIsAwaitedOfAClosedMatch() public {
        (matchId, terms) = makeResult();
        vm.prank(jobCreator);
        market.acceptResult(matchId, terms, result);
        assertNoStep(matchId, IModicum.Stage.Closed);
    }

    /// @dev The deadline that is over is still named: the next step is then to close.
    function test_AnOverdueStepIsStillAwaited() public {
        (matchId,) = makeMatch();
        vm.warp(LATEST + 1 days);
        assertStep(
            IModicum.NextStep(
                IModicum.Stage.AwaitingResult, IModicum.Role.ResourceProvider, COMPLETION_DEADLINE, uint48(LATEST)
            )
        );
    }

    function test_TheLatestDeadlineAndTheLongestWindowsFit() public {
        IModicum.Parameters memory parameters = defaultParameters();
        parameters.reactionWindow = parameters.mediationWindow = type(uint32).max;
        useParameters(parameters);
        jobOffer.completionDeadline = type(uint40).max;
        (matchId,) = makeMatch();
        uint48 expected = uint48(type(uint40).max) + 2 * uint48(type(uint32).max) + 1;
        assertStep(
            IModicum.NextStep(IModicum.Stage.AwaitingResult, IModicum.Role.ResourceProvider, type(uint40).max, expected)
        );
    }

    /* MANY MATCHES */

    function test_NoMatchesHoldNothing() public view {
        assertEq(market.closableFrom(new bytes32[](0)), 0, "closable from");
    }

    function test_OffersAndClosedMatchesHoldNothing() public {
        bytes32[] memory ids = new bytes32[](3);
        ids[0] = keccak256("unknown");
        (ids[1], terms) = makeResult();
        vm.prank(jobCreator);
        market.acceptResult(ids[1], terms, result);
        jobOffer.nonce = 2;
        vm.prank(jobCreator);
        ids[2] = market.postJobOffer(jobOffer);
        assertEq(market.closableFrom(ids), 0, "closable from");
    }

    function test_TheLastOfManyCountsWhereverItStands() public {
        resourceOffer.slots = 4;
        bytes32[] memory ids = new bytes32[](4);
        (ids[0],) = makeDispute();
        jobOffer.nonce = 2;
        (ids[1],) = makeMatch();
        jobOffer.nonce = 3;
        (ids[2],) = makeResult();
        ids[3] = keccak256("unknown");
        for (uint256 turn = 0; turn < ids.length; ++turn) {
            assertEq(market.closableFrom(ids), LATEST, "closable from");
            (ids[0], ids[1], ids[2], ids[3]) = (ids[1], ids[2], ids[3], ids[0]);
        }
        bytes32[] memory one = new bytes32[](1);
        for (uint256 i = 0; i < ids.length; ++i) {
            one[0] = ids[i];
            assertEq(market.closableFrom(one), market.nextStepOf(ids[i]).closableFrom, "of one");
        }
    }

    /* THE WORST CASE */

    struct Draw {
        uint32 reactionWindow;
        uint32 mediationWindow;
        uint40 completionDeadline;
        uint8 steps;
        uint40 postedAfter;
        uint40 rejectedAfter;
    }

    /// @dev Whatever the parties do, and whenever: what was said at first is never put off, and from then on anyone closes.
    function testFuzz_FromThenOnAnyoneClosesIt(Draw memory draw) public {
        play(draw);
        uint256 promised = closable();
        uint256 told = uint256(draw.completionDeadline) + draw.reactionWindow + draw.mediationWindow + 1;
        assertTrue(promised <= told, "not put off");

        vm.warp(told);
        vm.prank(stranger);
        closeOverdue();
        assertStage(matchId, IModicum.Stage.Closed, 0);
        assertEq(locked(jobCreator) + locked(resourceProvider), 0, "locked");
    }

    /// @dev No later than it need be said: if all act at the last moment, it cannot be closed one second before.
    function testFuzz_BeforeThenTheSlowestPartiesCanHoldIt(Draw memory draw) public {
        draw.steps = 2;
        (draw.postedAfter, draw.rejectedAfter) = (type(uint40).max, type(uint40).max);
        play(draw);
        uint256 told = uint256(draw.completionDeadline) + draw.reactionWindow + draw.mediationWindow + 1;
        assertEq(closable(), told, "closable from");
        vm.warp(told - 1);
        vm.expectRevert(abi.encodeWithSelector(IModicum.DeadlineNotPassed.selector, told - 1, told - 1));
        market.closeMediationOverdue(matchId, terms, result);
        vm.warp(told);
        market.closeMediationOverdue(matchId, terms, result);
    }

    /// @dev A match, and as many steps of it as were drawn, each at the drawn time within its window.
    function play(Draw memory draw) private {
        IModicum.Parameters memory parameters = defaultParameters();
        draw.reactionWindow = uint32(bound(draw.reactionWindow, 1, type(uint32).max));
        draw.mediationWindow = uint32(bound(draw.mediationWindow, 1, type(uint32).max));
        (parameters.reactionWindow, parameters.mediationWindow) = (draw.reactionWindow, draw.mediationWindow);
        useParameters(parameters);
        // A second for the job, and room for the deadlines to come.
        uint256 last = uint256(type(uint40).max) - draw.reactionWindow - draw.mediationWindow;
        draw.completionDeadline = uint40(bound(draw.completionDeadline, START + 1, last));
        jobOffer.completionDeadline = draw.completionDeadline;
        (matchId, terms) = makeMatch();
        assertEq(
            closable(), uint256(draw.completionDeadline) + draw.reactionWindow + draw.mediationWindow + 1, "at first"
        );
        if (draw.steps % 3 == 0) return;

        uint256 before = closable();
        vm.warp(START + within(draw.postedAfter, draw.completionDeadline - START));
        vm.prank(resourceProvider);
        market.postResult(matchId, terms, result);
        assertTrue(closable() <= before, "posting does not put it off");
        if (draw.steps % 3 == 1) return;

        before = closable();
        vm.warp(block.timestamp + within(draw.rejectedAfter, draw.reactionWindow));
        vm.prank(jobCreator);
        market.rejectResult(matchId, terms, result, IModicum.RejectReason.WrongResults);
        assertTrue(closable() <= before, "rejecting does not put it off");
    }

    function within(uint256 drawn, uint256 most) private pure returns (uint256) {
        return drawn > most ? most : drawn;
    }

    function closeOverdue() private {
        (IModicum.Stage stage,) = market.stageOf(matchId);
        if (stage == IModicum.Stage.AwaitingResult) market.closeResultOverdue(matchId, terms);
        else if (stage == IModicum.Stage.AwaitingReaction) market.closeBySilence(matchId, terms, result);
        else market.closeMediationOverdue(matchId, terms, result);
    }

    function closable() private view returns (uint256) {
        return market.nextStepOf(matchId).closableFrom;
    }

    function useParameters(IModicum.Parameters memory parameters) private {
        market = deploy(parameters);
        registerAll();
        trustAll();
        fund(jobCreator, FUNDS);
        fund(resourceProvider, FUNDS);
    }

    function assertStep(IModicum.NextStep memory expected) private view {
        assertEq(keccak256(abi.encode(market.nextStepOf(matchId))), keccak256(abi.encode(expected)), "next step");
    }

    function assertNoStep(bytes32 id, IModicum.Stage stage) private view {
        IModicum.NextStep memory step = market.nextStepOf(id);
        assertEq(uint256(step.stage), uint256(stage), "stage");
        assertEq(step.deadline, 0, "deadline");
        assertEq(step.closableFrom, 0, "closable from");
    }
}
