// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev More of forge's cheat codes: those that only the campaigns use.
interface Forge {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory);
    function snapshotState() external returns (uint256);
    function resetGasMetering() external;
    function revertToState(uint256 snapshot) external returns (bool);
}

/// @dev Where a call reverts without a reason, forge may put in one of its own, for an earlier call to an account without
/// code, such as a check of a signature. It is a bare string; no error of a contract begins like that.
library Reasons {
    function withoutForges(bool done, bytes memory answer) internal pure returns (bytes memory) {
        return !done && answer.length > 4 && bytes4(answer) == 0 ? bytes("") : answer;
    }
}
