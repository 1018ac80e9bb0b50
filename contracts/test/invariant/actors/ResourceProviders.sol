// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../../../src/interfaces/IModicum.sol";
import {World} from "../World.sol";
import {Actor} from "./Actor.sol";
import {Trader} from "./Trader.sol";

/// @dev Offer machines, take offers back, post results, and settle where the job creator signed.
contract ResourceProviders is Trader {
    constructor(World world) Actor(world) {}

    function moves() external pure override returns (bytes4[] memory all) {
        all = new bytes4[](11);
        all[0] = this.offerResource.selector;
        all[1] = this.cancelResource.selector;
        all[2] = this.postResult.selector;
        all[3] = this.postResult.selector;
        all[4] = this.postResult.selector;
        all[5] = this.postResult.selector;
        all[6] = this.postResult.selector;
        all[7] = this.postResult.selector;
        all[8] = this.postResult.selector;
        all[9] = this.settle.selector;
        all[10] = this.settleLater.selector;
    }

    function offerResource(uint256 seed) external drawn(seed) {
        publish(newResource(trader()));
    }

    function cancelResource(uint256 seed) external drawn(seed) {
        (bool found, World.SignedResource memory resource) = someResource();
        if (!found || !oneIn(3)) return;
        act(resource.offer.resourceProvider, abi.encodeCall(MARKET.cancelResourceOffer, (resource.offer)));
    }

    function postResult(uint256 seed) external drawn(seed) {
        (bool found, bytes32 id) = matchIn(IModicum.Stage.AwaitingResult);
        if (!found) return;
        IModicum.Terms memory terms = termsOf(id);
        act(terms.resourceProvider, abi.encodeCall(MARKET.postResult, (id, terms, someResult(terms))));
    }

    /// @dev By the job creator's signature, which most give when they are asked.
    function settle(uint256 seed) external drawn(seed) {
        bool isPosted = oneIn(3);
        (bool found, bytes32 id) = matchIn(isPosted ? IModicum.Stage.AwaitingReaction : IModicum.Stage.AwaitingResult);
        if (!found) return;
        WORLD.addAcceptance(id, isPosted ? resultOf(id) : someResult(termsOf(id)));
        settleBy(WORLD.acceptanceAt(WORLD.countAcceptances() - 1));
    }

    /// @dev By one of the signatures that job creators gave unasked.
    function settleLater(uint256 seed) external drawn(seed) {
        uint256 count = WORLD.countAcceptances();
        if (count > 0) settleBy(WORLD.acceptanceAt(count - 1 - below(count < 3 ? count : 3)));
    }

    function settleBy(World.Acceptance memory known) private {
        IModicum.Terms memory terms = termsOf(known.matchId);
        act(
            terms.resourceProvider,
            abi.encodeCall(MARKET.closeWithAcceptance, (known.matchId, terms, known.result, known.signature))
        );
    }
}
