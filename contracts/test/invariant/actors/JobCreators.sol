// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../../../src/interfaces/IModicum.sol";
import {World} from "../World.sol";
import {Actor} from "./Actor.sol";
import {Trader} from "./Trader.sol";

/// @dev Offer jobs, take them back, and accept or reject what comes of them, at any time.
contract JobCreators is Trader {
    constructor(World world) Actor(world) {}

    function moves() external pure override returns (bytes4[] memory all) {
        all = new bytes4[](9);
        all[0] = this.offerJob.selector;
        all[1] = this.cancelJob.selector;
        all[2] = this.accept.selector;
        all[3] = this.accept.selector;
        all[4] = this.reject.selector;
        all[5] = this.reject.selector;
        all[6] = this.reject.selector;
        all[7] = this.reject.selector;
        all[8] = this.signAcceptance.selector;
    }

    function offerJob(uint256 seed) external drawn(seed) {
        publish(newJob(trader()));
    }

    function cancelJob(uint256 seed) external drawn(seed) {
        (bool found, World.SignedJob memory job) = someJob();
        if (found && oneIn(3)) act(job.offer.jobCreator, abi.encodeCall(MARKET.cancelJobOffer, (job.offer)));
    }

    function accept(uint256 seed) external drawn(seed) {
        (bool found, bytes32 id) = matchIn(IModicum.Stage.AwaitingReaction);
        if (!found) return;
        IModicum.Terms memory terms = termsOf(id);
        act(terms.jobCreator, abi.encodeCall(MARKET.acceptResult, (id, terms, resultOf(id))));
    }

    function reject(uint256 seed) external drawn(seed) {
        (bool found, bytes32 id) = matchIn(IModicum.Stage.AwaitingReaction);
        if (!found) return;
        IModicum.Terms memory terms = termsOf(id);
        IModicum.RejectReason reason = IModicum.RejectReason(below(5));
        act(terms.jobCreator, abi.encodeCall(MARKET.rejectResult, (id, terms, resultOf(id), reason)));
    }

    /// @dev Of a result that the provider showed it, or of the one that is posted.
    function signAcceptance(uint256 seed) external drawn(seed) {
        bool isPosted = oneIn(3);
        (bool found, bytes32 id) = matchIn(isPosted ? IModicum.Stage.AwaitingReaction : IModicum.Stage.AwaitingResult);
        if (found) WORLD.addAcceptance(id, isPosted ? resultOf(id) : someResult(termsOf(id)));
    }
}
