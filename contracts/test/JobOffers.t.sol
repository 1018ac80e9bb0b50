// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";

contract JobOffersTest is Market {
    /* POST */

    function test_PostingMakesAnOfferLive() public {
        bytes32 offerHash = jobOfferHash();
        vm.expectEmit(address(market));
        emit IModicum.JobOfferPosted(offerHash, jobCreator, jobOffer);
        vm.prank(jobCreator);
        assertEq(market.postJobOffer(jobOffer), offerHash, "hash");
        assertStage(offerHash, IModicum.Stage.Posted, 0);
    }

    function test_AnOfferCanBePostedUntilItsExpiryInclusive() public {
        vm.warp(jobOffer.expiry);
        post();
        assertStage(jobOfferHash(), IModicum.Stage.Posted, 0);
    }

    function test_RevertWhen_PosterIsNotTheOwner() public {
        vm.expectRevert(abi.encodeWithSelector(IModicum.NotTheOwner.selector, jobCreator, stranger));
        vm.prank(stranger);
        market.postJobOffer(jobOffer);
    }

    function test_RevertWhen_PosterIsNotRegistered() public {
        jobOffer.jobCreator = stranger;
        vm.expectRevert(abi.encodeWithSelector(IModicum.NotRegistered.selector, IModicum.Role.JobCreator, stranger));
        vm.prank(stranger);
        market.postJobOffer(jobOffer);
    }

    function test_RevertWhen_PostedOfferIsPostedAgain() public {
        post();
        expectPostRefused(abi.encodeWithSelector(IModicum.OfferAlreadyPosted.selector, jobOfferHash()));
    }

    function test_RevertWhen_CancelledOfferIsPosted() public {
        cancel();
        expectPostRefused(abi.encodeWithSelector(IModicum.OfferIsCancelled.selector, jobOfferHash()));
    }

    function test_RevertWhen_MatchedOfferIsPosted() public {
        makeMatch();
        expectPostRefused(abi.encodeWithSelector(IModicum.OfferAlreadyMatched.selector, jobOfferHash()));
    }

    function test_RevertWhen_OfferOfAClosedMatchIsPosted() public {
        (bytes32 matchId, IModicum.Terms memory terms) = makeResult();
        vm.prank(jobCreator);
        market.acceptResult(matchId, terms, result);
        expectPostRefused(abi.encodeWithSelector(IModicum.OfferAlreadyMatched.selector, matchId));
    }

    function test_RevertWhen_ExpiredOfferIsPosted() public {
        vm.warp(uint256(jobOffer.expiry) + 1);
        expectPostRefused(
            abi.encodeWithSelector(IModicum.OfferExpired.selector, jobOfferHash(), jobOffer.expiry, block.timestamp)
        );
    }

    function test_RevertWhen_CancelledOfferIsPostedAfterItsExpiry() public {
        cancel();
        vm.warp(uint256(jobOffer.expiry) + 1);
        expectPostRefused(abi.encodeWithSelector(IModicum.OfferIsCancelled.selector, jobOfferHash()));
    }

    /* CANCEL */

    function test_CancelsAPostedOffer() public {
        post();
        expectCancelled();
        cancel();
        assertStage(jobOfferHash(), IModicum.Stage.Cancelled, 0);
    }

    function test_CancelsAnOfferThatWasOnlySigned() public {
        expectCancelled();
        cancel();
        assertStage(jobOfferHash(), IModicum.Stage.Cancelled, 0);
    }

    function test_CancelsAnExpiredOffer() public {
        vm.warp(uint256(jobOffer.expiry) + 1);
        cancel();
        assertStage(jobOfferHash(), IModicum.Stage.Cancelled, 0);
    }

    function test_RevertWhen_CancellerIsNotTheOwner() public {
        post();
        vm.expectRevert(abi.encodeWithSelector(IModicum.NotTheOwner.selector, jobCreator, stranger));
        vm.prank(stranger);
        market.cancelJobOffer(jobOffer);
    }

    function test_RevertWhen_CancelledOfferIsCancelledAgain() public {
        cancel();
        expectCancelRefused(abi.encodeWithSelector(IModicum.OfferIsCancelled.selector, jobOfferHash()));
    }

    function test_RevertWhen_MatchedOfferIsCancelled() public {
        makeMatch();
        expectCancelRefused(abi.encodeWithSelector(IModicum.OfferAlreadyMatched.selector, jobOfferHash()));
    }

    function post() private {
        vm.prank(jobCreator);
        market.postJobOffer(jobOffer);
    }

    function cancel() private {
        vm.prank(jobCreator);
        market.cancelJobOffer(jobOffer);
    }

    function expectCancelled() private {
        bytes32 offerHash = jobOfferHash();
        vm.expectEmit(address(market));
        emit IModicum.JobOfferCancelled(offerHash, jobCreator);
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
