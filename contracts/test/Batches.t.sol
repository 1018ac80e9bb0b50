// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";
import {Vm} from "./Base.sol";

contract BatchesTest is Market {
    uint256 private constant GAS = 500_000;
    uint256 private constant MANY = 20;
    uint256 private constant BAD = 7;

    bytes[] private calls;
    bytes32[] private ids;
    IModicum.Terms[] private terms;

    /* WHAT A BATCH DOES */

    function test_AnEmptyBatchDoesNothing() public {
        run(solver);
        assertRefusals(new uint256[](0));
    }

    function test_CallsAreMadeAsTheCallerInTheirOrder() public {
        calls.push(abi.encodeCall(market.registerMediator, (1, 2, 3, 4)));
        calls.push(abi.encodeCall(market.setTrust, (IModicum.Trust.MediatorTrustsDirectory, ids, true)));
        calls.push(abi.encodeCall(market.registerMediator, (5, 6, 7, 8)));
        run(stranger);
        assertRefusals(new uint256[](0));
        (uint8 architecture,,,) = market.mediators(stranger);
        assertEq(architecture, 5, "the last one counts");
        assertFalse(market.isRegistered(IModicum.Role.Mediator, address(market)), "the market is nobody's caller");
    }

    function test_OffersOfBothKindsCanBePostedCancelledAndRaisedOver() public {
        vm.prank(resourceProvider);
        market.registerJobCreator();
        jobOffer.jobCreator = resourceProvider;
        calls.push(abi.encodeCall(market.postJobOffer, (jobOffer)));
        calls.push(abi.encodeCall(market.postResourceOffer, (resourceOffer)));
        calls.push(abi.encodeCall(market.cancelJobOffer, (jobOffer)));
        calls.push(abi.encodeCall(market.cancelResourceOffer, (resourceOffer)));
        calls.push(abi.encodeCall(market.raiseNonceFloor, (9)));
        run(resourceProvider);
        assertRefusals(new uint256[](0));
        assertStage(jobOfferHash(), IModicum.Stage.Cancelled, 0);
        (bool posted, bool cancelled,) = market.resourceOfferState(resourceOfferHash());
        assertTrue(posted && cancelled, "resource offer");
        assertEq(market.nonceFloorOf(resourceProvider), 9, "floor");
    }

    function test_ARefusalIsReportedAsItWouldHaveReverted() public {
        calls.push(abi.encodeCall(market.raiseNonceFloor, (4)));
        calls.push(abi.encodeCall(market.raiseNonceFloor, (3)));
        calls.push(abi.encodeCall(market.raiseNonceFloor, (5)));
        vm.expectEmit(address(market));
        emit IModicum.NonceFloorRaised(stranger, 4);
        vm.expectEmit(address(market));
        emit IModicum.CallRefused(1, abi.encodeWithSelector(IModicum.NonceNotAboveFloor.selector, 3, 4));
        vm.expectEmit(address(market));
        emit IModicum.NonceFloorRaised(stranger, 5);
        run(stranger);
        assertEq(market.nonceFloorOf(stranger), 5, "floor");
    }

    /// @dev The job creator's deposit is locked before the provider's is found to be missing.
    function test_ARefusedCallLeavesNothingBehind() public {
        vm.prank(resourceProvider);
        market.withdraw(uint96(FUNDS));
        calls.push(matchCall());
        run(solver);
        assertRefusal(
            0,
            abi.encodeWithSelector(IModicum.InsufficientFunds.selector, resourceProvider, SHARE + RESOURCE_INCENTIVE, 0)
        );
        assertEq(free(jobCreator), FUNDS, "free");
        assertEq(locked(jobCreator), 0, "locked");
        assertStage(jobOfferHash(), IModicum.Stage.Unknown, 0);
    }

    function test_NobodyActsForAnotherByABatch() public {
        (bytes32 id, IModicum.Terms memory its) = makeResult();
        calls.push(abi.encodeCall(market.acceptResult, (id, its, result)));
        calls.push(abi.encodeCall(market.withdraw, (1)));
        calls.push(abi.encodeCall(market.cancelResourceOffer, (resourceOffer)));
        run(stranger);
        assertRefusals(three(0, 1, 2));
    }

    function test_ViewsAreCalledToNoEffect() public {
        calls.push(abi.encodeCall(market.balanceOf, (stranger)));
        run(stranger);
        assertRefusals(new uint256[](0));
    }

    /* MANY AT ONCE, WITH A BAD ONE AMONG THEM */

    function test_ManyMatchesResultsAndAcceptances() public {
        matchMany();
        for (uint256 i = 0; i < ids.length; ++i) {
            IModicum.Result memory posted = result;
            posted.status = IModicum.ResultStatus(i % 10);
            calls.push(abi.encodeCall(market.postResult, (ids[i], terms[i], posted)));
        }
        calls[BAD] = abi.encodeCall(market.postResult, (ids[BAD - 1], terms[BAD], result));
        run(resourceProvider);
        assertRefusal(BAD, notInStage(BAD - 1, IModicum.Stage.AwaitingResult, IModicum.Stage.AwaitingReaction));
        assertStage(ids[BAD], IModicum.Stage.AwaitingResult, COMPLETION_DEADLINE);

        delete calls;
        for (uint256 i = 0; i < ids.length; ++i) {
            IModicum.Result memory posted = result;
            posted.status = IModicum.ResultStatus(i % 10);
            calls.push(abi.encodeCall(market.acceptResult, (ids[i], terms[i], posted)));
        }
        run(jobCreator);
        assertRefusal(BAD, notInStage(BAD, IModicum.Stage.AwaitingReaction, IModicum.Stage.AwaitingResult));
        assertAllClosedBut(BAD);
    }

    function test_ManyClosedBySilence() public {
        matchMany();
        for (uint256 i = 0; i < ids.length; ++i) {
            calls.push(abi.encodeCall(market.postResult, (ids[i], terms[i], result)));
        }
        run(resourceProvider);
        assertRefusals(new uint256[](0));
        vm.prank(jobCreator);
        market.rejectResult(ids[BAD], terms[BAD], result, IModicum.RejectReason.WrongResults);

        delete calls;
        for (uint256 i = 0; i < ids.length; ++i) {
            calls.push(abi.encodeCall(market.closeBySilence, (ids[i], terms[i], result)));
        }
        vm.warp(START + REACTION_WINDOW + 1);
        run(stranger);
        assertRefusal(BAD, notInStage(BAD, IModicum.Stage.AwaitingReaction, IModicum.Stage.InMediation));
        assertAllClosedBut(BAD);
    }

    function test_ManyClosedBySignedAcceptances() public {
        matchMany();
        for (uint256 i = 0; i < ids.length; ++i) {
            uint256 key = i == BAD ? RESOURCE_PROVIDER_KEY : JOB_CREATOR_KEY;
            bytes memory acceptance = sign(key, market.hashAcceptance(ids[i], result));
            calls.push(abi.encodeCall(market.closeWithAcceptance, (ids[i], terms[i], result, acceptance)));
        }
        run(resourceProvider);
        assertRefusal(BAD, abi.encodeWithSelector(IModicum.NotAcceptedByJobCreator.selector, ids[BAD], jobCreator));
        assertAllClosedBut(BAD);
    }

    function test_ManyOverdueResultsAndVerdicts() public {
        matchMany();
        for (uint256 i = 0; i < 10; ++i) {
            vm.prank(resourceProvider);
            market.postResult(ids[i], terms[i], result);
            vm.prank(jobCreator);
            market.rejectResult(ids[i], terms[i], result, IModicum.RejectReason.WrongResults);
            IModicum.Verdict verdict = IModicum.Verdict(i % 7);
            calls.push(abi.encodeCall(market.postVerdict, (ids[i], terms[i], result, verdict, 1, 1, 0)));
        }
        run(mediator);
        assertRefusals(new uint256[](0));
        delete calls;
        vm.warp(COMPLETION_DEADLINE + 1);
        for (uint256 i = 0; i < ids.length; ++i) {
            calls.push(abi.encodeCall(market.closeResultOverdue, (ids[i], terms[i])));
        }
        run(stranger);
        assertEq(refusals(), 10, "those that were judged");
        assertAllClosedBut(MANY);
    }

    function test_OneMatchTwiceInABatchIsMadeOnce() public {
        calls.push(matchCall());
        calls.push(matchCall());
        run(solver);
        assertRefusal(1, abi.encodeWithSelector(IModicum.OfferAlreadyMatched.selector, jobOfferHash()));
        assertEq(locked(jobCreator), SHARE, "locked");
    }

    /* BATCHES IN BATCHES */

    function test_ABatchMayHoldBatches() public {
        bytes[] memory inner = new bytes[](2);
        inner[0] = abi.encodeCall(market.raiseNonceFloor, (0));
        inner[1] = abi.encodeCall(market.raiseNonceFloor, (3));
        bytes[] memory middle = new bytes[](1);
        middle[0] = abi.encodeCall(market.batch, (inner, GAS));
        calls.push(abi.encodeCall(market.batch, (middle, GAS)));
        calls.push(abi.encodeCall(market.raiseNonceFloor, (4)));
        run(stranger);
        assertRefusal(0, abi.encodeWithSelector(IModicum.NonceNotAboveFloor.selector, 0, 0));
        assertEq(market.nonceFloorOf(stranger), 4, "floor");
    }

    function test_AnInnerBatchWithoutEnoughGasLeavesNothingBehind() public {
        bytes[] memory inner = new bytes[](2);
        inner[0] = abi.encodeCall(market.raiseNonceFloor, (3));
        inner[1] = abi.encodeCall(market.registerMediator, (1, 2, 3, 4));
        calls.push(abi.encodeCall(market.batch, (inner, GAS)));
        calls.push(abi.encodeCall(market.raiseNonceFloor, (1)));
        vm.prank(stranger);
        vm.recordLogs();
        market.batch(calls, 45_000);
        assertRefusal(0, "");
        assertEq(market.nonceFloorOf(stranger), 1, "floor");
        assertFalse(market.isRegistered(IModicum.Role.Mediator, stranger), "registered");
    }

    /* WHAT IS NO CALL */

    function test_WhatNamesNoFunctionIsRefused() public {
        calls.push("");
        calls.push(hex"3d");
        calls.push(hex"3d4e5f");
        calls.push(hex"3d4e5f60");
        calls.push(new bytes(1000));
        calls.push(abi.encodeCall(market.raiseNonceFloor, (1)));
        run(stranger);
        assertEq(refusals(), 5, "refused");
        assertEq(market.nonceFloorOf(stranger), 1, "floor");
    }

    function test_TruncatedCallsAreRefused() public {
        (bytes32 id, IModicum.Terms memory its) = makeMatch();
        bytes memory whole = abi.encodeCall(market.postResult, (id, its, result));
        for (uint256 length = 4; length < whole.length; length += 32) {
            calls.push(firstOf(whole, length));
        }
        calls.push(firstOf(whole, whole.length - 1));
        run(resourceProvider);
        assertEq(refusals(), calls.length, "refused");
        assertStage(id, IModicum.Stage.AwaitingResult, COMPLETION_DEADLINE);
    }

    function test_RevertWhen_TheBatchItselfIsMalformed() public {
        calls.push(abi.encodeCall(market.raiseNonceFloor, (1)));
        calls.push(abi.encodeCall(market.raiseNonceFloor, (2)));
        bytes memory whole = abi.encodeCall(market.batch, (calls, GAS));
        // Words: offset of the list, gas, length of the list, two offsets, length of the first call.
        for (uint256 word = 0; word < 6; ++word) {
            if (word == 1) continue;
            bytes memory changed = bytes.concat(whole);
            changed[4 + 32 * word + 16] = 0xff;
            (bool done,) = send(stranger, changed);
            assertFalse(done, "done");
        }
        (bool shortened,) = send(stranger, firstOf(whole, whole.length - 64));
        assertFalse(shortened, "done");
        assertEq(market.nonceFloorOf(stranger), 0, "floor");
    }

    /// @dev The encoding lets a call point before the batch, where there is nothing: an empty call like any other.
    function test_ACallThatPointsNowhereIsRefused() public {
        calls.push(abi.encodeCall(market.raiseNonceFloor, (1)));
        calls.push(abi.encodeCall(market.raiseNonceFloor, (2)));
        bytes memory whole = abi.encodeCall(market.batch, (calls, GAS));
        whole[4 + 32 * 3] = 0xff;
        vm.recordLogs();
        assertDone(stranger, whole);
        assertRefusal(0, "");
        assertEq(market.nonceFloorOf(stranger), 2, "floor");
    }

    /* VALUE */

    function test_RevertWhen_ValueIsSentWithABatch() public {
        calls.push(abi.encodeCall(market.deposit, (1)));
        bytes memory call = abi.encodeCall(market.batch, (calls, GAS));
        vm.deal(stranger, 1);
        vm.prank(stranger);
        (bool done,) = address(market).call{value: 1}(call);
        assertFalse(done, "done");
    }

    /// @dev Nor is one value credited many times.
    function test_ADepositOfCoinsInABatchIsRefused() public {
        calls.push(abi.encodeCall(market.deposit, (5)));
        vm.deal(stranger, 5);
        run(stranger);
        assertRefusal(0, abi.encodeWithSelector(IModicum.WrongAmount.selector, 5, 0));
        assertEq(free(stranger), 0, "free");
    }

    function test_WithdrawalsInABatchPayEachOnce() public {
        fund(stranger, 5);
        calls.push(abi.encodeCall(market.withdraw, (3)));
        calls.push(abi.encodeCall(market.withdraw, (3)));
        calls.push(abi.encodeCall(market.withdraw, (2)));
        run(stranger);
        assertRefusal(1, abi.encodeWithSelector(IModicum.InsufficientFunds.selector, stranger, 3, 2));
        assertEq(stranger.balance, 5, "paid");
    }

    /* GAS */

    function test_ACallWithTooLittleGasIsRefusedWithoutAReason() public {
        calls.push(matchCall());
        vm.recordLogs();
        vm.prank(solver);
        market.batch(calls, 50_000);
        assertRefusal(0, "");
        assertEq(free(jobCreator), FUNDS, "free");

        run(solver);
        assertStage(jobOfferHash(), IModicum.Stage.AwaitingResult, COMPLETION_DEADLINE);
    }

    function test_WithNoGasPerCallNothingIsDone() public {
        calls.push(abi.encodeCall(market.raiseNonceFloor, (1)));
        calls.push("");
        vm.recordLogs();
        vm.prank(stranger);
        market.batch(calls, 0);
        assertEq(refusals(), 2, "refused");
        assertEq(market.nonceFloorOf(stranger), 0, "floor");
    }

    /// @dev More than there is: each gets what is left, and one that fails leaves the others untouched.
    function test_GasPerCallMayBeUnlimited() public {
        calls.push(abi.encodeCall(market.raiseNonceFloor, (1)));
        calls.push(abi.encodeCall(market.raiseNonceFloor, (2)));
        vm.prank(stranger);
        market.batch(calls, type(uint256).max);
        assertEq(market.nonceFloorOf(stranger), 2, "floor");
    }

    /// @dev Whatever gas a batch is given, a match in it is made wholly or not at all.
    function testFuzz_AMatchInABatchIsMadeWhollyOrNotAtAll(uint256 gasPerCall, uint256 gasLimit) public {
        gasPerCall = bound(gasPerCall, 0, 200_000);
        gasLimit = bound(gasLimit, 30_000, 300_000);
        calls.push(matchCall());
        vm.prank(solver);
        try market.batch{gas: gasLimit}(calls, gasPerCall) {} catch {}
        (IModicum.Stage stage,) = market.stageOf(jobOfferHash());
        bool made = stage == IModicum.Stage.AwaitingResult;
        (,, uint32 used) = market.resourceOfferState(resourceOfferHash());
        assertEq(used, made ? 1 : 0, "used");
        assertEq(locked(jobCreator), made ? SHARE : 0, "job creator, locked");
        assertEq(locked(resourceProvider), made ? SHARE : 0, "resource provider, locked");
        assertEq(free(solver), made ? JOB_INCENTIVE + RESOURCE_INCENTIVE : 0, "solver");
    }

    /* STEPS OF THESE TESTS */

    function run(address account) private {
        vm.recordLogs();
        vm.prank(account);
        market.batch(calls, GAS);
    }

    /// @dev Makes many matches in one batch, with one more call among them that is refused.
    function matchMany() private {
        resourceOffer.slots = uint32(MANY);
        for (uint256 i = 0; i < MANY; ++i) {
            jobOffer.nonce = uint56(i);
            ids.push(jobOfferHash());
            terms.push(defaultTerms());
            calls.push(matchCall());
        }
        jobOffer.jobCreator = stranger;
        bytes32 unsigned = jobOfferHash();
        bytes memory last = calls[MANY - 1];
        calls[MANY - 1] = matchCall();
        calls.push(last);
        run(solver);
        assertRefusal(
            MANY - 1, abi.encodeWithSelector(IModicum.OfferNeitherPostedNorSigned.selector, unsigned, stranger)
        );
        assertEq(locked(jobCreator), MANY * SHARE, "locked");
        assertEq(free(solver), MANY * (JOB_INCENTIVE + RESOURCE_INCENTIVE), "solver");
        delete calls;
    }

    function assertAllClosedBut(uint256 open) private view {
        for (uint256 i = 0; i < ids.length; ++i) {
            (IModicum.Stage stage,) = market.stageOf(ids[i]);
            assertTrue((stage == IModicum.Stage.Closed) == (i != open), "closed");
        }
        assertEq(locked(jobCreator), open < ids.length ? SHARE : 0, "locked");
    }

    function notInStage(uint256 i, IModicum.Stage needed, IModicum.Stage actual) private view returns (bytes memory) {
        return abi.encodeWithSelector(IModicum.NotInStage.selector, ids[i], needed, actual);
    }

    /// @dev That exactly this call of the last batch was refused, for this reason.
    function assertRefusal(uint256 index, bytes memory reason) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 count = 0;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != IModicum.CallRefused.selector) continue;
            ++count;
            assertEq(uint256(logs[i].topics[1]), index, "index");
            assertEq(keccak256(logs[i].data), keccak256(abi.encode(reason)), "reason");
        }
        assertEq(count, 1, "refused");
    }

    function assertRefusals(uint256[] memory indices) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 count = 0;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != IModicum.CallRefused.selector) continue;
            assertEq(uint256(logs[i].topics[1]), indices[count++], "index");
        }
        assertEq(count, indices.length, "refused");
    }

    function refusals() private returns (uint256 count) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] == IModicum.CallRefused.selector) ++count;
        }
    }

    function three(uint256 a, uint256 b, uint256 c) private pure returns (uint256[] memory list) {
        list = new uint256[](3);
        (list[0], list[1], list[2]) = (a, b, c);
    }

    function firstOf(bytes memory whole, uint256 length) private pure returns (bytes memory part) {
        part = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            part[i] = whole[i];
        }
    }
}
