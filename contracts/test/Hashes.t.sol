// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";

/// @dev The EIP-712 hashes, computed here once more, field by field, from the standard.
contract HashesTest is Market {
    function test_DomainSeparatorIsOfThisContractOnThisChain() public view {
        assertEq(market.domainSeparator(), separatorOn(block.chainid), "separator");
    }

    function test_DomainSeparatorFollowsTheChain() public {
        bytes32 before = jobOfferHash();
        vm.chainId(777);
        assertEq(market.domainSeparator(), separatorOn(777), "separator");
        assertTrue(jobOfferHash() != before, "hash");
    }

    function test_AnOfferSignedBeforeAForkIsNotGoodAfterIt() public {
        bytes memory jobSignature = sign(JOB_CREATOR_KEY, jobOfferHash());
        vm.chainId(777);
        bytes memory resourceSignature = sign(RESOURCE_PROVIDER_KEY, resourceOfferHash());
        vm.expectRevert(
            abi.encodeWithSelector(IModicum.OfferNeitherPostedNorSigned.selector, jobOfferHash(), jobCreator)
        );
        market.postMatch(jobOffer, jobSignature, resourceOffer, resourceSignature, mediator);
    }

    function testFuzz_JobOfferHash(IModicum.JobOffer memory offer) public view {
        bytes32 typeHash = keccak256(
            "JobOffer(address jobCreator,uint56 instructionLimit,uint56 memoryLimit,uint56 storageLimit,uint56 bandwidthLimit,uint64 maxInstructionPrice,uint64 maxBandwidthPrice,uint40 completionDeadline,uint96 matchIncentive,bytes32 baseLayer,bytes32 jobDigest,address directory,uint8 architecture,uint56 nonce,uint40 expiry)"
        );
        bytes memory first = abi.encode(
            typeHash,
            offer.jobCreator,
            offer.instructionLimit,
            offer.memoryLimit,
            offer.storageLimit,
            offer.bandwidthLimit,
            offer.maxInstructionPrice,
            offer.maxBandwidthPrice
        );
        bytes memory second = abi.encode(
            offer.completionDeadline,
            offer.matchIncentive,
            offer.baseLayer,
            offer.jobDigest,
            offer.directory,
            offer.architecture,
            offer.nonce,
            offer.expiry
        );
        assertEq(market.hashJobOffer(offer), digest(keccak256(bytes.concat(first, second))), "hash");
    }

    function testFuzz_ResourceOfferHash(IModicum.ResourceOffer memory offer) public view {
        bytes32 typeHash = keccak256(
            "ResourceOffer(address resourceProvider,uint56 instructionCapacity,uint56 memoryCapacity,uint56 storageCapacity,uint56 bandwidthCapacity,uint64 instructionPrice,uint64 bandwidthPrice,uint96 matchIncentive,uint32 slots,uint56 nonce,uint40 expiry)"
        );
        bytes memory first = abi.encode(
            typeHash,
            offer.resourceProvider,
            offer.instructionCapacity,
            offer.memoryCapacity,
            offer.storageCapacity,
            offer.bandwidthCapacity
        );
        bytes memory second = abi.encode(
            offer.instructionPrice, offer.bandwidthPrice, offer.matchIncentive, offer.slots, offer.nonce, offer.expiry
        );
        assertEq(market.hashResourceOffer(offer), digest(keccak256(bytes.concat(first, second))), "hash");
    }

    function testFuzz_AcceptanceHash(bytes32 matchId, uint8 status, bytes32 commitment, uint56 used, uint56 moved)
        public
        view
    {
        IModicum.Result memory accepted = IModicum.Result(IModicum.ResultStatus(status % 10), commitment, used, moved);
        bytes32 typeHash = keccak256(
            "Acceptance(bytes32 matchId,uint8 status,bytes32 commitment,uint56 instructions,uint56 bandwidth)"
        );
        bytes memory encoded = abi.encode(typeHash, matchId, status % 10, commitment, used, moved);
        assertEq(market.hashAcceptance(matchId, accepted), digest(keccak256(encoded)), "hash");
    }

    function separatorOn(uint256 chain) private view returns (bytes32) {
        bytes32 typeHash =
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        return keccak256(abi.encode(typeHash, keccak256("MODiCuM"), keccak256("1"), chain, address(market)));
    }

    function digest(bytes32 structHash) private view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", separatorOn(block.chainid), structHash));
    }
}
