// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Gift} from "../Puppets.sol";
import {World} from "../World.sol";
import {Actor} from "./Actor.sol";

/// @dev Push onto the market what nobody asked for, and rule a token with moods.
contract Givers is Actor {
    constructor(World world) Actor(world) {}

    function moves() external pure override returns (bytes4[] memory all) {
        all = new bytes4[](4);
        all[0] = this.giveCoins.selector;
        all[1] = this.giveTokens.selector;
        all[2] = this.sendCoins.selector;
        all[3] = this.changeFees.selector;
    }

    function giveCoins(uint256 seed) external drawn(seed) {
        uint256 amount = below(1e6);
        vm.deal(address(this), amount);
        new Gift{value: amount}(payable(address(MARKET)));
        if (WORLD.MONEY() == World.Money.Native) WORLD.noteGift(amount);
    }

    function giveTokens(uint256 seed) external drawn(seed) {
        if (WORLD.MONEY() == World.Money.Native) return;
        uint256 amount = oneIn(2) ? below(100) : below(1e9);
        WORLD.TOKEN().mint(address(MARKET), amount);
        WORLD.noteGift(amount);
    }

    /// @dev The market takes no coins but by a deposit.
    function sendCoins(uint256 seed) external drawn(seed) {
        act(party(), below(3), "");
    }

    function changeFees(uint256 seed) external drawn(seed) {
        if (WORLD.MONEY() == World.Money.MoodyToken) WORLD.setFees(below(2) * below(4), below(2) * below(4));
    }
}
