// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";

/// @dev acceptResult, rejectResult and closeBySilence. What is paid is in Settlements.t.sol.
contract ReactionsTest is Market {
    uint40 private constant REACTION_DEADLINE = uint40(START) + REACTION_WINDOW;
    bytes32 private matchId;
    IModicum.Terms private terms;

    function setUp() public override {
        super.setUp();
        (matchId, terms) = makeResult();
    }

    /* ACCEPT */

    function test_AcceptClosesTheMatch() public {
        accept();
        assertStage(matchId, IModicum.Stage.Closed, 0);
    }

    function test_AcceptIsTakenAtTheReactionDeadline() public {
        vm.warp(REACTION_DEADLINE);
        accept();
        assertStage(matchId, IModicum.Stage.Closed, 0);
    }

    function test_RevertWhen_AcceptComesAfterTheReactionDeadline() public {
        vm.warp(REACTION_DEADLINE + 1);
        expectPassed();
        accept();
    }

    function test_RevertWhen_AccepterIsNotTheJobCreator() public {
        address[4] memory others = [resourceProvider, mediator, solver, stranger];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IModicum.NotEntitled.selector, jobCreator, others[i]));
            vm.prank(others[i]);
            market.acceptResult(matchId, terms, result);
        }
    }

    function test_RevertWhen_AcceptedTermsAreOthers() public {
        terms.bandwidthPrice = 0;
        expectMismatch();
        accept();
    }

    function test_RevertWhen_AcceptedResultIsAnother() public {
        result.instructions -= 1;
        expectMismatch();
        accept();
    }

    /* REJECT */

    function test_RejectStartsMediation() public {
        vm.warp(START + 60);
        uint40 mediationDeadline = uint40(START + 60 + MEDIATION_WINDOW);
        vm.expectEmit(address(market));
        emit IModicum.ResultRejected(matchId, mediator, IModicum.RejectReason.TooMuchCost, mediationDeadline);
        reject();
        assertStage(matchId, IModicum.Stage.InMediation, mediationDeadline);
        assertEq(locked(jobCreator), SHARE, "job creator, locked");
        assertEq(locked(resourceProvider), SHARE, "resource provider, locked");
    }

    function test_RejectIsTakenAtTheReactionDeadline() public {
        vm.warp(REACTION_DEADLINE);
        reject();
        assertStage(matchId, IModicum.Stage.InMediation, REACTION_DEADLINE + MEDIATION_WINDOW);
    }

    function test_RevertWhen_RejectComesAfterTheReactionDeadline() public {
        vm.warp(REACTION_DEADLINE + 1);
        expectPassed();
        reject();
    }

    function test_RevertWhen_RejecterIsNotTheJobCreator() public {
        address[4] memory others = [resourceProvider, mediator, solver, stranger];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IModicum.NotEntitled.selector, jobCreator, others[i]));
            vm.prank(others[i]);
            market.rejectResult(matchId, terms, result, IModicum.RejectReason.TooMuchCost);
        }
    }

    function test_RevertWhen_RejectedTermsAreOthers() public {
        terms.mediator = stranger;
        expectMismatch();
        reject();
    }

    function test_RevertWhen_RejectedResultIsAnother() public {
        result.status = IModicum.ResultStatus.Declined;
        expectMismatch();
        reject();
    }

    /* SILENCE */

    function test_AnyoneClosesAfterTheReactionDeadline() public {
        vm.warp(REACTION_DEADLINE + 1);
        vm.prank(stranger);
        market.closeBySilence(matchId, terms, result);
        assertStage(matchId, IModicum.Stage.Closed, 0);
    }

    function test_RevertWhen_SilenceIsClaimedAtTheReactionDeadline() public {
        vm.warp(REACTION_DEADLINE);
        vm.expectRevert(
            abi.encodeWithSelector(IModicum.DeadlineNotPassed.selector, REACTION_DEADLINE, REACTION_DEADLINE)
        );
        market.closeBySilence(matchId, terms, result);
    }

    function test_RevertWhen_SilenceIsClaimedOnAnotherResult() public {
        vm.warp(REACTION_DEADLINE + 1);
        result.instructions += 1;
        expectMismatch();
        market.closeBySilence(matchId, terms, result);
    }

    /* ORDER */

    function test_RefuseInTheOrderOfTheInterface() public {
        vm.warp(REACTION_DEADLINE + 1);
        IModicum.Terms memory right = terms;
        terms.estimate = 0;
        expectMismatch();
        market.acceptResult(matchId, terms, result);
        expectMismatch();
        market.rejectResult(matchId, terms, result, IModicum.RejectReason.WrongResults);
        vm.expectRevert(abi.encodeWithSelector(IModicum.NotEntitled.selector, jobCreator, address(this)));
        market.acceptResult(matchId, right, result);
        vm.expectRevert(abi.encodeWithSelector(IModicum.NotEntitled.selector, jobCreator, address(this)));
        market.rejectResult(matchId, right, result, IModicum.RejectReason.WrongResults);
    }

    function accept() private {
        vm.prank(jobCreator);
        market.acceptResult(matchId, terms, result);
    }

    function reject() private {
        vm.prank(jobCreator);
        market.rejectResult(matchId, terms, result, IModicum.RejectReason.TooMuchCost);
    }

    function expectPassed() private {
        vm.expectRevert(
            abi.encodeWithSelector(IModicum.DeadlinePassed.selector, REACTION_DEADLINE, REACTION_DEADLINE + 1)
        );
    }

    function expectMismatch() private {
        vm.expectRevert(abi.encodeWithSelector(IModicum.TermsMismatch.selector, matchId));
    }
}
