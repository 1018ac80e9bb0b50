// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {World} from "../World.sol";
import {Actor} from "./Actor.sol";
import {Borrower} from "./Borrower.sol";

/// @dev Contracts that, when the market pays them or a token moves, refuse, or call the market in the midst of it.
contract Reenterers is Borrower {
    constructor(World world) Actor(world) {}

    function moves() external pure override returns (bytes4[] memory all) {
        all = new bytes4[](2);
        all[0] = this.withdrawAndCall.selector;
        all[1] = this.withdrawAndCall.selector;
    }

    function withdrawAndCall(uint256 seed) external drawn(seed) {
        address account = puppet();
        (, bytes[] memory calls) = borrow(below(3));
        (uint96 free,) = MARKET.balanceOf(account);
        uint96 amount = uint96(below(uint256(free) / 20 + 2));
        (uint256[] memory values, bytes[] memory all) = withItsOwn(calls, amount);
        bool rejects = oneIn(5);
        WORLD.prepare(account, rejects, values, all);
        if (rejects) WORLD.see("refuses to be paid");
        outer(account, amount);
        WORLD.prepare(account, false, new uint256[](0), new bytes[](0));
        if (WORLD.MONEY() == World.Money.MoodyToken) WORLD.callBackInTransfer(address(0), false);
    }

    /// @dev And takes out more, and pays in what it was just paid.
    function withItsOwn(bytes[] memory calls, uint96 amount)
        private
        returns (uint256[] memory values, bytes[] memory all)
    {
        values = new uint256[](calls.length + 2);
        all = new bytes[](calls.length + 2);
        for (uint256 i = 0; i < calls.length; ++i) {
            all[i] = calls[i];
        }
        uint96 again = oneIn(2) ? amount : uint96(below(99)) + 1;
        all[calls.length] = abi.encodeCall(MARKET.withdraw, (again));
        all[calls.length + 1] = abi.encodeCall(MARKET.deposit, (oneIn(2) ? amount : again));
        if (WORLD.MONEY() == World.Money.Native) values[calls.length + 1] = oneIn(4) ? again : amount;
    }

    /// @dev In a market with a token that calls back, it does so in anybody's transfer.
    function outer(address account, uint96 amount) private {
        address mover = account;
        if (WORLD.MONEY() == World.Money.MoodyToken) {
            WORLD.callBackInTransfer(account, oneIn(2));
            if (oneIn(2)) mover = party();
        }
        WORLD.see("calls back");
        if (WORLD.MONEY() != World.Money.Native && oneIn(2)) {
            act(mover, abi.encodeCall(MARKET.deposit, (amount)));
        } else {
            act(mover, abi.encodeCall(MARKET.withdraw, (amount)));
        }
    }
}
