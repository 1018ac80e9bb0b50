// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {World} from "../World.sol";
import {Actor} from "./Actor.sol";

/// @dev Pay in, also with permits that somebody used up before them, and take out.
contract Holders is Actor {
    constructor(World world) Actor(world) {}

    function moves() external pure override returns (bytes4[] memory all) {
        all = new bytes4[](6);
        all[0] = this.deposit.selector;
        all[1] = this.deposit.selector;
        all[2] = this.withdraw.selector;
        all[3] = this.withdraw.selector;
        all[4] = this.depositWithPermit.selector;
        all[5] = this.approve.selector;
    }

    function deposit(uint256 seed) external drawn(seed) {
        address account = party();
        uint256 purse = WORLD.purseOf(account);
        uint256 amount = someAmount(purse);
        if (oneIn(20)) {
            WORLD.endow(account, type(uint96).max);
            amount = type(uint96).max;
        }
        bool isNative = WORLD.MONEY() == World.Money.Native;
        uint256 value = isNative ? amount : 0;
        if (oneIn(10)) value = isNative ? amount / 2 : 1;
        act(account, value, abi.encodeCall(MARKET.deposit, (uint96(amount))));
    }

    function withdraw(uint256 seed) external drawn(seed) {
        address account = party();
        (uint96 free,) = MARKET.balanceOf(account);
        uint256 amount = oneIn(4) ? free : someAmount(free);
        if (oneIn(10)) amount = uint256(free) + 1;
        act(account, abi.encodeCall(MARKET.withdraw, (uint96(amount))));
    }

    /// @dev None, little (no fee is kept of it), half, or any part, of what there is.
    function someAmount(uint256 there) private returns (uint256) {
        if (oneIn(12)) return 0;
        if (oneIn(3)) return bound(below(100), 0, there);
        return bound(oneIn(8) ? there / 2 : below(there / 50 + 1), 0, type(uint96).max);
    }

    function approve(uint256 seed) external drawn(seed) {
        if (WORLD.MONEY() == World.Money.Native) return;
        address account = party();
        WORLD.approve(account, oneIn(3) ? below(1e9) : type(uint256).max);
    }

    function depositWithPermit(uint256 seed) external drawn(seed) {
        address account = party();
        uint96 amount = uint96(someAmount(WORLD.purseOf(account)));
        uint256 deadline = block.timestamp + below(3) - 1;
        (uint8 v, bytes32 r, bytes32 s) = WORLD.signPermit(account, amount, deadline);
        if (oneIn(5)) r = bytes32(draw());
        if (oneIn(3)) {
            WORLD.see("permit used by another");
            WORLD.usePermit(account, amount, deadline, v, r, s);
        }
        act(account, abi.encodeCall(MARKET.depositWithPermit, (amount, deadline, v, r, s)));
    }
}
