// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../../../src/interfaces/IModicum.sol";
import {Base} from "../../Base.sol";
import {World} from "../World.sol";

/// @dev Whoever takes part. Each function is one move; its seed decides the rest, by `below`, `oneIn` and what draws on them.
abstract contract Actor is Base {
    World internal immutable WORLD;
    IModicum internal immutable MARKET;
    uint256 private luck;

    constructor(World world) {
        WORLD = world;
        MARKET = world.MARKET();
    }

    /// @dev The moves, the likelier the more often they are named.
    function moves() external pure virtual returns (bytes4[] memory);

    modifier drawn(uint256 seed) {
        luck = seed;
        _;
    }

    /* LUCK */

    function draw() internal returns (uint256) {
        luck = uint256(keccak256(abi.encode(luck)));
        return luck;
    }

    function below(uint256 limit) internal returns (uint256) {
        return draw() % limit;
    }

    function oneIn(uint256 count) internal returns (bool) {
        return below(count) == 0;
    }

    function party() internal returns (address) {
        return WORLD.parties(below(WORLD.PARTIES()));
    }

    function trader() internal returns (address) {
        return WORLD.parties(below(WORLD.TRADERS()));
    }

    function mediator() internal returns (address) {
        return WORLD.parties(WORLD.MEDIATOR() + below(2));
    }

    function directory() internal returns (address) {
        return WORLD.parties(WORLD.DIRECTORY() + below(2));
    }

    function puppet() internal returns (address) {
        return WORLD.parties(WORLD.GOOD_WALLET() + below(WORLD.PUPPETS()));
    }

    /* MATCHES */

    /// @dev The first match in the stage from a random one on.
    function matchIn(IModicum.Stage stage) internal returns (bool found, bytes32 id) {
        uint256 count = WORLD.WATCHER().countMatches();
        uint256 first = count == 0 ? 0 : below(count);
        for (uint256 i = 0; i < count; ++i) {
            id = WORLD.WATCHER().ids((first + i) % count);
            (IModicum.Stage actual,) = MARKET.stageOf(id);
            if (actual == stage) return (true, id);
        }
    }

    function anyMatch() internal returns (bool found, bytes32 id) {
        uint256 count = WORLD.WATCHER().countMatches();
        if (count > 0) return (true, WORLD.WATCHER().ids(below(count)));
    }

    function termsOf(bytes32 id) internal view returns (IModicum.Terms memory) {
        return WORLD.MODEL().termsOf(id);
    }

    function resultOf(bytes32 id) internal view returns (IModicum.Result memory) {
        return WORLD.MODEL().resultOf(id);
    }

    /// @dev Within the limits of the job, at them, or far above them.
    function someResult(IModicum.Terms memory terms) internal returns (IModicum.Result memory result) {
        result.status = IModicum.ResultStatus(oneIn(2) ? 0 : below(10));
        result.commitment = bytes32(draw());
        uint256 usage = oneIn(4) ? terms.instructionLimit : below(uint256(terms.instructionLimit) * 2 + 1);
        result.instructions = oneIn(8) ? type(uint56).max : uint56(usage);
        result.bandwidth = oneIn(8) ? type(uint56).max : uint56(below(uint256(terms.bandwidthLimit) + 1));
    }

    /* CALLS */

    function act(address from, bytes memory data) internal {
        WORLD.act(World.Call(from, 0, data));
    }

    function act(address from, uint256 value, bytes memory data) internal {
        WORLD.act(World.Call(from, value, data));
    }

    function one(bytes32 subject) internal pure returns (bytes32[] memory subjects) {
        subjects = new bytes32[](1);
        subjects[0] = subject;
    }

    function subjectOf(address account) internal pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }
}
