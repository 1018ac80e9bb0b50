// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";

/// @dev What a job costs in gas, as transactions of their own (calldata and the 21,000 included), for parties who
/// have traded before. The first match of a resource offer costs 17,100 more than the next, for the slot it begins.
contract GasTest is Market {
    uint256 private constant NOMINAL_JOB_BAR = 230_000;
    uint256 private constant FIRST_JOB_BAR = 235_000;
    uint256 private constant ACCEPT_BAR = 65_000;

    event Gas(string what, uint256 used);

    function setUp() public override {
        // Addresses without a row of zeros, for what calldata costs.
        mediator = address(bytes20(keccak256("mediator")));
        directory = address(bytes20(keccak256("directory")));
        super.setUp();
        fund(solver, 1 ether);
        fund(mediator, 1 ether);
        fund(directory, 1 ether);
        // Real sizes, for what calldata costs.
        jobOffer.instructionLimit = 3_600_000;
        jobOffer.memoryLimit = 2 << 30;
        jobOffer.storageLimit = 10 << 30;
        jobOffer.bandwidthLimit = 1 << 30;
        jobOffer.maxInstructionPrice = 1e9;
        jobOffer.maxBandwidthPrice = 1e6;
        jobOffer.matchIncentive = 1e14;
        jobOffer.jobDigest = sha256("job");
        jobOffer.nonce = uint56(uint256(sha256("nonce")));
        jobOffer.completionDeadline = uint40(START + 7200);
        resourceOffer.instructionCapacity = 7_200_000;
        resourceOffer.memoryCapacity = 8 << 30;
        resourceOffer.storageCapacity = 100 << 30;
        resourceOffer.bandwidthCapacity = 10 << 30;
        resourceOffer.instructionPrice = 0.8e9;
        resourceOffer.bandwidthPrice = 0.9e6;
        resourceOffer.matchIncentive = 1e14;
        resourceOffer.nonce = uint56(uint256(sha256("other nonce")));
        result.instructions = 3_123_456;
        result.bandwidth = 512_345_678;
    }

    /// forge-config: default.isolate = true
    function test_ANominalJobWithSignedOffersCostsAtMostTheBar() public {
        runJob("first match of the resource offer", FIRST_JOB_BAR);
        jobOffer.nonce++;
        runJob("next match", NOMINAL_JOB_BAR);
    }

    function runJob(string memory name, uint256 bar) private {
        (bytes32 matchId, IModicum.Terms memory terms) = makeMatch();
        uint256 matching = gasOfLastCall(string.concat(name, ": postMatch"));
        vm.prank(resourceProvider);
        market.postResult(matchId, terms, result);
        uint256 posting = gasOfLastCall(string.concat(name, ": postResult"));
        vm.prank(jobCreator);
        market.acceptResult(matchId, terms, result);
        uint256 accepting = gasOfLastCall(string.concat(name, ": acceptResult"));

        assertTrue(accepting <= ACCEPT_BAR, "acceptResult is within its bar");
        assertTrue(matching + posting + accepting <= bar, "the job is within its bar");
    }

    function gasOfLastCall(string memory what) private returns (uint256 used) {
        used = vm.lastCallGas().gasTotalUsed;
        emit Gas(what, used);
    }
}
