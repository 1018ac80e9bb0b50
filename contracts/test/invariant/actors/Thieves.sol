// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../../../src/interfaces/IModicum.sol";
import {World} from "../World.sol";
import {Actor} from "./Actor.sol";
import {Trader} from "./Trader.sol";

/// @dev Call everything as somebody who may not, with others' terms, offers and signatures, whole or tampered with.
contract Thieves is Trader {
    // The order of secp256k1.
    uint256 private constant ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    constructor(World world) Actor(world) {}

    function moves() external pure override returns (bytes4[] memory all) {
        all = new bytes4[](9);
        all[0] = this.stepAsAnother.selector;
        all[1] = this.stepAsAnother.selector;
        all[2] = this.offerAsAnother.selector;
        all[3] = this.matchWithStolenSignatures.selector;
        all[4] = this.repeat.selector;
        all[5] = this.sendGarbage.selector;
        all[6] = this.sendMalformed.selector;
        all[7] = this.stepAsAnother.selector;
        all[8] = this.stepAsAnother.selector;
    }

    /// @dev Any step of any match, in any stage, as anyone.
    function stepAsAnother(uint256 seed) external drawn(seed) {
        (bool found, bytes32 id) = oneIn(3) ? anyMatch() : matchIn(IModicum.Stage(3 + below(3)));
        if (found) act(party(), oneIn(12) ? 1 : 0, step(oneIn(20) ? bytes32(draw()) : id));
    }

    function step(bytes32 id) private returns (bytes memory) {
        IModicum.Terms memory terms = termsOf(id);
        IModicum.Result memory result = resultOf(id);
        if (oneIn(4)) tamper(terms, result);
        uint256 which = oneIn(5) ? below(8) : stepIn(id);
        if (which == 0) return abi.encodeCall(MARKET.postResult, (id, terms, someResult(terms)));
        if (which == 1) return abi.encodeCall(MARKET.acceptResult, (id, terms, result));
        if (which == 2) {
            return abi.encodeCall(MARKET.rejectResult, (id, terms, result, IModicum.RejectReason(below(5))));
        }
        if (which == 3) return abi.encodeCall(MARKET.closeBySilence, (id, terms, result));
        if (which == 4) return abi.encodeCall(MARKET.closeResultOverdue, (id, terms));
        if (which == 5) return abi.encodeCall(MARKET.closeMediationOverdue, (id, terms, result));
        if (which == 6) return settlement(id, terms);
        return abi.encodeCall(MARKET.postVerdict, (id, terms, result, IModicum.Verdict(below(7)), 1000, 1000, ""));
    }

    /// @dev One that somebody may take in the match's stage.
    function stepIn(bytes32 id) private returns (uint256) {
        (IModicum.Stage stage,) = MARKET.stageOf(id);
        if (stage == IModicum.Stage.AwaitingResult) return [0, 4, 6][below(3)];
        if (stage == IModicum.Stage.AwaitingReaction) return [1, 2, 3, 6][below(4)];
        return oneIn(2) ? 5 : 7;
    }

    /// @dev In the thief's favour, as far as there is one.
    function tamper(IModicum.Terms memory terms, IModicum.Result memory result) private {
        uint256 which = below(11);
        if (which > 7) tamper(result, which);
        else if (which == 0) terms.jobCreator = party();
        else if (which == 1) terms.resourceProvider = party();
        else if (which == 2) terms.mediator = party();
        else if (which == 3) terms.directory = party();
        else if (which == 4) terms.completionDeadline = uint40(block.timestamp);
        else if (which == 5) terms.instructionPrice *= 2;
        else if (which == 6) terms.mediatorAvailability += 1;
        else terms.estimate += 1;
    }

    function tamper(IModicum.Result memory result, uint256 which) private pure {
        if (which == 8) result.instructions ^= 1;
        else if (which == 9) result.status = IModicum.ResultStatus.Declined;
        else result.commitment = ~result.commitment;
    }

    /// @dev By anybody's signature under anything, or a tampered one.
    function settlement(bytes32 id, IModicum.Terms memory terms) private returns (bytes memory) {
        uint256 count = WORLD.countAcceptances();
        if (count == 0) return abi.encodeCall(MARKET.closeWithAcceptance, (id, terms, resultOf(id), ""));
        World.Acceptance memory known = WORLD.acceptanceAt(below(count));
        if (oneIn(3)) known.result.instructions ^= 1;
        if (oneIn(3)) known.signature = tampered(known.signature);
        bytes32 about = oneIn(2) ? id : known.matchId;
        if (about != id) terms = termsOf(about);
        return abi.encodeCall(MARKET.closeWithAcceptance, (about, terms, known.result, known.signature));
    }

    function tampered(bytes memory signature) private returns (bytes memory) {
        uint256 way = below(4);
        if (way == 0 || signature.length != 65) return "";
        (bytes32 r, bytes32 s, uint8 v) = parts(signature);
        if (way == 1) return abi.encodePacked(r, ORDER - uint256(s), v == 27 ? uint8(28) : uint8(27));
        if (way == 2) return abi.encodePacked(r, s | bytes32(uint256(v - 27) << 255));
        return abi.encodePacked(r, s, v == 27 ? uint8(28) : uint8(27));
    }

    function parts(bytes memory signature) private pure returns (bytes32 r, bytes32 s, uint8 v) {
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
            v := byte(0, mload(add(signature, 0x60)))
        }
    }

    /// @dev Posts or cancels what belongs to somebody else.
    function offerAsAnother(uint256 seed) external drawn(seed) {
        (bool hasJob, World.SignedJob memory job) = someJob();
        (bool hasResource, World.SignedResource memory resource) = someResource();
        address thief = party();
        bool isCancelled = oneIn(2);
        if (oneIn(2) && hasJob) {
            if (isCancelled) act(thief, abi.encodeCall(MARKET.cancelJobOffer, (job.offer)));
            else act(thief, abi.encodeCall(MARKET.postJobOffer, (job.offer)));
        } else if (hasResource) {
            if (isCancelled) act(thief, abi.encodeCall(MARKET.cancelResourceOffer, (resource.offer)));
            else act(thief, abi.encodeCall(MARKET.postResourceOffer, (resource.offer)));
        }
    }

    function matchWithStolenSignatures(uint256 seed) external drawn(seed) {
        (bool hasJob, World.SignedJob memory job) = someJob();
        (bool hasResource, World.SignedResource memory resource) = someResource();
        if (!hasJob || !hasResource) return;
        uint256 way = below(6);
        if (way == 0) job.offer.maxInstructionPrice += 1;
        else if (way == 1) resource.offer.instructionPrice = 0;
        else if (way == 2) resource.offer.slots += 1;
        else if (way == 3) job.signature = tampered(job.signature);
        else if (way == 4) resource.signature = tampered(resource.signature);
        else (job.signature, resource.signature) = (resource.signature, job.signature);
        note(job.offer, resource.offer);
        act(
            party(),
            abi.encodeCall(MARKET.postMatch, (job.offer, job.signature, resource.offer, resource.signature, mediator()))
        );
    }

    /// @dev An offer of one that says yes to everything binds, so the watcher must know it.
    function note(IModicum.JobOffer memory job, IModicum.ResourceOffer memory resource) private {
        WORLD.WATCHER().noteOffer(MARKET.hashJobOffer(job), job.jobCreator, job.nonce, 1, job.expiry);
        WORLD.WATCHER()
            .noteOffer(
                MARKET.hashResourceOffer(resource),
                resource.resourceProvider,
                resource.nonce,
                resource.slots,
                resource.expiry
            );
    }

    /// @dev A call of the past again, by the same or by another.
    function repeat(uint256 seed) external drawn(seed) {
        uint256 count = WORLD.countPast();
        if (count == 0) return;
        World.Call memory call = WORLD.pastAt(below(count));
        act(oneIn(2) ? call.from : party(), call.data);
    }

    function sendGarbage(uint256 seed) external drawn(seed) {
        bytes memory garbage = abi.encodePacked(draw(), draw());
        uint256 length = below(64);
        assembly ("memory-safe") {
            mstore(garbage, length)
        }
        act(party(), oneIn(4) ? 1 : 0, garbage);
    }

    /// @dev A step whose arguments have a bit where their types have none, or are cut short.
    function sendMalformed(uint256 seed) external drawn(seed) {
        (bool found, bytes32 id) = matchIn(IModicum.Stage(3 + below(3)));
        if (!found) return;
        IModicum.Terms memory terms = termsOf(id);
        bytes memory message = step(id);
        if (oneIn(3)) {
            uint256 length = below(message.length);
            assembly ("memory-safe") {
                mstore(message, length)
            }
        } else {
            // From the terms on: the highest bit of a word, of which there are at least 14.
            message[4 + 32 + 32 * below(14)] |= 0x80;
        }
        WORLD.actMalformed(World.Call(oneIn(2) ? terms.resourceProvider : terms.jobCreator, 0, message));
    }
}
