// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";

contract PostResultTest is Market {
    bytes32 private matchId;
    IModicum.Terms private terms;

    function setUp() public override {
        super.setUp();
        (matchId, terms) = makeMatch();
    }

    function test_StartsTheReactionWindow() public {
        vm.warp(START + 60);
        uint40 reactionDeadline = uint40(START + 60 + REACTION_WINDOW);
        vm.expectEmit(address(market));
        emit IModicum.ResultPosted(matchId, resourceProvider, result, reactionDeadline);
        post();
        assertStage(matchId, IModicum.Stage.AwaitingReaction, reactionDeadline);
    }

    function test_IsTakenAtTheCompletionDeadline() public {
        vm.warp(COMPLETION_DEADLINE);
        post();
        assertStage(matchId, IModicum.Stage.AwaitingReaction, COMPLETION_DEADLINE + REACTION_WINDOW);
    }

    function test_MovesNoMoney() public {
        post();
        assertEq(locked(jobCreator), SHARE, "job creator, locked");
        assertEq(locked(resourceProvider), SHARE, "resource provider, locked");
    }

    function test_RevertWhen_TermsAreNotThoseOfTheMatch() public {
        terms.instructionPrice += 1;
        vm.expectRevert(abi.encodeWithSelector(IModicum.TermsMismatch.selector, matchId));
        post();
    }

    function test_RevertWhen_CallerIsNotTheResourceProvider() public {
        address[4] memory others = [jobCreator, mediator, solver, stranger];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IModicum.NotEntitled.selector, resourceProvider, others[i]));
            vm.prank(others[i]);
            market.postResult(matchId, terms, result);
        }
    }

    function test_RevertWhen_CompletionDeadlineIsPassed() public {
        vm.warp(COMPLETION_DEADLINE + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IModicum.DeadlinePassed.selector, COMPLETION_DEADLINE, COMPLETION_DEADLINE + 1)
        );
        post();
    }

    /// @dev A result that no type holds must not enter the record: nobody could ever name it again.
    function test_RevertWhen_StatusIsNone() public {
        bytes memory call = abi.encodeCall(market.postResult, (matchId, terms, result));
        // The status is the first word after the selector, the match and 14 words of terms.
        call[4 + 32 + 14 * 32 + 31] = bytes1(uint8(10));
        vm.prank(resourceProvider);
        (bool taken,) = address(market).call(call);
        assertFalse(taken, "taken");
    }

    function test_RevertWhen_UsageHasBitsBeyondItsType() public {
        bytes memory call = abi.encodeCall(market.postResult, (matchId, terms, result));
        call[call.length - 8] = 0x01;
        vm.prank(resourceProvider);
        (bool taken,) = address(market).call(call);
        assertFalse(taken, "taken");
    }

    function test_RefusesInTheOrderOfTheInterface() public {
        vm.warp(COMPLETION_DEADLINE + 1);
        IModicum.Terms memory right = terms;
        terms.estimate = 0;
        expectNotInStage(keccak256("no match"), IModicum.Stage.AwaitingResult, IModicum.Stage.Unknown);
        market.postResult(keccak256("no match"), terms, result);
        vm.expectRevert(abi.encodeWithSelector(IModicum.TermsMismatch.selector, matchId));
        market.postResult(matchId, terms, result);
        vm.expectRevert(abi.encodeWithSelector(IModicum.NotEntitled.selector, resourceProvider, address(this)));
        market.postResult(matchId, right, result);
    }

    function post() private {
        vm.prank(resourceProvider);
        market.postResult(matchId, terms, result);
    }
}
