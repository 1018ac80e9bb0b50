// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {World} from "../World.sol";
import {Actor} from "./Actor.sol";

/// @dev See a call before it is mined and send it first as their own, or see to it that it is sent again.
contract FrontRunners is Actor {
    constructor(World world) Actor(world) {}

    function moves() external pure override returns (bytes4[] memory all) {
        all = new bytes4[](2);
        all[0] = this.frontRun.selector;
        all[1] = this.postTwice.selector;
    }

    function frontRun(uint256 seed) external drawn(seed) {
        WORLD.frontRun(oneIn(2) ? WORLD.parties(WORLD.THIEF()) : party());
    }

    function postTwice(uint256 seed) external drawn(seed) {
        WORLD.double();
    }
}
