// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";

/// @dev raiseNonceFloor, which cancels all unmatched offers of an account below the new floor.
contract NonceFloorTest is Market {
    uint56 private constant FLOOR = 5;
    uint56 private constant HIGHEST = type(uint56).max;

    /* THE FLOOR */

    function test_RaisingIsAnnouncedAndKept() public {
        vm.expectEmit(address(market));
        emit IModicum.NonceFloorRaised(jobCreator, FLOOR);
        raise(jobCreator, FLOOR);
        assertEq(market.nonceFloorOf(jobCreator), FLOOR, "floor");
        assertEq(market.nonceFloorOf(resourceProvider), 0, "floor of another");
    }

    function test_AnyoneMayRaiseItsFloorRegisteredOrNot() public {
        raise(stranger, FLOOR);
        assertEq(market.nonceFloorOf(stranger), FLOOR, "floor");
    }

    function test_RevertWhen_TheFloorWouldNotRise() public {
        expectNotAbove(0, 0);
        raise(jobCreator, FLOOR);
        expectNotAbove(FLOOR, FLOOR);
        expectNotAbove(FLOOR - 1, FLOOR);
        expectNotAbove(0, FLOOR);
        raise(jobCreator, HIGHEST);
        expectNotAbove(HIGHEST, HIGHEST);
    }

    function testFuzz_TheFloorOnlyRises(uint56[6] memory floors) public {
        uint56 highest = 0;
        for (uint256 i = 0; i < floors.length; ++i) {
            vm.prank(jobCreator);
            try market.raiseNonceFloor(floors[i]) {
                assertTrue(floors[i] > highest, "raised");
                highest = floors[i];
            } catch {
                assertTrue(floors[i] <= highest, "refused");
            }
            assertEq(market.nonceFloorOf(jobCreator), highest, "floor");
        }
    }

    /* WHAT IT CANCELS */

    function test_RevertWhen_ASignedJobOfferIsBelowTheFloor() public {
        raise(jobCreator, FLOOR);
        jobOffer.nonce = FLOOR - 1;
        assertRefused(solver, matchCall(), below(jobOfferHash(), FLOOR - 1, FLOOR));
    }

    function test_RevertWhen_APostedJobOfferIsBelowTheFloor() public {
        jobOffer.nonce = FLOOR - 1;
        vm.prank(jobCreator);
        market.postJobOffer(jobOffer);
        raise(jobCreator, FLOOR);
        assertRefused(solver, matchCall(), below(jobOfferHash(), FLOOR - 1, FLOOR));
    }

    function test_RevertWhen_ASignedResourceOfferIsBelowTheFloor() public {
        raise(resourceProvider, FLOOR);
        resourceOffer.nonce = FLOOR - 1;
        assertRefused(solver, matchCall(), below(resourceOfferHash(), FLOOR - 1, FLOOR));
    }

    function test_RevertWhen_APostedResourceOfferIsBelowTheFloor() public {
        vm.prank(resourceProvider);
        market.postResourceOffer(resourceOffer);
        raise(resourceProvider, FLOOR);
        assertRefused(solver, matchCall(), below(resourceOfferHash(), 1, FLOOR));
    }

    function test_RevertWhen_FreeSlotsAreLeftOfAResourceOfferBelowTheFloor() public {
        makeMatch();
        raise(resourceProvider, FLOOR);
        jobOffer.nonce = 2;
        assertRefused(solver, matchCall(), below(resourceOfferHash(), 1, FLOOR));
    }

    function test_RevertWhen_AJobOfferBelowTheFloorIsPosted() public {
        raise(jobCreator, FLOOR);
        expectPostRefused(below(jobOfferHash(), 1, FLOOR));
    }

    function test_RevertWhen_AResourceOfferBelowTheFloorIsPosted() public {
        raise(resourceProvider, FLOOR);
        expectResourcePostRefused(below(resourceOfferHash(), 1, FLOOR));
    }

    function test_OneFloorIsForBothRolesOfAnAccount() public {
        becomeBoth();
        jobOffer.jobCreator = resourceProvider;
        raise(resourceProvider, FLOOR);
        assertRefused(solver, matchByProvider(), below(jobOfferHash(), 1, FLOOR));
        jobOffer.nonce = FLOOR;
        assertRefused(solver, matchByProvider(), below(resourceOfferHash(), 1, FLOOR));
        resourceOffer.nonce = FLOOR;
        assertDone(solver, matchByProvider());
    }

    /* WHAT IT LEAVES ALONE */

    function test_OffersAtTheFloorAreLive() public {
        raise(jobCreator, FLOOR);
        raise(resourceProvider, FLOOR);
        (jobOffer.nonce, resourceOffer.nonce) = (FLOOR, FLOOR);
        vm.prank(jobCreator);
        market.postJobOffer(jobOffer);
        vm.prank(resourceProvider);
        market.postResourceOffer(resourceOffer);
        assertDone(solver, matchCall());
        assertStage(jobOfferHash(), IModicum.Stage.AwaitingResult, COMPLETION_DEADLINE);
    }

    function test_TheHighestNonceIsAboveEveryFloor() public {
        raise(jobCreator, HIGHEST);
        raise(resourceProvider, HIGHEST);
        (jobOffer.nonce, resourceOffer.nonce) = (HIGHEST, HIGHEST);
        assertDone(solver, matchCall());
        assertStage(jobOfferHash(), IModicum.Stage.AwaitingResult, COMPLETION_DEADLINE);

        jobOffer.jobDigest = keccak256("another job");
        jobOffer.nonce = HIGHEST - 1;
        assertRefused(solver, matchCall(), below(jobOfferHash(), HIGHEST - 1, HIGHEST));
    }

    function test_OffersOfOthersAreLive() public {
        raise(jobCreator, HIGHEST);
        raise(stranger, HIGHEST);
        jobOffer.nonce = HIGHEST;
        assertDone(solver, matchCall());
        assertStage(jobOfferHash(), IModicum.Stage.AwaitingResult, COMPLETION_DEADLINE);
    }

    /// @dev Every way from AwaitingResult to Closed.
    function test_MatchesThatWereMadeGoOn() public {
        resourceOffer.slots = 6;
        bytes32[6] memory ids;
        IModicum.Terms[6] memory terms;
        for (uint256 i = 0; i < ids.length; ++i) {
            jobOffer.nonce = uint56(1 + i);
            (ids[i], terms[i]) = makeMatch();
        }
        raise(jobCreator, HIGHEST);
        raise(resourceProvider, HIGHEST);
        for (uint256 i = 1; i < ids.length; ++i) {
            vm.prank(resourceProvider);
            market.postResult(ids[i], terms[i], result);
        }
        for (uint256 i = 4; i < ids.length; ++i) {
            vm.prank(jobCreator);
            market.rejectResult(ids[i], terms[i], result, IModicum.RejectReason.WrongResults);
        }
        vm.prank(jobCreator);
        market.acceptResult(ids[1], terms[1], result);
        bytes memory acceptance = sign(JOB_CREATOR_KEY, market.hashAcceptance(ids[2], result));
        vm.prank(resourceProvider);
        market.closeWithAcceptance(ids[2], terms[2], result, acceptance);
        vm.prank(mediator);
        market.postVerdict(ids[4], terms[4], result, IModicum.Verdict.CorrectResults, 1, 1, 0);
        vm.warp(COMPLETION_DEADLINE + 1);
        market.closeResultOverdue(ids[0], terms[0]);
        market.closeBySilence(ids[3], terms[3], result);
        market.closeMediationOverdue(ids[5], terms[5], result);

        for (uint256 i = 0; i < ids.length; ++i) {
            assertStage(ids[i], IModicum.Stage.Closed, 0);
        }
        assertEq(locked(jobCreator) + locked(resourceProvider), 0, "locked");
    }

    function test_ResourceOffersBelowTheFloorCanBeCancelledToo() public {
        raise(resourceProvider, FLOOR);
        vm.prank(resourceProvider);
        market.cancelResourceOffer(resourceOffer);
        (, bool cancelled,) = market.resourceOfferState(resourceOfferHash());
        assertTrue(cancelled, "cancelled");
    }

    function test_JobOffersBelowTheFloorCanBeCancelledToo() public {
        raise(jobCreator, FLOOR);
        vm.prank(jobCreator);
        market.cancelJobOffer(jobOffer);
        assertStage(jobOfferHash(), IModicum.Stage.Cancelled, 0);
    }

    function testFuzz_TheFloorTouchesNothingElseOfAnAccount(uint56 floor, uint96 amount, uint8 roles) public {
        floor = uint56(bound(floor, 1, HIGHEST));
        amount = uint96(bound(amount, 0, type(uint96).max - 2 * FUNDS));
        if (amount > 0) fund(resourceProvider, amount);
        if (roles & 1 != 0) becomeBoth();
        if (roles & 2 != 0) makeMatch();
        bytes32 before = stateOf(resourceProvider);
        raise(resourceProvider, floor);
        assertEq(stateOf(resourceProvider), before, "balances and registrations");
        assertEq(market.nonceFloorOf(resourceProvider), floor, "floor");
    }

    function testFuzz_NothingElseTouchesTheFloor(uint56 floor) public {
        floor = uint56(bound(floor, 1, HIGHEST));
        raise(jobCreator, floor);
        raise(resourceProvider, floor);
        (jobOffer.nonce, resourceOffer.nonce) = (floor, floor);
        fund(jobCreator, 1 ether);
        vm.prank(jobCreator);
        market.registerJobCreator();
        vm.prank(jobCreator);
        market.registerResourceProvider(1, 1);
        (bytes32 matchId, IModicum.Terms memory terms) = makeResult();
        vm.prank(jobCreator);
        market.acceptResult(matchId, terms, result);
        uint96 all = uint96(free(jobCreator));
        vm.prank(jobCreator);
        market.withdraw(all);
        assertEq(market.nonceFloorOf(jobCreator), floor, "job creator, floor");
        assertEq(market.nonceFloorOf(resourceProvider), floor, "resource provider, floor");
    }

    /* ORDER */

    function test_PostedJobOffersAreRefusedInTheOrderOfTheInterface() public {
        jobOffer.expiry = uint40(START);
        vm.prank(jobCreator);
        market.postJobOffer(jobOffer);
        raise(jobCreator, FLOOR);
        vm.warp(START + 1);
        // Posted, below the floor, expired, and sent by another: one cause goes after the other.
        bytes32 offerHash = jobOfferHash();
        vm.expectRevert(abi.encodeWithSelector(IModicum.NotTheOwner.selector, jobCreator, stranger));
        vm.prank(stranger);
        market.postJobOffer(jobOffer);
        expectPostRefused(abi.encodeWithSelector(IModicum.OfferAlreadyPosted.selector, offerHash));
        vm.prank(jobCreator);
        market.cancelJobOffer(jobOffer);
        expectPostRefused(abi.encodeWithSelector(IModicum.OfferIsCancelled.selector, offerHash));
        jobOffer.jobDigest = keccak256("another job");
        offerHash = jobOfferHash();
        expectPostRefused(abi.encodeWithSelector(IModicum.NonceBelowFloor.selector, offerHash, 1, FLOOR));
        jobOffer.nonce = FLOOR;
        expectPostRefused(abi.encodeWithSelector(IModicum.OfferExpired.selector, jobOfferHash(), START, START + 1));
        jobOffer.jobCreator = stranger;
        vm.expectRevert(abi.encodeWithSelector(IModicum.NotRegistered.selector, IModicum.Role.JobCreator, stranger));
        vm.prank(stranger);
        market.postJobOffer(jobOffer);
    }

    function test_RevertWhen_AMatchedJobOfferBelowTheFloorIsPosted() public {
        makeMatch();
        raise(jobCreator, FLOOR);
        vm.warp(uint256(jobOffer.expiry) + 1);
        expectPostRefused(abi.encodeWithSelector(IModicum.OfferAlreadyMatched.selector, jobOfferHash()));
    }

    function test_PostedResourceOffersAreRefusedInTheOrderOfTheInterface() public {
        resourceOffer.expiry = uint40(START);
        vm.prank(resourceProvider);
        market.postResourceOffer(resourceOffer);
        raise(resourceProvider, FLOOR);
        vm.warp(START + 1);
        vm.expectRevert(abi.encodeWithSelector(IModicum.NotTheOwner.selector, resourceProvider, stranger));
        vm.prank(stranger);
        market.postResourceOffer(resourceOffer);
        expectResourcePostRefused(abi.encodeWithSelector(IModicum.OfferAlreadyPosted.selector, resourceOfferHash()));
        vm.prank(resourceProvider);
        market.cancelResourceOffer(resourceOffer);
        expectResourcePostRefused(abi.encodeWithSelector(IModicum.OfferIsCancelled.selector, resourceOfferHash()));
        resourceOffer.slots = 3;
        expectResourcePostRefused(
            abi.encodeWithSelector(IModicum.NonceBelowFloor.selector, resourceOfferHash(), 1, FLOOR)
        );
        resourceOffer.nonce = FLOOR;
        expectResourcePostRefused(
            abi.encodeWithSelector(IModicum.OfferExpired.selector, resourceOfferHash(), START, START + 1)
        );
        resourceOffer.resourceProvider = stranger;
        vm.expectRevert(
            abi.encodeWithSelector(IModicum.NotRegistered.selector, IModicum.Role.ResourceProvider, stranger)
        );
        vm.prank(stranger);
        market.postResourceOffer(resourceOffer);
    }

    /// @dev All is wrong with both offers; the rest of the order is in PostMatch.t.sol.
    function test_MatchesAreRefusedInTheOrderOfTheInterface() public {
        jobOffer.expiry = resourceOffer.expiry = uint40(START - 1);
        raise(jobCreator, FLOOR);
        raise(resourceProvider, FLOOR);
        vm.prank(jobCreator);
        market.cancelJobOffer(jobOffer);
        vm.prank(resourceProvider);
        market.cancelResourceOffer(resourceOffer);

        assertRefused(solver, matchCall(), abi.encodeWithSelector(IModicum.OfferIsCancelled.selector, jobOfferHash()));
        jobOffer.jobDigest = keccak256("another job");
        assertRefused(
            solver, matchCall(), abi.encodeWithSelector(IModicum.NonceBelowFloor.selector, jobOfferHash(), 1, FLOOR)
        );
        jobOffer.nonce = FLOOR;
        assertRefused(
            solver,
            matchCall(),
            abi.encodeWithSelector(IModicum.OfferExpired.selector, jobOfferHash(), START - 1, START)
        );
        jobOffer.expiry = uint40(START);
        vm.prank(jobCreator);
        market.postJobOffer(jobOffer);
        assertRefused(
            solver, matchCall(), abi.encodeWithSelector(IModicum.OfferIsCancelled.selector, resourceOfferHash())
        );
        resourceOffer.slots = 0;
        assertRefused(
            solver,
            matchCall(),
            abi.encodeWithSelector(IModicum.NonceBelowFloor.selector, resourceOfferHash(), 1, FLOOR)
        );
        resourceOffer.nonce = FLOOR;
        assertRefused(
            solver,
            matchCall(),
            abi.encodeWithSelector(IModicum.OfferExpired.selector, resourceOfferHash(), START - 1, START)
        );
        resourceOffer.expiry = uint40(START);
        assertRefused(solver, matchCall(), abi.encodeWithSelector(IModicum.NoFreeSlot.selector, resourceOfferHash(), 0));
        resourceOffer.slots = 1;
        assertDone(solver, matchCall());
    }

    function test_RevertWhen_AMatchedJobOfferBelowTheFloorIsMatched() public {
        (bytes32 matchId,) = makeMatch();
        raise(jobCreator, FLOOR);
        assertRefused(solver, matchCall(), abi.encodeWithSelector(IModicum.OfferAlreadyMatched.selector, matchId));
    }

    /* STEPS OF THESE TESTS */

    function raise(address account, uint56 floor) private {
        vm.prank(account);
        market.raiseNonceFloor(floor);
    }

    function becomeBoth() private {
        vm.prank(resourceProvider);
        market.registerJobCreator();
        setTrust(resourceProvider, IModicum.Trust.JobCreatorTrustsMediator, subject(mediator), true);
    }

    function matchByProvider() private view returns (bytes memory) {
        bytes memory jobSignature = sign(RESOURCE_PROVIDER_KEY, jobOfferHash());
        bytes memory resourceSignature = sign(RESOURCE_PROVIDER_KEY, resourceOfferHash());
        return abi.encodeCall(market.postMatch, (jobOffer, jobSignature, resourceOffer, resourceSignature, mediator));
    }

    function stateOf(address account) private view returns (bytes32) {
        (uint8 architecture, uint56 timePerInstruction) = market.resourceProviders(account);
        return keccak256(
            abi.encode(
                free(account),
                locked(account),
                market.isRegistered(IModicum.Role.JobCreator, account),
                market.isRegistered(IModicum.Role.ResourceProvider, account),
                architecture,
                timePerInstruction
            )
        );
    }

    function expectNotAbove(uint56 floor, uint56 current) private {
        vm.expectRevert(abi.encodeWithSelector(IModicum.NonceNotAboveFloor.selector, floor, current));
        raise(jobCreator, floor);
    }

    function below(bytes32 offerHash, uint256 nonce, uint256 floor) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IModicum.NonceBelowFloor.selector, offerHash, nonce, floor);
    }

    function expectPostRefused(bytes memory reason) private {
        assertRefused(jobCreator, abi.encodeCall(market.postJobOffer, (jobOffer)), reason);
    }

    function expectResourcePostRefused(bytes memory reason) private {
        assertRefused(resourceProvider, abi.encodeCall(market.postResourceOffer, (resourceOffer)), reason);
    }
}
