// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../../src/interfaces/IModicum.sol";
import {AnyState} from "./AnyState.sol";

/// @dev Money that comes in, goes out, and is locked by a match.
contract MoneyChecks is AnyState {
    function check_deposited(address caller, address other, uint96 amount, uint256 value, uint256 held) public {
        vm.assume(other != caller);
        (Purse memory mine, Purse memory others) = (purse(caller), purse(other));
        vm.assume(held <= ALL_MONEY && value <= ALL_MONEY && mine.free + mine.locked <= held);
        vm.deal(address(market), held);
        vm.deal(caller, value);

        vm.assume(caller != address(market));
        vm.prank(caller);
        (bool done,) = address(market).call{value: value}(abi.encodeCall(market.deposit, (amount)));
        vm.assume(done);

        assert(both(value == amount, amount > 0));
        assert(both(address(market).balance == held + amount, held + amount <= ALL_MONEY));
        assertMoved(caller, mine.free + amount, mine.locked);
        assertMoved(other, others.free, others.locked);
    }

    function check_withdrawn(address caller, address other, uint96 amount, uint256 held) public {
        vm.assume(other != caller);
        (Purse memory mine, Purse memory others) = (purse(caller), purse(other));
        vm.assume(held <= ALL_MONEY && mine.free + mine.locked <= held);
        vm.deal(address(market), held);

        vm.assume(caller != address(this));
        vm.assume(call(caller, abi.encodeCall(market.withdraw, (amount))));

        assert(both(amount > 0, amount <= mine.free));
        assert(address(market).balance == held - amount);
        assertMoved(caller, mine.free - amount, mine.locked);
        assertMoved(other, others.free, others.locked);
    }

    function check_aBatchBringsNoMoney(address caller, address account, uint96 amount, uint96 permitted) public {
        Purse memory mine = purse(account);
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(market.deposit, (amount));
        calls[1] = abi.encodeCall(market.depositWithPermit, (permitted, 0, 27, bytes32(0), bytes32(0)));
        vm.assume(call(caller, abi.encodeCall(market.batch, (calls, 1_000_000))));
        assertMoved(account, mine.free, mine.locked);
    }

    function assertMoved(address account, uint256 free, uint256 locked) private view {
        Purse memory now_ = purse(account);
        assert(now_.free == free);
        assert(now_.locked == locked);
    }

    /* A MATCH */

    struct Matching {
        address caller;
        IModicum.JobOffer jobOffer;
        IModicum.ResourceOffer resourceOffer;
        address mediator;
        address other; // somebody who has no part in it
        bytes32 r;
        bytes32 s;
        uint8 v;
    }

    struct Before {
        bytes32 matchId;
        bytes32 resourceOfferHash;
        IModicum.Stage stage;
        bool isBound; // the provider, by its offer: posted, or signed at an earlier match
        uint32 used;
        uint256 estimate;
        uint256 share;
        Purse jobCreator;
        Purse resourceProvider;
        Purse caller;
        Purse other;
    }

    /// @dev Both sides' signatures are the same bytes here, so that each of them is either posted or signed by those.
    function check_matched(Matching memory matching) public {
        Before memory before = prepare(matching);
        bytes memory signature = abi.encodePacked(matching.r, matching.s, matching.v);
        vm.assume(
            call(
                matching.caller,
                abi.encodeCall(
                    market.postMatch,
                    (matching.jobOffer, signature, matching.resourceOffer, signature, matching.mediator)
                )
            )
        );
        assertAgreed(matching, before);
        assertCommitted(matching, before);
        assertLocked(matching, before);
    }

    function prepare(Matching memory matching) private view returns (Before memory before) {
        matching.jobOffer.jobCreator = JOB_CREATOR;
        matching.resourceOffer.resourceProvider = RESOURCE_PROVIDER;
        matching.jobOffer.directory = DIRECTORY;
        matching.mediator = MEDIATOR;
        matching.caller = SINK;
        vm.assume(matching.other != JOB_CREATOR && matching.other != RESOURCE_PROVIDER && matching.other != SINK);
        before.matchId = market.hashJobOffer(matching.jobOffer);
        before.resourceOfferHash = market.hashResourceOffer(matching.resourceOffer);
        before.stage = stage(before.matchId);
        (bool posted,, uint32 used) = market.resourceOfferState(before.resourceOfferHash);
        // I4
        (before.isBound, before.used) = (either(posted, used > 0), used);
        before.jobCreator = purse(JOB_CREATOR);
        before.resourceProvider = purse(RESOURCE_PROVIDER);
        before.caller = purse(matching.caller);
        before.other = purse(matching.other);
        computeShare(matching, before);
        // I1
        vm.assume((before.jobCreator.free + before.jobCreator.locked) >> 96 == 0);
        vm.assume((before.resourceProvider.free + before.resourceProvider.locked) >> 96 == 0);
    }

    function computeShare(Matching memory matching, Before memory before) private view {
        IModicum.JobOffer memory offer = matching.jobOffer;
        uint256 instructions = product(offer.instructionLimit, offer.maxInstructionPrice);
        uint256 bandwidth = product(offer.bandwidthLimit, offer.maxBandwidthPrice);
        before.estimate = instructions + bandwidth;
        uint256 rest = product(before.estimate, theta + n);
        // Lemmas: 56 bits by 64 are 120; 121 bits by 17 are 138; a b >= 2 a for b >= 2.
        vm.assume(instructions >> 120 == 0 && bandwidth >> 120 == 0);
        vm.assume(rest >> 138 == 0 && rest >= 2 * before.estimate);
        (,,, uint96 mediatorAvailability) = market.mediators(matching.mediator);
        before.share = rest + mediatorAvailability + market.directories(offer.directory);
    }

    /// @dev Each side posted its offer or signed it, and asks for no more than the other offers.
    function assertAgreed(Matching memory matching, Before memory before) private view {
        IModicum.JobOffer memory jobOffer = matching.jobOffer;
        IModicum.ResourceOffer memory offer = matching.resourceOffer;
        (bytes32 r, bytes32 s, uint8 v) = (matching.r, matching.s, matching.v);
        bool jobCreator = either(
            before.stage == IModicum.Stage.Posted,
            both(before.stage == IModicum.Stage.Unknown, isSigned(JOB_CREATOR, before.matchId, r, s, v))
        );
        bool resourceProvider = either(before.isBound, isSigned(RESOURCE_PROVIDER, before.resourceOfferHash, r, s, v));
        assert(both(jobCreator, resourceProvider));
        (,, uint32 used) = market.resourceOfferState(before.resourceOfferHash);
        assert(used == uint256(before.used) + 1);
        assert(
            both(
                offer.instructionPrice <= jobOffer.maxInstructionPrice, offer.bandwidthPrice <= jobOffer.maxBandwidthPrice
            )
        );
    }

    /// @dev I3 begins: the record holds these terms.
    function assertCommitted(Matching memory matching, Before memory before) private view {
        IModicum.JobOffer memory jobOffer = matching.jobOffer;
        IModicum.Terms memory terms;
        terms.jobCreator = jobOffer.jobCreator;
        terms.resourceProvider = matching.resourceOffer.resourceProvider;
        terms.mediator = matching.mediator;
        terms.directory = jobOffer.directory;
        terms.completionDeadline = jobOffer.completionDeadline;
        terms.instructionLimit = jobOffer.instructionLimit;
        terms.bandwidthLimit = jobOffer.bandwidthLimit;
        terms.instructionPrice = matching.resourceOffer.instructionPrice;
        terms.bandwidthPrice = matching.resourceOffer.bandwidthPrice;
        (, terms.mediatorInstructionPrice, terms.mediatorBandwidthPrice, terms.mediatorAvailability) =
            market.mediators(matching.mediator);
        terms.directoryAvailability = market.directories(jobOffer.directory);
        terms.estimate = uint96(before.estimate);
        uint256 agreed = uint256(keccak256(abi.encode(terms))) >> 48;
        uint256 word = record(before.matchId);
        bool isOpen = uint8(word) == uint8(IModicum.Stage.AwaitingResult);
        assert(both(before.estimate >> 96 == 0, both(word >> 48 == agreed, isOpen)));
        assert(deadline(before.matchId) == jobOffer.completionDeadline);
    }

    /// @dev What is locked was there, and nobody loses more than its incentive.
    function assertLocked(Matching memory matching, Before memory before) private view {
        (uint256 given, uint256 given2) = (matching.jobOffer.matchIncentive, matching.resourceOffer.matchIncentive);
        uint256 share = before.share;
        assert(both(before.jobCreator.free >= share + given, before.resourceProvider.free >= share + given2));
        // Modulo 2^96, as in the closings: by I1 no field overflows.
        Purse memory a = before.jobCreator;
        assertMoved(JOB_CREATOR, uint96(a.free - share - given), uint96(a.locked + share));
        a = before.resourceProvider;
        assertMoved(RESOURCE_PROVIDER, uint96(a.free - share - given2), uint96(a.locked + share));
        a = before.caller;
        vm.assume((a.free + given + given2) >> 96 == 0);
        assertMoved(matching.caller, uint96(a.free + given + given2), a.locked);
        a = before.other;
        assertMoved(matching.other, a.free, a.locked);
    }
}
