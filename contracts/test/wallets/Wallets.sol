// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @dev A contract that owns an account. It sends the calls it is told to, from anyone, and takes what it is paid.
abstract contract Wallet {
    bytes4 internal constant VALID = 0x1626ba7e;
    bytes4 internal constant INVALID = 0xffffffff;

    receive() external payable {}

    function run(address target, uint256 value, bytes calldata call) external {
        (bool done, bytes memory reason) = target.call{value: value}(call);
        if (done) return;
        assembly {
            revert(add(reason, 0x20), mload(reason))
        }
    }

    /// @dev ERC-1271. A view there; one of these wallets does not keep to that.
    function isValidSignature(bytes32 hash, bytes calldata signature) external virtual returns (bytes4);
}

/// @dev One key signs for it, or it notes what it takes as signed without any bytes.
contract OwnedWallet is Wallet {
    address private owner;
    mapping(bytes32 hash => bool) private noted;

    constructor(address owner_) {
        owner = owner_;
    }

    function setOwner(address owner_) external {
        owner = owner_;
    }

    function note(bytes32 hash) external {
        noted[hash] = true;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view override returns (bytes4) {
        (address signer,,) = ECDSA.tryRecover(hash, signature);
        return noted[hash] || (signer == owner && signer != address(0)) ? VALID : INVALID;
    }
}

/// @dev Answers whatever it was told to, to whatever it is asked.
contract OddWallet is Wallet {
    bytes private answer;

    constructor(bytes memory answer_) {
        answer = answer_;
    }

    function isValidSignature(bytes32, bytes calldata) external view override returns (bytes4) {
        bytes memory told = answer;
        assembly {
            return(add(told, 0x20), mload(told))
        }
    }
}

contract RevertingWallet is Wallet {
    /// @dev With the right answer as its reason.
    function isValidSignature(bytes32, bytes calldata) external pure override returns (bytes4) {
        bytes32 reason = VALID;
        assembly {
            mstore(0, reason)
            revert(0, 0x20)
        }
    }
}

contract GasBurningWallet is Wallet {
    function isValidSignature(bytes32, bytes calldata) external view override returns (bytes4) {
        while (gasleft() > 0) {}
        return VALID;
    }
}

/// @dev Calls back while it is asked for a signature, and says that the signature is valid only if nothing came of that.
contract CallingBackWallet is Wallet {
    bytes private inner;

    function whenAsked(bytes calldata inner_) external {
        inner = inner_;
    }

    function isValidSignature(bytes32, bytes calldata) external override returns (bytes4) {
        (bool done,) = msg.sender.call{gas: 300_000}(inner);
        return done ? INVALID : VALID;
    }
}

/// @dev Signs what it was told to expect, and nothing that differs from it in a bit.
contract EchoWallet is Wallet {
    bytes32 private signature;
    uint256 private length;
    bytes32 private hash;

    constructor(bytes memory signature_) {
        (signature, length) = (keccak256(signature_), signature_.length);
    }

    function expectHash(bytes32 hash_) external {
        hash = hash_;
    }

    function isValidSignature(bytes32 hash_, bytes calldata signature_) external view override returns (bytes4) {
        bool same = hash_ == hash && keccak256(signature_) == signature;
        // Selector, hash, offset, length, and the bytes in whole words.
        bool wellFormed = msg.data.length == 4 + 3 * 32 + (length + 31) / 32 * 32;
        return same && wellFormed ? VALID : INVALID;
    }
}
