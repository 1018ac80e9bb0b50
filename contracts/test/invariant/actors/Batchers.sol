// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../../../src/interfaces/IModicum.sol";
import {Forge} from "../Forge.sol";
import {World} from "../World.sol";
import {Actor} from "./Actor.sol";
import {Borrower} from "./Borrower.sol";

/// @dev Send many calls as one: their own, others', batches of batches, with enough gas or with next to none. What a batch
/// does is also compared with what its calls do one by one.
contract Batchers is Borrower {
    Forge private constant forge = Forge(address(uint160(uint256(keccak256("hevm cheat code")))));
    uint256 private constant GAS_PER_CALL = 8_000_000;
    uint256 private constant GAS_PER_INNER_CALL = 1_000_000;

    constructor(World world) Actor(world) {}

    function moves() external pure override returns (bytes4[] memory all) {
        all = new bytes4[](3);
        all[0] = this.batch.selector;
        all[1] = this.batch.selector;
        all[2] = this.closeMany.selector;
    }

    function batch(uint256 seed) external drawn(seed) {
        (address from, bytes[] memory calls) = borrow(1 + below(5));
        if (calls.length == 0) return;
        if (oneIn(3)) calls[below(calls.length)] = nested();
        send(from, calls);
    }

    function nested() private returns (bytes memory) {
        (, bytes[] memory inner) = borrow(below(4));
        WORLD.see("a batch in a batch");
        return abi.encodeCall(MARKET.batch, (inner, oneIn(4) ? WORLD.MODEL().TOO_LITTLE_GAS() : GAS_PER_INNER_CALL));
    }

    /// @dev What one party can do about all its matches at once: post a result, accept, or close by time.
    function closeMany(uint256 seed) external drawn(seed) {
        (bool found, bytes32 id) = matchIn(IModicum.Stage(3 + below(3)));
        if (!found) return;
        IModicum.Terms memory first = termsOf(id);
        address from = oneIn(2) ? first.resourceProvider : first.jobCreator;
        uint256 count = WORLD.WATCHER().countMatches();
        uint256 start = count > 5 ? count - 5 : 0;
        bytes[] memory calls = new bytes[](count - start);
        for (uint256 i = 0; i < calls.length; ++i) {
            calls[i] = step(WORLD.WATCHER().ids(start + i), from);
        }
        send(from, calls);
    }

    function step(bytes32 id, address from) private returns (bytes memory) {
        (IModicum.Stage stage, uint40 deadline) = MARKET.stageOf(id);
        IModicum.Terms memory terms = termsOf(id);
        IModicum.Result memory result = resultOf(id);
        bool isInTime = block.timestamp <= deadline;
        if (stage == IModicum.Stage.AwaitingResult) {
            if (!isInTime) return abi.encodeCall(MARKET.closeResultOverdue, (id, terms));
            return abi.encodeCall(MARKET.postResult, (id, terms, someResult(terms)));
        }
        if (stage == IModicum.Stage.AwaitingReaction) {
            if (!isInTime || from != terms.jobCreator) {
                return abi.encodeCall(MARKET.closeBySilence, (id, terms, result));
            }
            return abi.encodeCall(MARKET.acceptResult, (id, terms, result));
        }
        return abi.encodeCall(MARKET.closeMediationOverdue, (id, terms, result));
    }

    function send(address from, bytes[] memory calls) private {
        bool isStarved = oneIn(12);
        if (!isStarved && oneIn(2)) compareWithSingles(from, calls);
        uint256 gasPerCall = isStarved ? WORLD.MODEL().TOO_LITTLE_GAS() : GAS_PER_CALL;
        act(from, oneIn(20) ? 1 : 0, abi.encodeCall(MARKET.batch, (calls, gasPerCall)));
    }

    /// @dev On the market itself, twice from the same state.
    function compareWithSingles(address from, bytes[] memory calls) private {
        uint256 snapshot = forge.snapshotState();
        vm.prank(from);
        MARKET.batch(calls, GAS_PER_CALL);
        bytes32 together = WORLD.stateOfTheMarket();
        forge.revertToState(snapshot);
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(from);
            (bool done,) = address(MARKET).call{gas: GAS_PER_CALL}(calls[i]);
            done;
        }
        bytes32 alone = WORLD.stateOfTheMarket();
        forge.revertToState(snapshot);
        assertEq(together, alone, "a batch does what its calls do");
        WORLD.see("a batch and its calls alone");
    }
}
