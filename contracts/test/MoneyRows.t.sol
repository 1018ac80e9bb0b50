// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";

/// @dev The rows of section 5 for any prices, limits, usages and parameters, as the table there states them: with d and
/// pi_a, which the contract does not compute with. Each row conserves what was locked.
contract MoneyRowsTest is Market {
    struct Draw {
        uint16 theta;
        uint16 n;
        uint56 instructionLimit;
        uint56 bandwidthLimit;
        uint64 maxInstructionPrice;
        uint64 maxBandwidthPrice;
        uint64 instructionPrice;
        uint64 bandwidthPrice;
        uint64 mediatorInstructionPrice;
        uint64 mediatorBandwidthPrice;
        uint96 mediatorAvailability;
        uint96 directoryAvailability;
        uint96 jobIncentive;
        uint96 resourceIncentive;
        uint8 status;
        uint56 instructions;
        uint56 bandwidth;
        uint56 mediatorInstructions;
        uint56 mediatorBandwidth;
    }

    /// @dev Two of these are all the money that a market holds, and one is more than d at its largest: estimates up to
    /// 2^84, theta + n up to 2^10, both availabilities and the incentive up to 2^92 each.
    uint256 private constant RICHES = (1 << 95) - 1;
    uint256 private constant MOST_FOR_ONE_RESOURCE = 1 << 83;
    uint96 private constant MOST_BESIDE = 1 << 92;

    bytes32 private matchId;
    IModicum.Terms private terms;
    // The symbols of section 5.
    uint256 private piHat;
    uint256 private piC;
    uint256 private piM;
    uint256 private mediatorAvailability;
    uint256 private directoryAvailability;
    // d - pi_a is the same for both sides.
    uint256 private rest;

    function testFuzz_Accepted(Draw memory draw) public {
        prepare(draw);
        dispute(false);
        vm.prank(jobCreator);
        market.acceptResult(matchId, terms, result);
        assertRow(rest - piC, rest + piC, 2 * mediatorAvailability, 2 * directoryAvailability, 0);
    }

    function testFuzz_AcceptedBySilence(Draw memory draw) public {
        prepare(draw);
        dispute(false);
        vm.warp(START + REACTION_WINDOW + 1);
        market.closeBySilence(matchId, terms, result);
        assertRow(rest - piC, rest + piC, 2 * mediatorAvailability, 2 * directoryAvailability, 0);
    }

    function testFuzz_AcceptedBySignature(Draw memory draw, bool posted) public {
        prepare(draw);
        if (posted) dispute(false);
        bytes memory acceptance = sign(JOB_CREATOR_KEY, market.hashAcceptance(matchId, result));
        vm.prank(resourceProvider);
        market.closeWithAcceptance(matchId, terms, result, acceptance);
        assertRow(rest - piC, rest + piC, 2 * mediatorAvailability, 2 * directoryAvailability, 0);
    }

    function testFuzz_ResultOverdue(Draw memory draw) public {
        prepare(draw);
        vm.warp(uint256(terms.completionDeadline) + 1);
        market.closeResultOverdue(matchId, terms);
        assertRow(rest + piHat, rest - piHat, 2 * mediatorAvailability, 2 * directoryAvailability, 0);
    }

    function testFuzz_ProviderAtFault(Draw memory draw) public {
        prepare(draw);
        judge(IModicum.Verdict.WrongResults, draw);
        assertRow(rest + piC, 0, piM + 2 * mediatorAvailability, 2 * directoryAvailability, rest - piC - piM);
    }

    function testFuzz_JobCreatorAtFault(Draw memory draw) public {
        prepare(draw);
        judge(IModicum.Verdict.CorrectResults, draw);
        assertRow(0, rest + piC, piM + 2 * mediatorAvailability, 2 * directoryAvailability, rest - piC - piM);
    }

    function testFuzz_DirectoryAtFault(Draw memory draw) public {
        prepare(draw);
        judge(IModicum.Verdict.DirectoryUnavailable, draw);
        assertRow(rest + directoryAvailability, rest + directoryAvailability, 2 * mediatorAvailability, 0, 0);
    }

    function testFuzz_MediationOverdue(Draw memory draw) public {
        prepare(draw);
        dispute(true);
        vm.warp(START + MEDIATION_WINDOW + 1);
        market.closeMediationOverdue(matchId, terms, result);
        uint256 half = piHat / 2;
        assertRow(
            rest + mediatorAvailability - half, rest + mediatorAvailability + half, 0, 2 * directoryAvailability, 0
        );
    }

    /// @dev A match on the drawn terms, in a market of the drawn parameters.
    function prepare(Draw memory draw) private {
        confine(draw);
        IModicum.Parameters memory parameters = defaultParameters();
        (parameters.penaltyRate, parameters.verificationCount) = (draw.theta, draw.n);
        market = deploy(parameters);
        registerAll();
        vm.prank(mediator);
        market.registerMediator(
            1, draw.mediatorInstructionPrice, draw.mediatorBandwidthPrice, draw.mediatorAvailability
        );
        vm.prank(directory);
        market.registerDirectory(draw.directoryAvailability, "");
        vm.prank(resourceProvider);
        market.registerResourceProvider(1, 0);
        trustAll();
        fund(jobCreator, RICHES);
        fund(resourceProvider, RICHES);
        offer(draw);
        (matchId, terms) = makeMatch();
        compute(draw);
        assertLocked(draw);
    }

    function confine(Draw memory draw) private pure {
        draw.theta = uint16(bound(draw.theta, 1, 500));
        draw.n = uint16(bound(draw.n, 1, 500));
        draw.maxInstructionPrice = affordable(draw.maxInstructionPrice, draw.instructionLimit);
        draw.maxBandwidthPrice = affordable(draw.maxBandwidthPrice, draw.bandwidthLimit);
        draw.instructionPrice = uint64(bound(draw.instructionPrice, 0, draw.maxInstructionPrice));
        draw.bandwidthPrice = uint64(bound(draw.bandwidthPrice, 0, draw.maxBandwidthPrice));
        draw.mediatorAvailability = uint96(bound(draw.mediatorAvailability, 0, MOST_BESIDE));
        draw.directoryAvailability = uint96(bound(draw.directoryAvailability, 0, MOST_BESIDE));
        draw.jobIncentive = uint96(bound(draw.jobIncentive, 0, MOST_BESIDE));
        draw.resourceIncentive = uint96(bound(draw.resourceIncentive, 0, MOST_BESIDE));
        draw.status %= 10;
    }

    /// @dev A price of any size for a limit of any size, as long as their product is within bounds.
    function affordable(uint64 price, uint56 limit) private pure returns (uint64) {
        uint256 most = limit == 0 ? type(uint64).max : MOST_FOR_ONE_RESOURCE / limit;
        return uint64(bound(price, 0, most > type(uint64).max ? type(uint64).max : most));
    }

    function offer(Draw memory draw) private {
        jobOffer.instructionLimit = resourceOffer.instructionCapacity = draw.instructionLimit;
        jobOffer.bandwidthLimit = resourceOffer.bandwidthCapacity = draw.bandwidthLimit;
        (jobOffer.maxInstructionPrice, jobOffer.maxBandwidthPrice) = (draw.maxInstructionPrice, draw.maxBandwidthPrice);
        (resourceOffer.instructionPrice, resourceOffer.bandwidthPrice) = (draw.instructionPrice, draw.bandwidthPrice);
        (jobOffer.matchIncentive, resourceOffer.matchIncentive) = (draw.jobIncentive, draw.resourceIncentive);
        result.status = IModicum.ResultStatus(draw.status);
        (result.instructions, result.bandwidth) = (draw.instructions, draw.bandwidth);
    }

    function compute(Draw memory draw) private {
        piHat = uint256(draw.instructionLimit) * draw.maxInstructionPrice + uint256(draw.bandwidthLimit)
            * draw.maxBandwidthPrice;
        uint256 instructions = draw.instructions > draw.instructionLimit ? draw.instructionLimit : draw.instructions;
        uint256 bandwidth = draw.bandwidth > draw.bandwidthLimit ? draw.bandwidthLimit : draw.bandwidth;
        // 1 is Declined, 9 DirectoryUnavailable.
        piC = draw.status == 1 || draw.status == 9
            ? 0
            : instructions * draw.instructionPrice + bandwidth * draw.bandwidthPrice;
        piM = draw.n
            * (uint256(draw.mediatorInstructions)
                * draw.mediatorInstructionPrice
                + uint256(draw.mediatorBandwidth)
                * draw.mediatorBandwidthPrice);
        if (piM > piHat * draw.n) piM = piHat * draw.n;
        (mediatorAvailability, directoryAvailability) = (draw.mediatorAvailability, draw.directoryAvailability);
        rest = piHat * (uint256(draw.theta) + draw.n);
    }

    function assertLocked(Draw memory draw) private view {
        uint256 share = rest + mediatorAvailability + directoryAvailability;
        assertEq(locked(jobCreator), share, "job creator, locked");
        assertEq(locked(resourceProvider), share, "resource provider, locked");
        assertEq(free(jobCreator), RICHES - share - draw.jobIncentive, "job creator, free");
        assertEq(free(resourceProvider), RICHES - share - draw.resourceIncentive, "resource provider, free");
        assertEq(free(solver), uint256(draw.jobIncentive) + draw.resourceIncentive, "solver");
    }

    function dispute(bool reject) private {
        vm.prank(resourceProvider);
        market.postResult(matchId, terms, result);
        if (!reject) return;
        vm.prank(jobCreator);
        market.rejectResult(matchId, terms, result, IModicum.RejectReason.WrongResults);
    }

    function judge(IModicum.Verdict verdict, Draw memory draw) private {
        dispute(true);
        vm.prank(mediator);
        market.postVerdict(matchId, terms, result, verdict, draw.mediatorInstructions, draw.mediatorBandwidth, 0);
    }

    function assertRow(
        uint256 toJobCreator,
        uint256 toResourceProvider,
        uint256 toMediator,
        uint256 toDirectory,
        uint256 toSink
    ) private view {
        uint256 share = rest + mediatorAvailability + directoryAvailability;
        assertEq(
            toJobCreator + toResourceProvider + toMediator + toDirectory + toSink, 2 * share, "the row conserves 2L"
        );
        assertEq(free(jobCreator), RICHES - share - jobOffer.matchIncentive + toJobCreator, "job creator");
        assertEq(
            free(resourceProvider),
            RICHES - share - resourceOffer.matchIncentive + toResourceProvider,
            "resource provider"
        );
        assertEq(free(mediator), toMediator, "mediator");
        assertEq(free(directory), toDirectory, "directory");
        assertEq(free(sink), toSink, "sink");
        assertEq(locked(jobCreator) + locked(resourceProvider), 0, "locked");
    }
}
