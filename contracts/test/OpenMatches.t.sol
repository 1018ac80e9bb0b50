// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";
import {Vm} from "./Base.sol";

/// @dev Whatever the parties register, trust, cancel or pay in while a match is open: it settles as it was made.
contract OpenMatchesTest is Market {
    enum Way {
        Accepted,
        AcceptedBySignature,
        Silence,
        ResultOverdue,
        MediationOverdue
    }

    bytes32 private matchId;
    IModicum.Terms private terms;

    function test_EveryWayOfClosingPaysTheSame() public {
        for (uint8 way = 0; way <= uint8(Way.MediationOverdue); ++way) {
            uint256 before = vm.snapshotState();
            (bytes32 unchanged,) = closed(Way(way), false);
            assertTrue(vm.revertToState(before), "reverted");
            (bytes32 changed, uint256 moved) = closed(Way(way), true);
            assertEq(changed, unchanged, "settlement");
            assertTrue(moved > 0, "it paid something");
            assertTrue(vm.revertToState(before), "reverted");
        }
    }

    function test_EveryVerdictPaysTheSame() public {
        for (uint8 verdict = 0; verdict <= uint8(IModicum.Verdict.DirectoryUnavailable); ++verdict) {
            uint256 before = vm.snapshotState();
            bytes32 unchanged = judged(IModicum.Verdict(verdict), false);
            assertTrue(vm.revertToState(before), "reverted");
            assertEq(judged(IModicum.Verdict(verdict), true), unchanged, "settlement");
            assertTrue(vm.revertToState(before), "reverted");
        }
    }

    /// @dev The mediator that was chosen judges, whatever anybody thinks of it now.
    function test_AMediatorThatIsNoLongerTrustedJudgesItsOpenMatches() public {
        (matchId, terms) = makeDispute();
        changeEverything();
        vm.prank(mediator);
        market.postVerdict(matchId, terms, result, IModicum.Verdict.WrongResults, 1, 1, 0);
        assertStage(matchId, IModicum.Stage.Closed, 0);
    }

    function test_WhatChangedCountsForTheNextMatch() public {
        (matchId, terms) = makeMatch();
        setTrust(jobCreator, IModicum.Trust.JobCreatorTrustsMediator, subject(mediator), false);
        jobOffer.nonce = 2;
        assertRefused(
            solver,
            matchCall(),
            abi.encodeWithSelector(IModicum.MediatorNotTrustedByJobCreator.selector, mediator, jobCreator)
        );
    }

    function closed(Way way, bool changing) private returns (bytes32 settlement, uint256 moved) {
        (matchId, terms) = makeMatch();
        if (changing) changeEverything();
        if (way == Way.ResultOverdue) {
            vm.warp(COMPLETION_DEADLINE + 1);
            vm.recordLogs();
            market.closeResultOverdue(matchId, terms);
            return closing();
        }
        if (way == Way.AcceptedBySignature) {
            bytes memory acceptance = sign(JOB_CREATOR_KEY, market.hashAcceptance(matchId, result));
            vm.recordLogs();
            vm.prank(resourceProvider);
            market.closeWithAcceptance(matchId, terms, result, acceptance);
            return closing();
        }
        vm.prank(resourceProvider);
        market.postResult(matchId, terms, result);
        if (changing) changeEverything();
        vm.recordLogs();
        if (way == Way.Accepted) {
            vm.prank(jobCreator);
            market.acceptResult(matchId, terms, result);
        } else if (way == Way.Silence) {
            vm.warp(START + REACTION_WINDOW + 1);
            market.closeBySilence(matchId, terms, result);
        } else {
            vm.prank(jobCreator);
            market.rejectResult(matchId, terms, result, IModicum.RejectReason.WrongResults);
            vm.warp(START + MEDIATION_WINDOW + 1);
            market.closeMediationOverdue(matchId, terms, result);
        }
        return closing();
    }

    function judged(IModicum.Verdict verdict, bool changing) private returns (bytes32 settlement) {
        (matchId, terms) = makeDispute();
        if (changing) changeEverything();
        vm.recordLogs();
        vm.prank(mediator);
        market.postVerdict(matchId, terms, result, verdict, 890, 400, 0);
        (settlement,) = closing();
    }

    function changeEverything() private {
        vm.prank(jobCreator);
        market.registerJobCreator();
        vm.prank(resourceProvider);
        market.registerResourceProvider(9, type(uint56).max);
        vm.prank(mediator);
        market.registerMediator(9, type(uint64).max, type(uint64).max, type(uint96).max);
        vm.prank(directory);
        market.registerDirectory(type(uint96).max, "elsewhere");
        setTrust(jobCreator, IModicum.Trust.JobCreatorTrustsMediator, subject(mediator), false);
        setTrust(resourceProvider, IModicum.Trust.ResourceProviderTrustsMediator, subject(mediator), false);
        setTrust(resourceProvider, IModicum.Trust.ResourceProviderTrustsDirectory, subject(directory), false);
        setTrust(mediator, IModicum.Trust.MediatorTrustsDirectory, subject(directory), false);
        setTrust(resourceProvider, IModicum.Trust.ResourceProviderSupportsBaseLayer, BASE_LAYER, false);
        setTrust(mediator, IModicum.Trust.MediatorSupportsBaseLayer, BASE_LAYER, false);
        uint56 floor = market.nonceFloorOf(jobCreator) + 10;
        vm.prank(jobCreator);
        market.raiseNonceFloor(floor);
        vm.prank(resourceProvider);
        market.raiseNonceFloor(floor);
        fund(jobCreator, 3);
        fund(resourceProvider, 4);
        uint96 all = uint96(free(jobCreator));
        vm.prank(jobCreator);
        market.withdraw(all);
    }

    /// @return settlement of the last event, and how much it moved
    function closing() private returns (bytes32 settlement, uint256 moved) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        Vm.Log memory last = logs[logs.length - 1];
        assertEq(last.topics[0], IModicum.MatchClosed.selector, "event");
        assertEq(last.topics[1], matchId, "match");
        (, IModicum.Settlement memory paid) = abi.decode(last.data, (IModicum.ClosingReason, IModicum.Settlement));
        moved = uint256(paid.jobCreator) + paid.resourceProvider + paid.mediator + paid.directory + paid.sink;
        assertEq(moved, 2 * SHARE, "two shares");
        assertEq(locked(jobCreator) + locked(resourceProvider), 0, "locked");
        settlement = keccak256(last.data);
    }
}
