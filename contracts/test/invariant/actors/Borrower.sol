// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {World} from "../World.sol";
import {Actor} from "./Actor.sol";

/// @dev Uses for itself the calls that other actors would make.
abstract contract Borrower is Actor {
    Actor[] private others;

    function meet(Actor[] calldata others_) external {
        others = others_;
    }

    /// @return from whoever would have made the first of the calls
    function borrow(uint256 count) internal returns (address from, bytes[] memory calls) {
        WORLD.collect();
        for (uint256 i = 0; i < count; ++i) {
            Actor other = others[below(others.length)];
            bytes4[] memory known = other.moves();
            (bool done, bytes memory reason) = address(other).call(abi.encodePacked(known[below(known.length)], draw()));
            assertTrue(done, string(reason));
        }
        World.Call[] memory collected = WORLD.takeCollected();
        calls = new bytes[](collected.length);
        for (uint256 i = 0; i < collected.length; ++i) {
            calls[i] = collected[i].data;
        }
        from = collected.length == 0 ? party() : collected[0].from;
    }
}
