// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../../src/interfaces/IModicum.sol";

/// @dev The part of forge's cheat codes that halmos knows and the checks here use.
interface Vm {
    function assume(bool condition) external pure;
    function getCode(string calldata artifact) external view returns (bytes memory);
    function prank(address sender) external;
    function deal(address account, uint256 balance) external;
    function warp(uint256 blockTime) external;
    function load(address account, bytes32 slot) external view returns (bytes32);
}

/// @dev Halmos' own cheat codes.
interface SymbolicVm {
    function createUint256(string calldata name) external pure returns (uint256);
    function createAddress(string calldata name) external pure returns (address);
    function enableSymbolicStorage(address account) external;
}

/// @dev A market with any parameters, in any state, at any block time. What a check adds is which of those states can be
/// (the assumptions of README.md), one call by anybody with any arguments, and what must be true after it.
abstract contract AnyState {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    SymbolicVm internal constant svm = SymbolicVm(0xF3993A62377BCd56AE39D773740A5390411E8BC9);

    /// @dev No time in a check is later: about the year 19,000. Sums of times then fit their 40 bits.
    uint256 internal constant END_OF_TIME = 1 << 39;
    uint256 internal constant ALL_MONEY = type(uint96).max;
    /// @dev Of the mapping of records, as in the storage layout.
    uint256 internal constant RECORDS_SLOT = 2;

    address internal constant JOB_CREATOR = address(0xA11CE);
    address internal constant RESOURCE_PROVIDER = address(0xB0B);
    address internal constant MEDIATOR = address(0x3ED1A704);
    address internal constant DIRECTORY = address(0xD14EC704);
    address internal constant SINK = address(0x51BB);

    IModicum internal market;
    // The parameters, as in the market.
    uint256 internal theta;
    uint256 internal n;
    uint256 internal reactionWindow;
    uint256 internal mediationWindow;
    address internal sink;

    function setUp() public {
        theta = any(16, "theta");
        n = any(16, "n");
        reactionWindow = any(32, "reactionWindow");
        mediationWindow = any(32, "mediationWindow");
        sink = SINK;
        vm.assume(theta > 0 && n > 0 && reactionWindow > 0 && mediationWindow > 0);
        market = deploy();
        svm.enableSymbolicStorage(address(market));
        uint256 blockTime = any(40, "blockTime");
        vm.assume(blockTime < END_OF_TIME);
        vm.warp(blockTime);
    }

    function deploy() private returns (IModicum deployed) {
        IModicum.Parameters memory parameters = IModicum.Parameters({
            penaltyRate: uint16(theta),
            verificationCount: uint16(n),
            reactionWindow: uint32(reactionWindow),
            mediationWindow: uint32(mediationWindow),
            usageTolerance: 500,
            penaltySink: sink,
            paymentToken: address(0)
        });
        bytes memory code = abi.encodePacked(vm.getCode("Modicum.sol:Modicum"), abi.encode(parameters));
        assembly {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        assert(address(deployed) != address(0));
    }

    function any(uint256 bits, string memory name) internal pure returns (uint256 value) {
        value = svm.createUint256(name);
        vm.assume(value >> bits == 0);
    }

    /* READING */

    /// @dev All that the market keeps of one account's money.
    struct Purse {
        uint256 free;
        uint256 locked;
    }

    function purse(address account) internal view returns (Purse memory) {
        (uint256 free, uint256 locked) = market.balanceOf(account);
        return Purse(free, locked);
    }

    function money(address account) internal view returns (uint256) {
        (uint256 free, uint256 locked) = market.balanceOf(account);
        return free + locked;
    }

    /// @dev The money of all these accounts, where one that is there twice counts once.
    function moneyOf(address[5] memory accounts) internal view returns (uint256 sum) {
        for (uint256 i = 0; i < 5; ++i) {
            bool isNew = true;
            for (uint256 j = 0; j < i; ++j) isNew = both(isNew, accounts[j] != accounts[i]);
            sum += only(isNew, money(accounts[i]));
        }
    }

    /// @dev Slot of a match's record, which has no view of the commitment. A wrong one would make checks fail, not pass.
    function record(bytes32 matchId) internal view returns (uint256) {
        return uint256(vm.load(address(market), keccak256(abi.encode(matchId, RECORDS_SLOT))));
    }

    function stage(bytes32 matchId) internal view returns (IModicum.Stage stage_) {
        (stage_,) = market.stageOf(matchId);
    }

    function deadline(bytes32 matchId) internal view returns (uint256 deadline_) {
        (, deadline_) = market.stageOf(matchId);
    }

    /* ACTING */

    /// @dev Calls the market as somebody; a refusal is a value, and leaves nothing behind.
    function call(address caller, bytes memory data) internal returns (bool done) {
        vm.assume(caller != address(market));
        vm.prank(caller);
        (done,) = address(market).call(data);
    }

    function isSigned(address account, bytes32 digest, bytes32 r, bytes32 s, uint8 v) internal pure returns (bool) {
        return both(account != address(0), ecrecover(digest, v, r, s) == account);
    }

    /* ARITHMETIC */

    /// @dev x, or 0 where the condition does not hold.
    function only(bool condition, uint256 x) internal pure returns (uint256 y) {
        assembly {
            y := and(x, sub(0, condition))
        }
    }

    function both(bool x, bool y) internal pure returns (bool z) {
        assembly {
            z := and(x, y)
        }
    }

    function either(bool x, bool y) internal pure returns (bool z) {
        assembly {
            z := or(x, y)
        }
    }

    function min(uint256 x, uint256 y) internal pure returns (uint256) {
        return x < y ? x : y;
    }

    /// @dev x * y. The solver is told nothing of multiplication but what stands in a check as "lemma" and here: that it does
    /// not matter which factor comes first, and that 128 bits by 128 do not overflow.
    function product(uint256 x, uint256 y) internal pure returns (uint256 z) {
        uint256 other;
        assembly {
            z := mul(x, y)
            other := mul(y, x)
        }
        vm.assume(z == other);
    }
}
