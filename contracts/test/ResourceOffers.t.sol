// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";

contract ResourceOffersTest is Market {
    /* POST */

    function test_PostingMakesAnOfferLive() public {
        bytes32 offerHash = resourceOfferHash();
        vm.expectEmit(address(market));
        emit IModicum.ResourceOfferPosted(offerHash, resourceProvider, resourceOffer);
        vm.prank(resourceProvider);
        assertEq(market.postResourceOffer(resourceOffer), offerHash, "hash");
        assertState(true, false, 0);
    }

    function test_AnOfferCanBePostedUntilItsExpiryInclusive() public {
        vm.warp(resourceOffer.expiry);
        post();
        assertState(true, false, 0);
    }

    function test_AnOfferCanBePostedAfterASlotWasMatchedBySignature() public {
        makeMatch();
        post();
        assertState(true, false, 1);
    }

    function test_RevertWhen_PosterIsNotTheOwner() public {
        vm.expectRevert(abi.encodeWithSelector(IModicum.NotTheOwner.selector, resourceProvider, stranger));
        vm.prank(stranger);
        market.postResourceOffer(resourceOffer);
    }

    function test_RevertWhen_PosterIsNotRegistered() public {
        resourceOffer.resourceProvider = stranger;
        vm.expectRevert(
            abi.encodeWithSelector(IModicum.NotRegistered.selector, IModicum.Role.ResourceProvider, stranger)
        );
        vm.prank(stranger);
        market.postResourceOffer(resourceOffer);
    }

    function test_RevertWhen_PostedOfferIsPostedAgain() public {
        post();
        expectPostRefused(abi.encodeWithSelector(IModicum.OfferAlreadyPosted.selector, resourceOfferHash()));
    }

    function test_RevertWhen_CancelledOfferIsPosted() public {
        post();
        cancel();
        expectPostRefused(abi.encodeWithSelector(IModicum.OfferIsCancelled.selector, resourceOfferHash()));
    }

    function test_RevertWhen_ExpiredOfferIsPosted() public {
        vm.warp(uint256(resourceOffer.expiry) + 1);
        expectPostRefused(
            abi.encodeWithSelector(
                IModicum.OfferExpired.selector, resourceOfferHash(), resourceOffer.expiry, block.timestamp
            )
        );
    }

    /* CANCEL */

    function test_CancelsAPostedOffer() public {
        post();
        bytes32 offerHash = resourceOfferHash();
        vm.expectEmit(address(market));
        emit IModicum.ResourceOfferCancelled(offerHash, resourceProvider);
        cancel();
        assertState(true, true, 0);
    }

    function test_CancelsAnOfferThatWasOnlySigned() public {
        cancel();
        assertState(false, true, 0);
    }

    function test_CancelsWhatIsNotYetMatched() public {
        makeMatch();
        cancel();
        assertState(false, true, 1);
    }

    function test_RevertWhen_CancellerIsNotTheOwner() public {
        vm.expectRevert(abi.encodeWithSelector(IModicum.NotTheOwner.selector, resourceProvider, stranger));
        vm.prank(stranger);
        market.cancelResourceOffer(resourceOffer);
    }

    function test_RevertWhen_CancelledOfferIsCancelledAgain() public {
        cancel();
        expectCancelRefused(abi.encodeWithSelector(IModicum.OfferIsCancelled.selector, resourceOfferHash()));
    }

    function test_RevertWhen_NothingIsLeftToCancel() public {
        resourceOffer.slots = 1;
        makeMatch();
        expectCancelRefused(abi.encodeWithSelector(IModicum.NoFreeSlot.selector, resourceOfferHash(), 1));
    }

    function assertState(bool posted, bool cancelled, uint256 used) private view {
        (bool isPosted, bool isCancelled, uint32 isUsed) = market.resourceOfferState(resourceOfferHash());
        assertTrue(isPosted == posted, "posted");
        assertTrue(isCancelled == cancelled, "cancelled");
        assertEq(isUsed, used, "used");
    }

    function post() private {
        vm.prank(resourceProvider);
        market.postResourceOffer(resourceOffer);
    }

    function cancel() private {
        vm.prank(resourceProvider);
        market.cancelResourceOffer(resourceOffer);
    }

    function expectPostRefused(bytes memory reason) private {
        vm.expectRevert(reason);
        post();
    }

    function expectCancelRefused(bytes memory reason) private {
        vm.expectRevert(reason);
        cancel();
    }
}
