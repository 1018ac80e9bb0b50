// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../../../src/interfaces/IModicum.sol";
import {World} from "../World.sol";
import {Actor} from "./Actor.sol";

/// @dev Makes offers: mostly such as can be matched, and now and then one that misses in one way.
abstract contract Trader is Actor {
    function newJob(address owner) internal returns (IModicum.JobOffer memory offer) {
        offer.jobCreator = owner;
        offer.instructionLimit = uint56(below(100_000) + 1);
        offer.memoryLimit = 1000;
        offer.storageLimit = 1000;
        offer.bandwidthLimit = uint56(below(100_000));
        offer.maxInstructionPrice = uint64(500 + below(500));
        offer.maxBandwidthPrice = uint64(500 + below(500));
        offer.completionDeadline = uint40(block.timestamp + 101 + below(1500));
        offer.matchIncentive = uint96(below(3) * below(10_000));
        offer.baseLayer = WORLD.BASE_LAYER();
        offer.jobDigest = bytes32(draw());
        offer.directory = directory();
        offer.architecture = 1;
        offer.nonce = WORLD.nextNonce();
        offer.expiry = uint40(block.timestamp + (oneIn(6) ? below(300) : 1 days));
        if (oneIn(6)) spoil(offer, below(11));
    }

    function spoil(IModicum.JobOffer memory offer, uint256 way) private {
        if (way == 0) offer.instructionLimit = 100_001;
        else if (way == 1) offer.memoryLimit = 1001;
        else if (way == 2) offer.storageLimit = 1001;
        else if (way == 3) offer.bandwidthLimit = 100_001;
        else if (way == 4) offer.maxInstructionPrice = 0;
        else if (way == 5) offer.maxBandwidthPrice = 0;
        else if (way == 6) offer.architecture = 2;
        else if (way == 7) offer.baseLayer = keccak256("another base layer");
        else if (way == 8) offer.completionDeadline = uint40(block.timestamp);
        else if (way == 9) offer.directory = party();
        else offer.nonce = oneIn(2) ? type(uint56).max : 0;
    }

    function newResource(address owner) internal returns (IModicum.ResourceOffer memory offer) {
        offer.resourceProvider = owner;
        offer.instructionCapacity = 100_000;
        offer.memoryCapacity = 1000;
        offer.storageCapacity = 1000;
        offer.bandwidthCapacity = 100_000;
        offer.instructionPrice = uint64(below(500) + 1);
        offer.bandwidthPrice = uint64(below(500) + 1);
        offer.matchIncentive = uint96(below(3) * below(10_000));
        offer.slots = uint32(oneIn(20) ? 0 : below(3) + 1);
        offer.nonce = oneIn(24) ? 0 : WORLD.nextNonce();
        offer.expiry = uint40(block.timestamp + (oneIn(6) ? below(300) : 1 days));
    }

    /// @dev Gives an offer away signed, or posts it. Who cannot sign mostly posts.
    function isToBeSigned(address owner) internal returns (bool) {
        return WORLD.signsFor(owner) ? oneIn(2) : oneIn(6);
    }

    function publish(IModicum.JobOffer memory offer) internal {
        bool isSigned = isToBeSigned(offer.jobCreator);
        WORLD.addJob(offer, isSigned);
        if (!isSigned) act(offer.jobCreator, abi.encodeCall(MARKET.postJobOffer, (offer)));
    }

    function publish(IModicum.ResourceOffer memory offer) internal {
        bool isSigned = isToBeSigned(offer.resourceProvider);
        WORLD.addResource(offer, isSigned);
        if (!isSigned) act(offer.resourceProvider, abi.encodeCall(MARKET.postResourceOffer, (offer)));
    }

    /// @dev An unmatched one where there is one, the latest first.
    function someJob() internal returns (bool found, World.SignedJob memory job) {
        uint256 count = WORLD.countJobs();
        uint256 last = count == 0 ? 0 : count - below(count < 4 ? count : 4);
        for (uint256 i = last; i > 0; --i) {
            job = WORLD.jobAt(i - 1);
            found = true;
            (IModicum.Stage stage,) = MARKET.stageOf(MARKET.hashJobOffer(job.offer));
            if (stage < IModicum.Stage.Cancelled || oneIn(10)) return (true, job);
        }
    }

    /// @dev One with a free slot where there is one, the latest first.
    function someResource() internal returns (bool found, World.SignedResource memory resource) {
        uint256 count = WORLD.countResources();
        uint256 last = count == 0 ? 0 : count - below(count < 6 ? count : 6);
        for (uint256 i = last; i > 0; --i) {
            resource = WORLD.resourceAt(i - 1);
            found = true;
            bytes32 offerHash = MARKET.hashResourceOffer(resource.offer);
            (, bool cancelled, uint32 used) = MARKET.resourceOfferState(offerHash);
            if (!cancelled && used < resource.offer.slots || oneIn(10)) return (true, resource);
        }
    }
}
