// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CallsBack} from "../tokens/HostileTokens.sol";
import {TestToken} from "../tokens/TestToken.sol";

/// @dev An honest token at first, and whenever it pleases one that keeps fees of the sender, of the receiver or of both,
/// and calls somebody back in the midst of a transfer.
contract MoodyToken is TestToken, CallsBack {
    address private constant KEEPER = address(0xFEE);
    uint256 private receiverFee; // in a hundred
    uint256 private senderFee; // in a hundred

    function setFees(uint256 receiverFee_, uint256 senderFee_) external {
        (receiverFee, senderFee) = (receiverFee_, senderFee_);
    }

    function _update(address from, address to, uint256 value) internal override {
        if (!isTransfer(from, to)) return super._update(from, to, value);

        beforeMove();
        uint256 kept = value * receiverFee / 100;
        super._update(from, to, value - kept);
        super._update(from, KEEPER, kept + value * senderFee / 100);
        afterMove();
    }
}
