// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../../../src/interfaces/IModicum.sol";
import {World} from "../World.sol";
import {Actor} from "./Actor.sol";
import {Trader} from "./Trader.sol";

/// @dev Anyone, with whatever offers are known: fit or unfit, taken or dead.
contract Solvers is Trader {
    constructor(World world) Actor(world) {}

    function moves() external pure override returns (bytes4[] memory all) {
        all = new bytes4[](11);
        all[0] = this.matchKnown.selector;
        all[1] = this.matchKnown.selector;
        all[2] = this.matchNew.selector;
        all[3] = this.matchNew.selector;
        all[4] = this.matchNew.selector;
        all[5] = this.matchNew.selector;
        all[6] = this.matchNew.selector;
        all[7] = this.matchNew.selector;
        all[8] = this.matchNew.selector;
        all[9] = this.matchTooLate.selector;
        all[10] = this.matchTooLate.selector;
    }

    function matchKnown(uint256 seed) external drawn(seed) {
        (bool hasJob, World.SignedJob memory job) = someJob();
        (bool hasResource, World.SignedResource memory resource) = someResource();
        if (hasJob && hasResource) propose(job, resource, oneIn(12) ? party() : mediator());
    }

    function matchNew(uint256 seed) external drawn(seed) {
        publish(newJob(trader()));
        publish(newResource(trader()));
        World.SignedJob memory job = WORLD.jobAt(WORLD.countJobs() - 1);
        World.SignedResource memory resource = WORLD.resourceAt(WORLD.countResources() - 1);
        propose(job, resource, mediator());
    }

    /// @dev When one of those concerned has just thought better of it.
    function matchTooLate(uint256 seed) external drawn(seed) {
        publish(newJob(trader()));
        publish(newResource(trader()));
        World.SignedJob memory job = WORLD.jobAt(WORLD.countJobs() - 1);
        World.SignedResource memory resource = WORLD.resourceAt(WORLD.countResources() - 1);
        address mediator_ = mediator();
        uint256 change = below(10);
        if (change < 6) {
            changeTrust(IModicum.Trust(change), job.offer, resource.offer.resourceProvider, mediator_, false);
        } else if (change == 6) {
            kill(job.offer.jobCreator, job.offer.nonce);
        } else if (change == 7) {
            kill(resource.offer.resourceProvider, resource.offer.nonce);
        } else if (change == 8) {
            act(job.offer.jobCreator, abi.encodeCall(MARKET.cancelJobOffer, (job.offer)));
        } else {
            act(resource.offer.resourceProvider, abi.encodeCall(MARKET.cancelResourceOffer, (resource.offer)));
        }
        propose(job, resource, mediator_);
        if (change < 6) {
            changeTrust(IModicum.Trust(change), job.offer, resource.offer.resourceProvider, mediator_, true);
        }
    }

    function changeTrust(
        IModicum.Trust kind,
        IModicum.JobOffer memory job,
        address provider,
        address mediator_,
        bool isTrusted
    ) private {
        address keeper = provider;
        if (kind == IModicum.Trust.JobCreatorTrustsMediator) keeper = job.jobCreator;
        bool isMediators =
            kind == IModicum.Trust.MediatorTrustsDirectory || kind == IModicum.Trust.MediatorSupportsBaseLayer;
        if (isMediators) keeper = mediator_;
        bytes32 subject = subjectOf(mediator_);
        if (kind >= IModicum.Trust.ResourceProviderTrustsDirectory) subject = subjectOf(job.directory);
        if (kind >= IModicum.Trust.ResourceProviderSupportsBaseLayer) subject = job.baseLayer;
        act(keeper, abi.encodeCall(MARKET.setTrust, (kind, one(subject), isTrusted)));
    }

    function kill(address owner, uint56 nonce) private {
        if (nonce < type(uint56).max) act(owner, abi.encodeCall(MARKET.raiseNonceFloor, (nonce + 1)));
    }

    function propose(World.SignedJob memory job, World.SignedResource memory resource, address mediator_) private {
        address solver = oneIn(2) ? WORLD.parties(WORLD.SOLVER()) : party();
        act(
            solver,
            abi.encodeCall(MARKET.postMatch, (job.offer, job.signature, resource.offer, resource.signature, mediator_))
        );
    }
}
