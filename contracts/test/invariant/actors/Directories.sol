// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {World} from "../World.sol";
import {Actor} from "./Actor.sol";

/// @dev Are there, and change what they ask for it at any time.
contract Directories is Actor {
    constructor(World world) Actor(world) {}

    function moves() external pure override returns (bytes4[] memory all) {
        all = new bytes4[](1);
        all[0] = this.changeAvailability.selector;
    }

    function changeAvailability(uint256 seed) external drawn(seed) {
        act(directory(), abi.encodeCall(MARKET.registerDirectory, (uint96(below(10_000)), "https://directory.example")));
    }
}
