// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @dev A wallet without a key: it does what its owner tells it, and takes as signed what its owner signed.
contract TestWallet is IERC1271 {
    enum Mood {
        Honest,
        SaysNo,
        SaysYesToAll,
        AnswersTooLittle,
        AnswersAnotherWord,
        AnswersABook,
        Reverts,
        BurnsAllGas,
        AsksWhoAsks,
        ThinksLong
    }

    bytes4 private constant YES = IERC1271.isValidSignature.selector;

    address private owner;
    address private market;
    Mood private mood;

    function setOwner(address owner_) external {
        owner = owner_;
    }

    function setMood(Mood mood_, address market_) external {
        (mood, market) = (mood_, market_);
    }

    function carryOut(address to, bytes calldata data) external payable {
        (bool done, bytes memory reason) = to.call{value: msg.value}(data);
        if (done) return;
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        Mood now_ = mood;
        if (now_ == Mood.SaysNo) return 0xffffffff;
        if (now_ == Mood.SaysYesToAll) return YES;
        if (now_ == Mood.AsksWhoAsks) return msg.sender == market ? YES : bytes4(0);
        require(now_ != Mood.Reverts, "not in the mood");
        while (now_ == Mood.BurnsAllGas) {}
        if (now_ == Mood.AnswersTooLittle) answer(uint256(uint32(YES)) << 224, 4);
        if (now_ == Mood.AnswersAnotherWord) answer(uint256(uint32(YES)) << 224 | 1, 32);
        if (now_ == Mood.AnswersABook) answer(uint256(uint32(YES)) << 224, 200_000);
        if (now_ == Mood.ThinksLong) think();
        (address signer,,) = ECDSA.tryRecover(hash, signature);
        return signer == owner ? YES : bytes4(0);
    }

    /// @dev Burns well over half a million gas.
    function think() private view {
        uint256 before = gasleft();
        while (before - gasleft() < 700_000) {}
    }

    function answer(uint256 word, uint256 size) private pure {
        assembly {
            mstore(0, word)
            return(0, size)
        }
    }

    receive() external payable {}
}
