// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../../../src/interfaces/IModicum.sol";
import {World} from "../World.sol";
import {Actor} from "./Actor.sol";

/// @dev Judge, with any verdict and any usage, and change their prices at any time.
contract Mediators is Actor {
    constructor(World world) Actor(world) {}

    function moves() external pure override returns (bytes4[] memory all) {
        all = new bytes4[](5);
        all[0] = this.judge.selector;
        all[1] = this.judge.selector;
        all[2] = this.judge.selector;
        all[3] = this.judge.selector;
        all[4] = this.changePrices.selector;
    }

    function judge(uint256 seed) external drawn(seed) {
        (bool found, bytes32 id) = matchIn(IModicum.Stage.InMediation);
        if (!found) return;
        IModicum.Terms memory terms = termsOf(id);
        IModicum.Result memory usage = someResult(terms);
        IModicum.Verdict verdict = IModicum.Verdict(below(7));
        act(
            terms.mediator,
            abi.encodeCall(
                MARKET.postVerdict,
                (id, terms, resultOf(id), verdict, usage.instructions, usage.bandwidth, usage.commitment)
            )
        );
    }

    function changePrices(uint256 seed) external drawn(seed) {
        uint64 instructionPrice = oneIn(10) ? type(uint64).max : uint64(below(1000));
        bytes memory data = abi.encodeCall(
            MARKET.registerMediator,
            (oneIn(12) ? 2 : 1, instructionPrice, uint64(below(1000)), oneIn(20) ? 1e15 : uint96(below(10_000)))
        );
        act(mediator(), data);
    }
}
