// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";

contract SignaturesTest is Market {
    uint256 private constant ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    bytes private jobSignature;
    bytes private resourceSignature;

    function setUp() public override {
        super.setUp();
        jobSignature = sign(JOB_CREATOR_KEY, jobOfferHash());
        resourceSignature = sign(RESOURCE_PROVIDER_KEY, resourceOfferHash());
    }

    function test_BothSigned() public {
        matchThem();
        assertStage(jobOfferHash(), IModicum.Stage.AwaitingResult, COMPLETION_DEADLINE);
    }

    function test_JobOfferPostedAndResourceOfferSigned() public {
        vm.prank(jobCreator);
        market.postJobOffer(jobOffer);
        jobSignature = "";
        matchThem();
    }

    function test_JobOfferSignedAndResourceOfferPosted() public {
        vm.prank(resourceProvider);
        market.postResourceOffer(resourceOffer);
        resourceSignature = "";
        matchThem();
    }

    function test_RevertWhen_JobOfferIsSignedByAnother() public {
        jobSignature = sign(RESOURCE_PROVIDER_KEY, jobOfferHash());
        expectJobOfferUnsigned();
    }

    function test_RevertWhen_ResourceOfferIsSignedByAnother() public {
        resourceSignature = sign(JOB_CREATOR_KEY, resourceOfferHash());
        expectResourceOfferUnsigned();
    }

    function test_RevertWhen_JobOfferWasChangedAfterSigning() public {
        jobOffer.maxInstructionPrice += 1;
        expectJobOfferUnsigned();
    }

    function test_RevertWhen_ResourceOfferWasChangedAfterSigning() public {
        resourceOffer.slots += 1;
        expectResourceOfferUnsigned();
    }

    function test_RevertWhen_JobOfferSignatureIsEmpty() public {
        jobSignature = "";
        expectJobOfferUnsigned();
    }

    function test_RevertWhen_ResourceOfferSignatureIsEmpty() public {
        resourceSignature = "";
        expectResourceOfferUnsigned();
    }

    function test_RevertWhen_SignatureIsTooShort() public {
        jobSignature.pop();
        expectJobOfferUnsigned();
    }

    function test_RevertWhen_SignatureIsTooLong() public {
        jobSignature.push(0);
        expectJobOfferUnsigned();
    }

    /// @dev The other valid form of the same signature, which anyone can compute.
    function test_RevertWhen_SIsHigh() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(JOB_CREATOR_KEY, jobOfferHash());
        bytes32 highS = bytes32(ORDER - uint256(s));
        uint8 otherV = v == 27 ? 28 : 27;
        assertEq(ecrecover(jobOfferHash(), otherV, r, highS), jobCreator, "it is a signature");
        jobSignature = abi.encodePacked(r, highS, otherV);
        expectJobOfferUnsigned();
    }

    function test_RevertWhen_VIsNot27Or28() public {
        jobSignature[64] = bytes1(uint8(jobSignature[64]) - 27);
        expectJobOfferUnsigned();
    }

    /// @dev ecrecover answers zero for what is no signature; an offer in the name of zero must not be taken for signed.
    function test_RevertWhen_OwnerIsTheZeroAddress() public {
        jobOffer.jobCreator = address(0);
        jobSignature = new bytes(65);
        expectJobOfferUnsigned();

        jobOffer.jobCreator = jobCreator;
        jobSignature = sign(JOB_CREATOR_KEY, jobOfferHash());
        resourceOffer.resourceProvider = address(0);
        resourceSignature = new bytes(65);
        expectResourceOfferUnsigned();
    }

    function testFuzz_RevertWhen_SignatureIsRandom(bytes32 r, bytes32 s, uint8 v) public {
        jobSignature = abi.encodePacked(r, s, v);
        expectJobOfferUnsigned();
    }

    function matchThem() private {
        market.postMatch(jobOffer, jobSignature, resourceOffer, resourceSignature, mediator);
    }

    function expectJobOfferUnsigned() private {
        expectRefused(jobOfferHash(), jobOffer.jobCreator);
    }

    function expectResourceOfferUnsigned() private {
        expectRefused(resourceOfferHash(), resourceOffer.resourceProvider);
    }

    function expectRefused(bytes32 offerHash, address owner) private {
        vm.expectRevert(abi.encodeWithSelector(IModicum.OfferNeitherPostedNorSigned.selector, offerHash, owner));
        matchThem();
    }
}
