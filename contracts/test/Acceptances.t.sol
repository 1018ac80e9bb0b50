// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";
import {Vm} from "./Base.sol";

/// @dev closeWithAcceptance. That it pays what an acceptance by transaction pays is in MoneyRows.t.sol for random prices.
contract AcceptancesTest is Market {
    bytes32 private matchId;
    IModicum.Terms private terms;

    function setUp() public override {
        super.setUp();
        (matchId, terms) = makeMatch();
    }

    /* FROM EITHER STAGE, ON EITHER SIDE OF THE DEADLINES */

    function test_PostsAndSettlesInOneStep() public {
        bytes memory call = acceptedCall();
        vm.expectEmit(address(market));
        emit IModicum.ResultPosted(matchId, resourceProvider, result, uint40(START));
        expectAccepted();
        assertDone(resourceProvider, call);
        assertStage(matchId, IModicum.Stage.Closed, 0);
        assertPaid();
    }

    function test_SettlesAPostedResultWithoutPostingItAgain() public {
        post();
        bytes memory call = acceptedCall();
        vm.recordLogs();
        assertDone(resourceProvider, call);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 1, "events");
        assertEq(logs[0].topics[0], IModicum.MatchClosed.selector, "event");
        assertStage(matchId, IModicum.Stage.Closed, 0);
        assertPaid();
    }

    function test_IsTakenAfterTheCompletionDeadline() public {
        vm.warp(uint256(COMPLETION_DEADLINE) + 30 days);
        bytes memory call = acceptedCall();
        expectAccepted();
        assertDone(resourceProvider, call);
        assertPaid();
    }

    function test_IsTakenAfterTheReactionDeadline() public {
        post();
        vm.warp(START + REACTION_WINDOW + 1);
        bytes memory call = acceptedCall();
        expectAccepted();
        assertDone(resourceProvider, call);
        assertPaid();
    }

    /// @dev The same job twice, once with two transactions and once with one: the same event and the same balances.
    function test_ClosesAsAnAcceptanceByTransactionDoes() public {
        uint256 before = vm.snapshotState();
        bytes memory byOne = acceptedCall();
        vm.recordLogs();
        assertDone(resourceProvider, byOne);
        bytes32 eventsOfOne = keccak256(abi.encode(closing()));
        bytes32 balancesOfOne = balances();

        assertTrue(vm.revertToState(before), "reverted");
        post();
        vm.recordLogs();
        vm.prank(jobCreator);
        market.acceptResult(matchId, terms, result);
        assertEq(eventsOfOne, keccak256(abi.encode(closing())), "event");
        assertEq(balancesOfOne, balances(), "balances");
    }

    function test_AnyStatusCanBeAccepted() public {
        resourceOffer.slots = 11;
        for (uint8 status = 0; status < 10; ++status) {
            result.status = IModicum.ResultStatus(status);
            jobOffer.nonce = 100 + status;
            (matchId, terms) = makeMatch();
            assertDone(resourceProvider, acceptedCall());
            assertStage(matchId, IModicum.Stage.Closed, 0);
        }
    }

    /* WHAT IS NOT ACCEPTED */

    function test_RevertWhen_AnotherResultWasAccepted() public {
        bytes memory acceptance = sign(JOB_CREATOR_KEY, market.hashAcceptance(matchId, result));
        IModicum.Result memory accepted = result;
        result.status = IModicum.ResultStatus.ExceptionOccurred;
        assertRefused(resourceProvider, callWith(acceptance), notAccepted());
        result = accepted;
        result.commitment = keccak256("another");
        assertRefused(resourceProvider, callWith(acceptance), notAccepted());
        result = accepted;
        result.instructions += 1;
        assertRefused(resourceProvider, callWith(acceptance), notAccepted());
        result = accepted;
        result.bandwidth -= 1;
        assertRefused(resourceProvider, callWith(acceptance), notAccepted());
        result = accepted;
        assertDone(resourceProvider, callWith(acceptance));
    }

    function test_RevertWhen_TheResultOfAnotherMatchWasAccepted() public {
        bytes memory acceptance = sign(JOB_CREATOR_KEY, market.hashAcceptance(matchId, result));
        jobOffer.nonce = 2;
        (matchId, terms) = makeMatch();
        assertRefused(resourceProvider, callWith(acceptance), notAccepted());
    }

    function test_RevertWhen_ItWasAcceptedForAnotherContract() public {
        bytes memory acceptance = sign(JOB_CREATOR_KEY, deploy(defaultParameters()).hashAcceptance(matchId, result));
        assertRefused(resourceProvider, callWith(acceptance), notAccepted());
    }

    function test_RevertWhen_ItWasAcceptedOnAnotherChain() public {
        bytes memory acceptance = sign(JOB_CREATOR_KEY, market.hashAcceptance(matchId, result));
        vm.chainId(777);
        assertRefused(resourceProvider, callWith(acceptance), notAccepted());
        assertDone(resourceProvider, acceptedCall());
    }

    function test_RevertWhen_AnotherAccepted() public {
        bytes32 digest = market.hashAcceptance(matchId, result);
        assertRefused(resourceProvider, callWith(sign(RESOURCE_PROVIDER_KEY, digest)), notAccepted());
        assertRefused(resourceProvider, callWith(""), notAccepted());
        assertRefused(resourceProvider, callWith(new bytes(65)), notAccepted());
        // The job creator's signature under something else of the same match.
        assertRefused(resourceProvider, callWith(sign(JOB_CREATOR_KEY, matchId)), notAccepted());
        assertRefused(resourceProvider, callWith(sign(JOB_CREATOR_KEY, result.commitment)), notAccepted());
    }

    function test_RevertWhen_CallerIsNotTheResourceProvider() public {
        bytes memory call = acceptedCall();
        address[5] memory others = [jobCreator, mediator, directory, solver, stranger];
        for (uint256 i = 0; i < others.length; ++i) {
            assertRefused(others[i], call, notEntitled(others[i]));
        }
        post();
        for (uint256 i = 0; i < others.length; ++i) {
            assertRefused(others[i], call, notEntitled(others[i]));
        }
    }

    function test_RevertWhen_TermsAreNotThoseOfTheMatch() public {
        bytes memory acceptance = sign(JOB_CREATOR_KEY, market.hashAcceptance(matchId, result));
        terms.instructionPrice += 1;
        assertRefused(resourceProvider, callWith(acceptance), mismatch());
    }

    /// @dev What was posted is settled, or what was posted is disputed: the provider cannot take it back by another deal.
    function test_RevertWhen_AnotherResultWasPosted() public {
        post();
        result.instructions += 1;
        assertRefused(resourceProvider, acceptedCall(), mismatch());
    }

    /* NO SECOND TIME */

    function test_RevertWhen_ItIsUsedAgain() public {
        bytes memory call = acceptedCall();
        assertDone(resourceProvider, call);
        assertRefused(resourceProvider, call, notInStage(IModicum.Stage.Closed));
        assertPaid();
    }

    function test_RevertWhen_TheResultWasRejected() public {
        post();
        bytes memory call = acceptedCall();
        vm.prank(jobCreator);
        market.rejectResult(matchId, terms, result, IModicum.RejectReason.WrongResults);
        assertRefused(resourceProvider, call, notInStage(IModicum.Stage.InMediation));
        vm.warp(START + MEDIATION_WINDOW + 1);
        assertRefused(resourceProvider, call, notInStage(IModicum.Stage.InMediation));
    }

    function test_RevertWhen_TheMatchIsClosedInAnotherWay() public {
        bytes memory call = acceptedCall();
        uint256 before = vm.snapshotState();
        vm.warp(COMPLETION_DEADLINE + 1);
        market.closeResultOverdue(matchId, terms);
        assertRefused(resourceProvider, call, notInStage(IModicum.Stage.Closed));

        assertTrue(vm.revertToState(before), "reverted");
        post();
        vm.warp(START + REACTION_WINDOW + 1);
        market.closeBySilence(matchId, terms, result);
        assertRefused(resourceProvider, call, notInStage(IModicum.Stage.Closed));
    }

    function test_RevertWhen_ThereIsNoMatch() public {
        jobOffer.nonce = 2;
        matchId = jobOfferHash();
        bytes memory call = acceptedCall();
        assertRefused(resourceProvider, call, notInStage(IModicum.Stage.Unknown));
        vm.prank(jobCreator);
        market.postJobOffer(jobOffer);
        assertRefused(resourceProvider, call, notInStage(IModicum.Stage.Posted));
        vm.prank(jobCreator);
        market.cancelJobOffer(jobOffer);
        assertRefused(resourceProvider, call, notInStage(IModicum.Stage.Cancelled));
    }

    /* ORDER */

    function test_RefusesInTheOrderOfTheInterface() public {
        bytes32 right = matchId;
        matchId = keccak256("no match");
        terms.estimate += 1;
        assertRefused(stranger, callWith(""), notInStage(IModicum.Stage.Unknown));
        matchId = right;
        assertRefused(stranger, callWith(""), mismatch());
        terms.estimate -= 1;
        assertRefused(stranger, callWith(""), notEntitled(stranger));
        assertRefused(resourceProvider, callWith(""), notAccepted());

        post();
        terms.estimate += 1;
        assertRefused(stranger, callWith(""), mismatch());
        terms.estimate -= 1;
        assertRefused(stranger, callWith(""), notEntitled(stranger));
        assertRefused(resourceProvider, callWith(""), notAccepted());
    }

    /* STEPS OF THESE TESTS */

    function post() private {
        vm.prank(resourceProvider);
        market.postResult(matchId, terms, result);
    }

    function acceptedCall() private view returns (bytes memory) {
        return callWith(sign(JOB_CREATOR_KEY, market.hashAcceptance(matchId, result)));
    }

    function callWith(bytes memory acceptance) private view returns (bytes memory) {
        return abi.encodeCall(market.closeWithAcceptance, (matchId, terms, result, acceptance));
    }

    function expectAccepted() private {
        uint256 rest = ESTIMATE * (THETA + N);
        expectClosed(
            matchId,
            IModicum.ClosingReason.Accepted,
            IModicum.Settlement(
                uint96(rest - 2200), uint96(rest + 2200), 2 * MEDIATOR_AVAILABILITY, 2 * DIRECTORY_AVAILABILITY, 0
            )
        );
    }

    /// @dev 900 instructions at 2 and 400 bytes at 1.
    function assertPaid() private view {
        uint256 rest = FUNDS - MEDIATOR_AVAILABILITY - DIRECTORY_AVAILABILITY;
        assertEq(free(jobCreator), rest - JOB_INCENTIVE - 2200, "job creator");
        assertEq(free(resourceProvider), rest - RESOURCE_INCENTIVE + 2200, "resource provider");
        assertEq(locked(jobCreator) + locked(resourceProvider), 0, "locked");
    }

    function closing() private returns (Vm.Log memory) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        return logs[logs.length - 1];
    }

    function balances() private view returns (bytes32) {
        return keccak256(
            abi.encode(
                free(jobCreator),
                free(resourceProvider),
                free(mediator),
                free(directory),
                free(sink),
                locked(jobCreator),
                locked(resourceProvider)
            )
        );
    }

    function notAccepted() private view returns (bytes memory) {
        return abi.encodeWithSelector(IModicum.NotAcceptedByJobCreator.selector, matchId, jobCreator);
    }

    function notEntitled(address caller) private view returns (bytes memory) {
        return abi.encodeWithSelector(IModicum.NotEntitled.selector, resourceProvider, caller);
    }

    function mismatch() private view returns (bytes memory) {
        return abi.encodeWithSelector(IModicum.TermsMismatch.selector, matchId);
    }

    /// @dev Of a match that waits for neither a result nor a reaction, a reaction is what is said to be needed.
    function notInStage(IModicum.Stage actual) private view returns (bytes memory) {
        return abi.encodeWithSelector(IModicum.NotInStage.selector, matchId, IModicum.Stage.AwaitingReaction, actual);
    }
}
