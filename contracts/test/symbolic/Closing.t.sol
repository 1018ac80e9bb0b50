// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../../src/interfaces/IModicum.sol";
import {AnyState} from "./AnyState.sol";

/// @dev The six ways to close a match, each as one call by anybody, at any time, in any state that can be. Amounts, prices,
/// limits, usages and parameters are of any size that their types hold; the five that are paid are five accounts.
contract ClosingChecks is AnyState {
    struct Closing {
        address caller;
        bytes32 matchId;
        IModicum.Terms terms;
        IModicum.Result result;
        address other; // somebody who has no part in the match
    }

    /// @dev What each part is credited.
    struct Row {
        uint256 jobCreator;
        uint256 resourceProvider;
        uint256 mediator;
        uint256 directory;
        uint256 sink;
    }

    struct Before {
        uint256 share; // of each side, locked
        uint256 rest; // share without what it pays for availability
        uint256 price;
        uint256 availability; // of each side
        Purse jobCreator;
        Purse resourceProvider;
        Purse mediator;
        Purse directory;
        Purse sink;
        Purse other;
        IModicum.Stage stage;
        uint256 deadline;
    }

    /* THE ROWS */

    function check_accepted(Closing memory closing) public {
        assumePaidServices(closing);
        Before memory before = prepare(closing);
        act(closing, abi.encodeCall(market.acceptResult, (closing.matchId, closing.terms, closing.result)));
        assert(both(closing.caller == closing.terms.jobCreator, inTime(before, IModicum.Stage.AwaitingReaction)));
        assertRow(closing, before, acceptedRow(closing, before));
    }

    function check_acceptedBySilence(Closing memory closing) public {
        setPlain(closing);
        assumePaidServices(closing);
        Before memory before = prepare(closing);
        act(closing, abi.encodeCall(market.closeBySilence, (closing.matchId, closing.terms, closing.result)));
        assert(overdue(before, IModicum.Stage.AwaitingReaction));
        assertRow(closing, before, acceptedRow(closing, before));
    }

    function check_closedWithAcceptance(Closing memory closing, bytes32 r, bytes32 s, uint8 v) public {
        setPlain(closing);
        assumePaidServices(closing);
        Before memory before = prepare(closing);
        bytes32 digest = market.hashAcceptance(closing.matchId, closing.result);
        act(
            closing,
            abi.encodeCall(
                market.closeWithAcceptance,
                (closing.matchId, closing.terms, closing.result, abi.encodePacked(r, s, v))
            )
        );
        bool isOpen = either(
            before.stage == IModicum.Stage.AwaitingResult, before.stage == IModicum.Stage.AwaitingReaction
        );
        bool isSigned_ = isSigned(closing.terms.jobCreator, digest, r, s, v);
        assert(both(closing.caller == closing.terms.resourceProvider, both(isOpen, isSigned_)));
        assertRow(closing, before, acceptedRow(closing, before));
    }

    function check_resultOverdue(Closing memory closing) public {
        setPlain(closing);
        Before memory before = prepare(closing);
        act(closing, abi.encodeCall(market.closeResultOverdue, (closing.matchId, closing.terms)));
        assert(overdue(before, IModicum.Stage.AwaitingResult));
        uint256 estimate = closing.terms.estimate;
        Row memory row = availableRow(closing.terms);
        (row.jobCreator, row.resourceProvider) = (before.rest + estimate, before.rest - estimate);
        assert(both(row.jobCreator >= before.rest, row.resourceProvider <= before.rest));
        assertRow(closing, before, row);
    }

    function check_judged(
        Closing memory closing,
        IModicum.Verdict verdict,
        uint56 instructions,
        uint56 bandwidth,
        bytes32 evidence
    ) public {
        setPlain(closing);
        assumePaidServices(closing);
        Before memory before = prepare(closing);
        uint256 mediation = mediationPrice(closing.terms, instructions, bandwidth);
        act(
            closing,
            abi.encodeCall(
                market.postVerdict,
                (closing.matchId, closing.terms, closing.result, verdict, instructions, bandwidth, evidence)
            )
        );
        assert(both(closing.caller == closing.terms.mediator, inTime(before, IModicum.Stage.InMediation)));
        assertRow(closing, before, judgedRow(closing.terms, before, verdict, mediation));
    }

    function check_mediationOverdue(Closing memory closing) public {
        setPlain(closing);
        assumePaidServices(closing);
        Before memory before = prepare(closing);
        act(closing, abi.encodeCall(market.closeMediationOverdue, (closing.matchId, closing.terms, closing.result)));
        assert(overdue(before, IModicum.Stage.InMediation));
        uint256 half = closing.terms.estimate / 2;
        uint256 rest = before.rest + closing.terms.mediatorAvailability;
        assertRow(
            closing, before, Row(rest - half, rest + half, 0, 2 * uint256(closing.terms.directoryAvailability), 0)
        );
    }

    /// @dev Nobody loses but by its own fault, or what it agreed to pay.
    function acceptedRow(Closing memory closing, Before memory before) private pure returns (Row memory row) {
        row = availableRow(closing.terms);
        (row.jobCreator, row.resourceProvider) = (before.rest - before.price, before.rest + before.price);
    }

    function judgedRow(
        IModicum.Terms memory terms,
        Before memory before,
        IModicum.Verdict verdict,
        uint256 mediation
    ) private pure returns (Row memory row) {
        if (verdict == IModicum.Verdict.DirectoryUnavailable) {
            uint256 rest = before.rest + terms.directoryAvailability;
            return Row(rest, rest, 2 * uint256(terms.mediatorAvailability), 0, 0);
        }
        bool isJobCreatorAtFault =
            either(verdict == IModicum.Verdict.CorrectResults, verdict == IModicum.Verdict.NonDeterministicJob);
        row = availableRow(terms);
        // A branch: with a mask, sums of the row are more than the solvers can do.
        if (isJobCreatorAtFault) row.resourceProvider = before.rest + before.price;
        else row.jobCreator = before.rest + before.price;
        row.mediator += mediation;
        row.sink = before.rest - before.price - mediation;
    }

    function availableRow(IModicum.Terms memory terms) private pure returns (Row memory row) {
        row.mediator = 2 * uint256(terms.mediatorAvailability);
        row.directory = 2 * uint256(terms.directoryAvailability);
    }

    /* BEFORE, CALL, AFTER */

    function prepare(Closing memory closing) private view returns (Before memory before) {
        IModicum.Terms memory terms = closing.terms;
        assumeParties(closing);
        (before.rest, before.price) = amounts(terms, closing.result);
        before.availability = uint256(terms.mediatorAvailability) + terms.directoryAvailability;
        before.share = before.rest + before.availability;
        read(closing, before);
        before.stage = stage(closing.matchId);
        before.deadline = deadline(closing.matchId);
        // I2
        vm.assume(before.jobCreator.locked >= before.share && before.resourceProvider.locked >= before.share);
        // I1
        vm.assume(before.share >> 95 == 0);
    }

    /// @dev A completed result that used its limits up, which are any: for the rows that do not depend on it, or whose price is
    /// the same code's as that of `check_accepted`, where status and usage may be any. (Set, not assumed: each comparison that
    /// decides itself is one branch less.)
    function setPlain(Closing memory closing) private pure {
        closing.result.status = IModicum.ResultStatus.Completed;
        closing.result.instructions = closing.terms.instructionLimit;
        closing.result.bandwidth = closing.terms.bandwidthLimit;
    }

    /// @dev Services that ask for something; for nothing they work in `check_resultOverdue`. (Nothing is credited without a
    /// write, which is a branch for each of them.)
    function assumePaidServices(Closing memory closing) private pure {
        vm.assume(closing.terms.mediatorAvailability > 0);
        vm.assume(closing.terms.directoryAvailability > 0);
    }

    function assumeParties(Closing memory closing) private view {
        IModicum.Terms memory terms = closing.terms;
        terms.jobCreator = JOB_CREATOR;
        terms.resourceProvider = RESOURCE_PROVIDER;
        terms.mediator = MEDIATOR;
        terms.directory = DIRECTORY;
        vm.assume(closing.other != JOB_CREATOR && closing.other != RESOURCE_PROVIDER && closing.other != MEDIATOR);
        vm.assume(closing.other != DIRECTORY && closing.other != sink);
    }

    function read(Closing memory closing, Before memory now_) private view {
        now_.jobCreator = purse(closing.terms.jobCreator);
        now_.resourceProvider = purse(closing.terms.resourceProvider);
        now_.mediator = purse(closing.terms.mediator);
        now_.directory = purse(closing.terms.directory);
        now_.sink = purse(sink);
        now_.other = purse(closing.other);
    }

    /// @dev What both sides have locked for fines and price, and the price of the result, with what is known of them.
    function amounts(IModicum.Terms memory terms, IModicum.Result memory result)
        private
        view
        returns (uint256 rest, uint256 price)
    {
        rest = product(terms.estimate, theta + n);
        // Lemmas: a b >= 2 a for b >= 2; 96 bits by 17 are 113.
        vm.assume(rest >= 2 * uint256(terms.estimate) && rest >> 113 == 0);
        if (result.status == IModicum.ResultStatus.Declined) return (rest, 0);
        if (result.status == IModicum.ResultStatus.DirectoryUnavailable) return (rest, 0);

        uint256 instructions = product(min(result.instructions, terms.instructionLimit), terms.instructionPrice);
        uint256 bandwidth = product(min(result.bandwidth, terms.bandwidthLimit), terms.bandwidthPrice);
        price = instructions + bandwidth;
        // Lemmas: 56 bits by 64 are 120; with I3, a c <= b c for a <= b.
        vm.assume(instructions >> 120 == 0 && bandwidth >> 120 == 0 && price <= terms.estimate);
    }

    function mediationPrice(IModicum.Terms memory terms, uint256 instructions, uint256 bandwidth)
        private
        view
        returns (uint256 mediation)
    {
        uint256 forInstructions = product(instructions, terms.mediatorInstructionPrice);
        uint256 forBandwidth = product(bandwidth, terms.mediatorBandwidthPrice);
        // Lemma: 56 bits by 64 are 120.
        vm.assume(forInstructions >> 120 == 0 && forBandwidth >> 120 == 0);
        mediation = product(min(forInstructions + forBandwidth, terms.estimate), n);
        // Lemmas: a c <= b c for a <= b; a (b + c) = a b + a c; a c >= a for c >= 1. Hence a fine is left.
        vm.assume(mediation + terms.estimate <= product(terms.estimate, theta + n));
    }

    function act(Closing memory closing, bytes memory data) private {
        vm.assume(call(closing.caller, data));
    }

    function inTime(Before memory before, IModicum.Stage needed) private view returns (bool) {
        return both(before.stage == needed, block.timestamp <= before.deadline);
    }

    function overdue(Before memory before, IModicum.Stage needed) private view returns (bool) {
        return both(before.stage == needed, block.timestamp > before.deadline);
    }

    /// @dev The row conserves what was locked, the account has got what it says and nothing else, and the match is closed.
    function assertRow(Closing memory closing, Before memory before, Row memory row) private view {
        uint256 all = row.jobCreator | row.resourceProvider | row.mediator | row.directory | row.sink;
        assert(all >> 97 == 0);
        uint256 paid = row.jobCreator + row.resourceProvider + row.mediator + row.directory + row.sink;
        bool isClosed = both(stage(closing.matchId) == IModicum.Stage.Closed, deadline(closing.matchId) == 0);
        assert(both(paid == 2 * before.share, isClosed));

        Before memory afterwards;
        read(closing, afterwards);
        assertMoved(before.jobCreator, afterwards.jobCreator, before.share, row.jobCreator);
        assertMoved(before.resourceProvider, afterwards.resourceProvider, before.share, row.resourceProvider);
        assertMoved(before.mediator, afterwards.mediator, 0, row.mediator);
        assertMoved(before.directory, afterwards.directory, 0, row.directory);
        assertMoved(before.sink, afterwards.sink, 0, row.sink);
        assertMoved(before.other, afterwards.other, 0, 0);
    }

    /// @dev Modulo 2^96, which is how the market computes, and all that there is to say: no free balance and credit exceed
    /// 96 bits together (I1, I2: a row is not negative and adds up to what was locked, which was all there beside it).
    function assertMoved(Purse memory then_, Purse memory now_, uint256 unlocked, uint256 credited) private pure {
        vm.assume((then_.free + credited) >> 96 == 0);
        assert(now_.free == uint96(then_.free + credited));
        assert(now_.locked == uint96(then_.locked - unlocked));
    }
}
