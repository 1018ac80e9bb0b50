// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";

/// @dev postVerdict and closeMediationOverdue. What is paid is in Settlements.t.sol.
contract MediationTest is Market {
    uint40 private constant MEDIATION_DEADLINE = uint40(START) + MEDIATION_WINDOW;
    bytes32 private constant EVIDENCE = keccak256("evidence");
    bytes32 private matchId;
    IModicum.Terms private terms;

    function setUp() public override {
        super.setUp();
        (matchId, terms) = makeDispute();
    }

    function test_TheVerdictDecidesWhoIsAtFault() public {
        IModicum.Party[7] memory faulty = [
            IModicum.Party.ResourceProvider, // ResultNotFound
            IModicum.Party.ResourceProvider, // TooMuchCost
            IModicum.Party.ResourceProvider, // WrongResults
            IModicum.Party.JobCreator, // CorrectResults
            IModicum.Party.ResourceProvider, // InvalidResultStatus
            IModicum.Party.JobCreator, // NonDeterministicJob
            IModicum.Party.Directory // DirectoryUnavailable
        ];
        resourceOffer.slots = 100;
        for (uint8 verdict = 0; verdict < faulty.length; ++verdict) {
            jobOffer.nonce = 100 + verdict;
            (matchId, terms) = makeDispute();
            vm.expectEmit(address(market));
            emit IModicum.VerdictPosted(
                matchId, mediator, IModicum.Verdict(verdict), faulty[verdict], 890, 400, EVIDENCE
            );
            judge(IModicum.Verdict(verdict));
            assertStage(matchId, IModicum.Stage.Closed, 0);
        }
    }

    function test_VerdictIsTakenAtTheMediationDeadline() public {
        vm.warp(MEDIATION_DEADLINE);
        judge(IModicum.Verdict.WrongResults);
        assertStage(matchId, IModicum.Stage.Closed, 0);
    }

    function test_RevertWhen_VerdictComesAfterTheMediationDeadline() public {
        vm.warp(MEDIATION_DEADLINE + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IModicum.DeadlinePassed.selector, MEDIATION_DEADLINE, MEDIATION_DEADLINE + 1)
        );
        judge(IModicum.Verdict.WrongResults);
    }

    function test_RevertWhen_JudgeIsNotTheMediatorOfTheMatch() public {
        vm.prank(stranger);
        market.registerMediator(1, 4, 3, 70);
        address[4] memory others = [jobCreator, resourceProvider, solver, stranger];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IModicum.NotEntitled.selector, mediator, others[i]));
            vm.prank(others[i]);
            market.postVerdict(matchId, terms, result, IModicum.Verdict.WrongResults, 1, 1, EVIDENCE);
        }
    }

    function test_RevertWhen_JudgedTermsAreOthers() public {
        terms.mediatorInstructionPrice *= 2;
        expectMismatch();
        judge(IModicum.Verdict.WrongResults);
    }

    function test_RevertWhen_JudgedResultIsAnother() public {
        result.commitment = keccak256("another");
        expectMismatch();
        judge(IModicum.Verdict.WrongResults);
    }

    function test_AnyoneClosesAfterTheMediationDeadline() public {
        vm.warp(MEDIATION_DEADLINE + 1);
        vm.prank(stranger);
        market.closeMediationOverdue(matchId, terms, result);
        assertStage(matchId, IModicum.Stage.Closed, 0);
    }

    function test_RevertWhen_MediationIsCalledOverdueAtItsDeadline() public {
        vm.warp(MEDIATION_DEADLINE);
        vm.expectRevert(
            abi.encodeWithSelector(IModicum.DeadlineNotPassed.selector, MEDIATION_DEADLINE, MEDIATION_DEADLINE)
        );
        market.closeMediationOverdue(matchId, terms, result);
    }

    function test_RevertWhen_OverdueMediationIsClosedOnOtherTerms() public {
        vm.warp(MEDIATION_DEADLINE + 1);
        terms.estimate += 1;
        expectMismatch();
        market.closeMediationOverdue(matchId, terms, result);
    }

    function test_RefusesInTheOrderOfTheInterface() public {
        vm.warp(MEDIATION_DEADLINE + 1);
        IModicum.Terms memory right = terms;
        terms.estimate = 0;
        expectMismatch();
        market.postVerdict(matchId, terms, result, IModicum.Verdict.WrongResults, 1, 1, EVIDENCE);
        vm.expectRevert(abi.encodeWithSelector(IModicum.NotEntitled.selector, mediator, address(this)));
        market.postVerdict(matchId, right, result, IModicum.Verdict.WrongResults, 1, 1, EVIDENCE);
    }

    function judge(IModicum.Verdict verdict) private {
        vm.prank(mediator);
        market.postVerdict(matchId, terms, result, verdict, 890, 400, EVIDENCE);
    }

    function expectMismatch() private {
        vm.expectRevert(abi.encodeWithSelector(IModicum.TermsMismatch.selector, matchId));
    }
}
