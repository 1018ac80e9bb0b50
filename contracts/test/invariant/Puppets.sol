// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {ICalledBack} from "../tokens/HostileTokens.sol";
import {Reasons} from "./Forge.sol";

/// @dev A party that is a contract. When the market's payment calls it back it refuses, or calls the market again as it was
/// told to, once, and remembers what came of that in `echo`.
contract Puppet is ICalledBack {
    address private immutable MARKET;
    bytes32 public echo;
    bool private rejects;
    uint256[] private values;
    bytes[] private calls;

    constructor(address market) {
        MARKET = market;
    }

    function prepare(bool rejects_, uint256[] memory values_, bytes[] memory calls_) external {
        (rejects, values, calls) = (rejects_, values_, calls_);
    }

    receive() external payable {
        play();
    }

    function called() external {
        play();
    }

    function play() private {
        require(!rejects, "no");
        (uint256[] memory values_, bytes[] memory calls_) = (values, calls);
        (values, calls) = (new uint256[](0), new bytes[](0));
        for (uint256 i = 0; i < calls_.length; ++i) {
            (bool done, bytes memory answer) = MARKET.call{value: values_[i]}(calls_[i]);
            echo = keccak256(abi.encode(echo, done, Reasons.withoutForges(done, answer)));
        }
    }
}

/// @dev Takes for its own what its owner's key signed.
contract GoodWallet is Puppet {
    address private immutable OWNER;

    constructor(address market, address owner) Puppet(market) {
        OWNER = owner;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        (address signer,,) = ECDSA.tryRecover(digest, signature);
        return signer == OWNER ? this.isValidSignature.selector : bytes4(0xffffffff);
    }
}

/// @dev Takes everything for its own, and bears what comes of it.
contract YesWallet is Puppet {
    constructor(address market) Puppet(market) {}

    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return this.isValidSignature.selector;
    }
}

/// @dev Burns all the gas that it is given, whenever it is asked.
contract BurningWallet is Puppet {
    constructor(address market) Puppet(market) {}

    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        assembly {
            invalid()
        }
    }
}

/// @dev Answers with almost the right word.
contract MumblingWallet is Puppet {
    constructor(address market) Puppet(market) {}

    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes32) {
        return bytes32(bytes4(0x1626ba7e)) | bytes32(uint256(1));
    }
}

/// @dev Gives what it is made with to an account that may not want it.
contract Gift {
    constructor(address payable to) payable {
        selfdestruct(to);
    }
}
