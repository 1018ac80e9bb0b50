// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";

/// @dev Structs are hashed as they stand in the call data. A word of more bits than its type makes another hash, and
/// nothing is ever made of that: each field of each struct here gets one bit too many, at either end of what is too much,
/// and whoever could sign or post the struct does so as it then stands.
contract DirtyCalldataTest is Market {
    uint256 private constant SELECTOR = 4;
    uint256 private constant FULL = 256;
    // Bits of each field, in order.
    uint256[15] private jobOfferBits = [uint256(160), 56, 56, 56, 56, 64, 64, 40, 96, 256, 256, 160, 8, 56, 40];
    uint256[11] private resourceOfferBits = [uint256(160), 56, 56, 56, 56, 64, 64, 96, 32, 56, 40];
    uint256[14] private termsBits = [uint256(160), 160, 160, 160, 40, 56, 56, 64, 64, 64, 64, 96, 96, 96];
    uint256[4] private resultBits = [uint256(8), 256, 56, 56];

    bytes32 private matchId;
    IModicum.Terms private terms;

    /* OFFERS */

    function test_RevertWhen_APostedJobOfferHasABitTooMany() public {
        bytes memory call = abi.encodeCall(market.postJobOffer, (jobOffer));
        for (uint256 i = 0; i < jobOfferBits.length; ++i) {
            expectDirtyRefused(jobCreator, call, SELECTOR + 32 * i, jobOfferBits[i]);
        }
        assertDone(jobCreator, call);
    }

    function test_RevertWhen_APostedResourceOfferHasABitTooMany() public {
        bytes memory call = abi.encodeCall(market.postResourceOffer, (resourceOffer));
        for (uint256 i = 0; i < resourceOfferBits.length; ++i) {
            expectDirtyRefused(resourceProvider, call, SELECTOR + 32 * i, resourceOfferBits[i]);
        }
        assertDone(resourceProvider, call);
    }

    function test_RevertWhen_AMatchedJobOfferHasABitTooMany() public {
        for (uint256 i = 0; i < jobOfferBits.length; ++i) {
            if (jobOfferBits[i] == FULL) continue;
            expectMatchRefused(i, 0, jobOfferBits[i]);
            expectMatchRefused(i, 0, FULL - 1);
        }
        assertDone(solver, matchCall());
    }

    function test_RevertWhen_AMatchedResourceOfferHasABitTooMany() public {
        for (uint256 i = 0; i < resourceOfferBits.length; ++i) {
            expectMatchRefused(i, 1, resourceOfferBits[i]);
            expectMatchRefused(i, 1, FULL - 1);
        }
        assertDone(solver, matchCall());
    }

    function test_RevertWhen_TheMediatorOfAMatchHasABitTooMany() public {
        // After the job offer, an offset, the resource offer and another offset.
        expectDirtyRefused(solver, matchCall(), SELECTOR + 32 * (15 + 1 + 11 + 1), 160);
    }

    /// @dev A struct that is no offer can be cancelled by whom it names, for all the good it does: its hash is never asked
    /// for again, and the offer that it was made of is as live as before.
    function test_CancellingAJobOfferWithABitTooManyHarmsNobody() public {
        bytes memory call = abi.encodeCall(market.cancelJobOffer, (jobOffer));
        expectDirtyRefused(jobCreator, call, SELECTOR, jobOfferBits[0]);
        for (uint256 i = 1; i < jobOfferBits.length; ++i) {
            if (jobOfferBits[i] == FULL) continue;
            bytes memory changed = withBit(call, SELECTOR + 32 * i, jobOfferBits[i]);
            (bool taken,) = send(stranger, changed);
            assertFalse(taken, "by another");
            assertDone(jobCreator, changed);
            bytes32 dirtyHash = hashOf(market.hashJobOffer.selector, changed);
            assertTrue(dirtyHash != jobOfferHash(), "another hash");
            assertStage(dirtyHash, IModicum.Stage.Cancelled, 0);
        }
        assertStage(jobOfferHash(), IModicum.Stage.Unknown, 0);
        assertDone(solver, matchCall());
    }

    function test_CancellingAResourceOfferWithABitTooManyHarmsNobody() public {
        bytes memory call = abi.encodeCall(market.cancelResourceOffer, (resourceOffer));
        expectDirtyRefused(resourceProvider, call, SELECTOR, resourceOfferBits[0]);
        for (uint256 i = 1; i < resourceOfferBits.length; ++i) {
            bytes memory changed = withBit(call, SELECTOR + 32 * i, resourceOfferBits[i]);
            (bool taken,) = send(stranger, changed);
            assertFalse(taken, "by another");
            (taken,) = send(resourceProvider, changed);
            bytes32 dirtyHash = hashOf(market.hashResourceOffer.selector, changed);
            assertTrue(dirtyHash != resourceOfferHash(), "another hash");
            (, bool cancelled,) = market.resourceOfferState(dirtyHash);
            assertTrue(cancelled == taken, "cancelled");
        }
        (, bool cancelledToo,) = market.resourceOfferState(resourceOfferHash());
        assertFalse(cancelledToo, "the offer itself");
        assertDone(solver, matchCall());
    }

    /* RESULTS */

    function test_RevertWhen_APostedResultHasABitTooMany() public {
        (matchId, terms) = makeMatch();
        bytes memory call = abi.encodeCall(market.postResult, (matchId, terms, result));
        expectResultRefused(resourceProvider, call, IModicum.Stage.AwaitingResult);
        assertDone(resourceProvider, call);
    }

    function test_RevertWhen_AResultIsReactedToWithABitTooMany() public {
        (matchId, terms) = makeResult();
        bytes memory accepting = abi.encodeCall(market.acceptResult, (matchId, terms, result));
        bytes memory rejecting =
            abi.encodeCall(market.rejectResult, (matchId, terms, result, IModicum.RejectReason.WrongResults));
        expectResultRefused(jobCreator, accepting, IModicum.Stage.AwaitingReaction);
        expectResultRefused(jobCreator, rejecting, IModicum.Stage.AwaitingReaction);
        // The reason is the word after the result, and there are five reasons.
        rejecting[SELECTOR + 32 * (1 + 14 + 4) + 31] = 0x05;
        (bool done,) = send(jobCreator, rejecting);
        assertFalse(done, "a reason that is none");
        vm.warp(START + REACTION_WINDOW + 1);
        bytes memory silence = abi.encodeCall(market.closeBySilence, (matchId, terms, result));
        expectResultRefused(stranger, silence, IModicum.Stage.AwaitingReaction);
        assertDone(stranger, silence);
    }

    /// @dev Also where the job creator signs the result as it stands, with the bit.
    function test_RevertWhen_AnAcceptedResultHasABitTooMany() public {
        (matchId, terms) = makeMatch();
        for (uint256 posted = 0; posted < 2; ++posted) {
            for (uint256 i = 0; i < resultBits.length; ++i) {
                if (resultBits[i] == FULL) continue;
                uint256 at = SELECTOR + 32 * (1 + 14 + i);
                bytes memory call = withBit(acceptedCall(dirtyAcceptanceHash(i)), at, resultBits[i]);
                (bool done,) = send(resourceProvider, call);
                assertFalse(done, "done");
            }
            if (posted == 0) assertDone(resourceProvider, abi.encodeCall(market.postResult, (matchId, terms, result)));
        }
        assertDone(resourceProvider, acceptedCall(market.hashAcceptance(matchId, result)));
    }

    function test_RevertWhen_AJudgedResultHasABitTooMany() public {
        (matchId, terms) = makeDispute();
        bytes memory judging = judgement(IModicum.Verdict.WrongResults);
        expectResultRefused(mediator, judging, IModicum.Stage.InMediation);
        // Verdict, instructions and bandwidth, after the result.
        expectDirtyRefused(mediator, judging, SELECTOR + 32 * 19, 8);
        expectDirtyRefused(mediator, judging, SELECTOR + 32 * 20, 56);
        expectDirtyRefused(mediator, judging, SELECTOR + 32 * 21, 56);
        judging[SELECTOR + 32 * 19 + 31] = 0x07;
        (bool done,) = send(mediator, judging);
        assertFalse(done, "a verdict that is none");
        vm.warp(START + MEDIATION_WINDOW + 1);
        bytes memory closing = abi.encodeCall(market.closeMediationOverdue, (matchId, terms, result));
        expectResultRefused(stranger, closing, IModicum.Stage.InMediation);
        assertDone(stranger, closing);
    }

    /* TERMS */

    function test_RevertWhen_TermsHaveABitTooMany() public {
        (matchId, terms) = makeMatch();
        uint256 matched = vm.snapshotState();
        bytes memory posting = abi.encodeCall(market.postResult, (matchId, terms, result));
        expectTermsRefused(resourceProvider, posting);
        expectTermsRefused(resourceProvider, acceptedCall(market.hashAcceptance(matchId, result)));
        assertDone(resourceProvider, posting);
        expectTermsRefused(jobCreator, abi.encodeCall(market.acceptResult, (matchId, terms, result)));
        expectTermsRefused(resourceProvider, acceptedCall(market.hashAcceptance(matchId, result)));
        bytes memory rejecting =
            abi.encodeCall(market.rejectResult, (matchId, terms, result, IModicum.RejectReason.WrongResults));
        expectTermsRefused(jobCreator, rejecting);
        assertDone(jobCreator, rejecting);
        expectTermsRefused(mediator, judgement(IModicum.Verdict.WrongResults));
        vm.warp(uint256(COMPLETION_DEADLINE) + 1 days);
        expectTermsRefused(stranger, abi.encodeCall(market.closeMediationOverdue, (matchId, terms, result)));

        assertTrue(vm.revertToState(matched), "reverted");
        assertDone(resourceProvider, posting);
        vm.warp(uint256(COMPLETION_DEADLINE) + 1 days);
        expectTermsRefused(stranger, abi.encodeCall(market.closeBySilence, (matchId, terms, result)));

        assertTrue(vm.revertToState(matched), "reverted");
        vm.warp(uint256(COMPLETION_DEADLINE) + 1 days);
        expectTermsRefused(stranger, abi.encodeCall(market.closeResultOverdue, (matchId, terms)));
    }

    /* SINGLE VALUES */

    function test_RevertWhen_AnAmountHasABitTooMany() public {
        expectDirtyRefused(jobCreator, abi.encodeCall(market.withdraw, (1)), SELECTOR, 96);
        expectDirtyRefused(jobCreator, abi.encodeCall(market.raiseNonceFloor, (1)), SELECTOR, 56);
        expectDirtyRefused(mediator, abi.encodeCall(market.registerDirectory, (1, "")), SELECTOR, 96);
        assertEq(free(jobCreator), FUNDS, "free");
    }

    /* STEPS OF THESE TESTS */

    function judgement(IModicum.Verdict verdict) private view returns (bytes memory) {
        return abi.encodeCall(market.postVerdict, (matchId, terms, result, verdict, 890, 400, 0));
    }

    function acceptedCall(bytes32 digest) private view returns (bytes memory) {
        bytes memory acceptance = sign(JOB_CREATOR_KEY, digest);
        return abi.encodeCall(market.closeWithAcceptance, (matchId, terms, result, acceptance));
    }

    /// @dev What a wallet that does not look at types would have signed.
    function dirtyAcceptanceHash(uint256 field) private view returns (bytes32) {
        bytes32 typeHash = keccak256(
            "Acceptance(bytes32 matchId,uint8 status,bytes32 commitment,uint56 instructions,uint56 bandwidth)"
        );
        bytes memory encoded = abi.encode(typeHash, matchId, result);
        bytes32 structHash = keccak256(withBit(encoded, 32 * (2 + field), resultBits[field]));
        return keccak256(abi.encodePacked(hex"1901", market.domainSeparator(), structHash));
    }

    /// @dev The struct starts after the selector (0) or after the job offer and an offset; its owner signs what it then is.
    function expectMatchRefused(uint256 field, uint256 which, uint256 bit) private {
        bool ofJob = which == 0;
        bytes memory hashing = ofJob
            ? abi.encodeCall(market.hashJobOffer, (jobOffer))
            : abi.encodeCall(market.hashResourceOffer, (resourceOffer));
        hashing = withBit(hashing, SELECTOR + 32 * field, bit);
        bytes32 digest = hashOf(ofJob ? market.hashJobOffer.selector : market.hashResourceOffer.selector, hashing);
        bytes memory jobSignature = sign(JOB_CREATOR_KEY, ofJob ? digest : jobOfferHash());
        bytes memory resourceSignature = sign(RESOURCE_PROVIDER_KEY, ofJob ? resourceOfferHash() : digest);
        bytes memory call =
            abi.encodeCall(market.postMatch, (jobOffer, jobSignature, resourceOffer, resourceSignature, mediator));
        (bool done,) = send(solver, withBit(call, SELECTOR + 32 * (ofJob ? field : 15 + 1 + field), bit));
        assertFalse(done, "done");
        assertStage(digest, IModicum.Stage.Unknown, 0);
        assertEq(locked(jobCreator) + locked(resourceProvider), 0, "locked");
    }

    function expectResultRefused(address account, bytes memory call, IModicum.Stage stage) private {
        for (uint256 i = 0; i < resultBits.length; ++i) {
            expectDirtyRefused(account, call, SELECTOR + 32 * (1 + 14 + i), resultBits[i]);
        }
        (IModicum.Stage actual,) = market.stageOf(matchId);
        assertEq(uint256(actual), uint256(stage), "stage");
    }

    function expectTermsRefused(address account, bytes memory call) private {
        bytes memory reason = abi.encodeWithSelector(IModicum.TermsMismatch.selector, matchId);
        for (uint256 i = 0; i < termsBits.length; ++i) {
            assertRefused(account, withBit(call, SELECTOR + 32 * (1 + i), termsBits[i]), reason);
            assertRefused(account, withBit(call, SELECTOR + 32 * (1 + i), FULL - 1), reason);
        }
    }

    function expectDirtyRefused(address account, bytes memory call, uint256 at, uint256 bits) private {
        if (bits == FULL) return;
        (bool done,) = send(account, withBit(call, at, bits));
        assertFalse(done, "with the lowest bit too many");
        (done,) = send(account, withBit(call, at, FULL - 1));
        assertFalse(done, "with the highest bit too many");
    }

    /// @return answer of one of the two hash functions to the struct of another call
    function hashOf(bytes4 selector, bytes memory call) private view returns (bytes32) {
        for (uint256 i = 0; i < SELECTOR; ++i) {
            call[i] = selector[i];
        }
        (bool done, bytes memory answer) = address(market).staticcall(call);
        assertTrue(done, "hashed");
        return abi.decode(answer, (bytes32));
    }

    /// @return changed a copy of the call, with one more bit in the word that starts there
    function withBit(bytes memory call, uint256 at, uint256 bit) private pure returns (bytes memory changed) {
        changed = bytes.concat(call);
        uint256 place = at + 31 - bit / 8;
        changed[place] = changed[place] | bytes1(uint8(1 << (bit % 8)));
    }
}
