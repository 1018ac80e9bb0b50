// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../../../src/interfaces/IModicum.sol";
import {World} from "../World.sol";
import {Actor} from "./Actor.sol";

/// @dev Close what time has run out for, let time pass, and read.
contract Strangers is Actor {
    constructor(World world) Actor(world) {}

    function moves() external pure override returns (bytes4[] memory all) {
        all = new bytes4[](7);
        all[0] = this.close.selector;
        all[1] = this.close.selector;
        all[2] = this.wait.selector;
        all[3] = this.waitForADeadline.selector;
        all[4] = this.waitForADeadline.selector;
        all[5] = this.waitLong.selector;
        all[6] = this.read.selector;
    }

    function wait(uint256 seed) external drawn(seed) {
        vm.warp(block.timestamp + below(100));
    }

    /// @dev Until its last second, or until it is over.
    function waitForADeadline(uint256 seed) external drawn(seed) {
        (bool found, bytes32 id) = matchIn(IModicum.Stage(3 + below(3)));
        if (!found) return;
        (, uint40 deadline) = MARKET.stageOf(id);
        if (deadline >= block.timestamp) vm.warp(uint256(deadline) + below(2));
    }

    function waitLong(uint256 seed) external drawn(seed) {
        if (oneIn(10)) vm.warp(block.timestamp + 2000);
        else if (oneIn(60)) vm.warp(block.timestamp + 2 days);
    }

    function close(uint256 seed) external drawn(seed) {
        (bool found, bytes32 id) = matchIn(IModicum.Stage(3 + below(3)));
        if (found) act(party(), closing(id));
    }

    /// @dev At the end: as anyone could, by the passing of time alone.
    function closeEach(bytes32[] calldata ids) external {
        for (uint256 i = 0; i < ids.length; ++i) {
            if (WORLD.WATCHER().isOpen(ids[i])) act(WORLD.parties(WORLD.THIEF()), closing(ids[i]));
        }
    }

    function closing(bytes32 id) private view returns (bytes memory) {
        (IModicum.Stage stage,) = MARKET.stageOf(id);
        IModicum.Terms memory terms = termsOf(id);
        if (stage == IModicum.Stage.AwaitingResult) return abi.encodeCall(MARKET.closeResultOverdue, (id, terms));
        IModicum.Result memory result = resultOf(id);
        if (stage == IModicum.Stage.AwaitingReaction) {
            return abi.encodeCall(MARKET.closeBySilence, (id, terms, result));
        }
        return abi.encodeCall(MARKET.closeMediationOverdue, (id, terms, result));
    }

    /// @dev The views give strangers what the model says, also of what they ask at random.
    function read(uint256 seed) external drawn(seed) {
        compare(abi.encodeCall(MARKET.isRegistered, (IModicum.Role(below(4)), party())));
        compare(abi.encodeCall(MARKET.resourceProviders, (party())));
        compare(abi.encodeCall(MARKET.mediators, (party())));
        compare(abi.encodeCall(MARKET.directories, (party())));
        bytes32 subject = oneIn(3) ? WORLD.BASE_LAYER() : subjectOf(oneIn(2) ? mediator() : directory());
        compare(abi.encodeCall(MARKET.isTrusted, (IModicum.Trust(below(6)), trader(), subject)));
        compare(abi.encodeCall(MARKET.parameters, ()));
        compare(abi.encodeCall(MARKET.domainSeparator, ()));
        (bool found, bytes32 id) = anyMatch();
        if (!found) return;
        compare(abi.encodeCall(MARKET.hashAcceptance, (id, resultOf(id))));
        compare(abi.encodeCall(MARKET.nextStepOf, (bytes32(draw()))));
        bytes32[] memory two = new bytes32[](2);
        (two[0], two[1]) = (id, WORLD.WATCHER().ids(0));
        compare(abi.encodeCall(MARKET.closableFrom, (two)));
    }

    function compare(bytes memory call) private view {
        WORLD.compareView(call);
    }
}
