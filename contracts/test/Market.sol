// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Base} from "./Base.sol";

/// @dev A market in which everyone is registered, trusts everyone and has money, and a job offer and a resource offer
/// that fit. A test changes the one thing that it is about.
abstract contract Market is Base {
    uint256 internal constant START = 1_700_000_000;
    uint256 internal constant FUNDS = 100 ether;
    bytes32 internal constant BASE_LAYER = keccak256("base layer");

    // The money of the default match, in wei: 1000 instructions at most 3 and 500 bytes at most 2.
    uint256 internal constant ESTIMATE = 4000;
    uint16 internal constant THETA = 5;
    uint16 internal constant N = 2;
    uint96 internal constant MEDIATOR_AVAILABILITY = 70;
    uint96 internal constant DIRECTORY_AVAILABILITY = 30;
    uint256 internal constant SHARE = ESTIMATE * (THETA + N) + MEDIATOR_AVAILABILITY + DIRECTORY_AVAILABILITY;
    uint96 internal constant JOB_INCENTIVE = 11;
    uint96 internal constant RESOURCE_INCENTIVE = 7;

    uint32 internal constant REACTION_WINDOW = 600;
    uint32 internal constant MEDIATION_WINDOW = 900;
    uint40 internal constant COMPLETION_DEADLINE = uint40(START + 1 hours);

    uint256 internal constant JOB_CREATOR_KEY = 0xA11CE;
    uint256 internal constant RESOURCE_PROVIDER_KEY = 0xB0B;

    address internal jobCreator = vm.addr(JOB_CREATOR_KEY);
    address internal resourceProvider = vm.addr(RESOURCE_PROVIDER_KEY);
    address internal mediator = address(0x3ED1A704);
    address internal directory = address(0xD14EC704);
    address internal solver = address(0x501FE4);
    address internal sink = address(0x51BB);
    address internal stranger = address(0x57A46E4);

    IModicum internal market;
    // The first letters of section 5: the two offers, the terms they lead to, and a result within the limits.
    IModicum.JobOffer internal jobOffer;
    IModicum.ResourceOffer internal resourceOffer;
    IModicum.Result internal result;

    function setUp() public virtual {
        vm.warp(START);
        market = deploy(defaultParameters());
        registerAll();
        trustAll();
        fund(jobCreator, FUNDS);
        fund(resourceProvider, FUNDS);
        jobOffer = defaultJobOffer();
        resourceOffer = defaultResourceOffer();
        result = IModicum.Result(IModicum.ResultStatus.Completed, keccak256("commitment"), 900, 400);
    }

    /* THE PARTS */

    function deploy(IModicum.Parameters memory parameters) internal returns (IModicum) {
        return IModicum(vm.deployCode("Modicum.sol:Modicum", abi.encode(parameters)));
    }

    function defaultParameters() internal view virtual returns (IModicum.Parameters memory) {
        return IModicum.Parameters(THETA, N, REACTION_WINDOW, MEDIATION_WINDOW, 500, sink, address(0));
    }

    function defaultJobOffer() internal view returns (IModicum.JobOffer memory) {
        return IModicum.JobOffer({
            jobCreator: jobCreator,
            instructionLimit: 1000,
            memoryLimit: 2000,
            storageLimit: 3000,
            bandwidthLimit: 500,
            maxInstructionPrice: 3,
            maxBandwidthPrice: 2,
            completionDeadline: COMPLETION_DEADLINE,
            matchIncentive: JOB_INCENTIVE,
            baseLayer: BASE_LAYER,
            jobDigest: keccak256("job"),
            directory: directory,
            architecture: 1,
            nonce: 1,
            expiry: uint40(START + 1 days)
        });
    }

    function defaultResourceOffer() internal view returns (IModicum.ResourceOffer memory) {
        return IModicum.ResourceOffer({
            resourceProvider: resourceProvider,
            instructionCapacity: 1000,
            memoryCapacity: 2000,
            storageCapacity: 3000,
            bandwidthCapacity: 500,
            instructionPrice: 2,
            bandwidthPrice: 1,
            matchIncentive: RESOURCE_INCENTIVE,
            slots: 2,
            nonce: 1,
            expiry: uint40(START + 1 days)
        });
    }

    /// @dev What the market makes of the two offers as they are now.
    function defaultTerms() internal view returns (IModicum.Terms memory terms) {
        (, uint64 instructionPrice, uint64 bandwidthPrice, uint96 availability) = market.mediators(mediator);
        terms = IModicum.Terms({
            jobCreator: jobOffer.jobCreator,
            resourceProvider: resourceOffer.resourceProvider,
            mediator: mediator,
            directory: jobOffer.directory,
            completionDeadline: jobOffer.completionDeadline,
            instructionLimit: jobOffer.instructionLimit,
            bandwidthLimit: jobOffer.bandwidthLimit,
            instructionPrice: resourceOffer.instructionPrice,
            bandwidthPrice: resourceOffer.bandwidthPrice,
            mediatorInstructionPrice: instructionPrice,
            mediatorBandwidthPrice: bandwidthPrice,
            mediatorAvailability: availability,
            directoryAvailability: market.directories(jobOffer.directory),
            estimate: uint96(
                uint256(jobOffer.instructionLimit) * jobOffer.maxInstructionPrice + uint256(jobOffer.bandwidthLimit)
                    * jobOffer.maxBandwidthPrice
            )
        });
    }

    /// @dev What the others of the default match ask for.
    function defaultQuote() internal view returns (IModicum.Quote memory) {
        IModicum.Terms memory terms = defaultTerms();
        return IModicum.Quote({
            resourceOfferHash: resourceOfferHash(),
            instructionPrice: terms.instructionPrice,
            bandwidthPrice: terms.bandwidthPrice,
            matchIncentive: resourceOffer.matchIncentive,
            mediator: mediator,
            mediatorInstructionPrice: terms.mediatorInstructionPrice,
            mediatorBandwidthPrice: terms.mediatorBandwidthPrice,
            mediatorAvailability: terms.mediatorAvailability,
            directoryAvailability: terms.directoryAvailability
        });
    }

    function registerAll() internal {
        vm.prank(jobCreator);
        market.registerJobCreator();
        vm.prank(resourceProvider);
        market.registerResourceProvider(1, 1_000_000);
        vm.prank(mediator);
        market.registerMediator(1, 4, 3, MEDIATOR_AVAILABILITY);
        vm.prank(directory);
        market.registerDirectory(DIRECTORY_AVAILABILITY, "https://directory.example");
    }

    function trustAll() internal {
        setTrust(jobCreator, IModicum.Trust.JobCreatorTrustsMediator, subject(mediator), true);
        setTrust(resourceProvider, IModicum.Trust.ResourceProviderTrustsMediator, subject(mediator), true);
        setTrust(resourceProvider, IModicum.Trust.ResourceProviderTrustsDirectory, subject(directory), true);
        setTrust(mediator, IModicum.Trust.MediatorTrustsDirectory, subject(directory), true);
        setTrust(resourceProvider, IModicum.Trust.ResourceProviderSupportsBaseLayer, BASE_LAYER, true);
        setTrust(mediator, IModicum.Trust.MediatorSupportsBaseLayer, BASE_LAYER, true);
    }

    function setTrust(address account, IModicum.Trust kind, bytes32 what, bool trusted) internal {
        bytes32[] memory subjects = new bytes32[](1);
        subjects[0] = what;
        vm.prank(account);
        market.setTrust(kind, subjects, trusted);
    }

    function fund(address account, uint256 amount) internal virtual {
        vm.deal(account, account.balance + amount);
        vm.prank(account);
        market.deposit{value: amount}(uint96(amount));
    }

    function subject(address account) internal pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }

    function sign(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function jobOfferHash() internal view returns (bytes32) {
        return market.hashJobOffer(jobOffer);
    }

    function resourceOfferHash() internal view returns (bytes32) {
        return market.hashResourceOffer(resourceOffer);
    }

    function free(address account) internal view returns (uint256 amount) {
        (amount,) = market.balanceOf(account);
    }

    function locked(address account) internal view returns (uint256 amount) {
        (, amount) = market.balanceOf(account);
    }

    /* THE STEPS */

    /// @dev Signs both offers as they are now and lets the solver match them.
    function makeMatch() internal returns (bytes32 matchId, IModicum.Terms memory terms) {
        terms = defaultTerms();
        bytes memory jobSignature = sign(JOB_CREATOR_KEY, jobOfferHash());
        bytes memory resourceSignature = sign(RESOURCE_PROVIDER_KEY, resourceOfferHash());
        vm.prank(solver);
        matchId = market.postMatch(jobOffer, jobSignature, resourceOffer, resourceSignature, mediator);
    }

    function makeResult() internal returns (bytes32 matchId, IModicum.Terms memory terms) {
        (matchId, terms) = makeMatch();
        vm.prank(resourceProvider);
        market.postResult(matchId, terms, result);
    }

    function makeDispute() internal returns (bytes32 matchId, IModicum.Terms memory terms) {
        (matchId, terms) = makeResult();
        vm.prank(jobCreator);
        market.rejectResult(matchId, terms, result, IModicum.RejectReason.WrongResults);
    }

    /// @dev Sends a call that was put together by hand.
    function send(address account, bytes memory call) internal returns (bool done, bytes memory answer) {
        vm.prank(account);
        return address(market).call(call);
    }

    /// @dev A match of both offers as they are now, signed by their default owners.
    function matchCall() internal view returns (bytes memory) {
        bytes memory jobSignature = sign(JOB_CREATOR_KEY, jobOfferHash());
        bytes memory resourceSignature = sign(RESOURCE_PROVIDER_KEY, resourceOfferHash());
        return abi.encodeCall(market.postMatch, (jobOffer, jobSignature, resourceOffer, resourceSignature, mediator));
    }

    /* WHAT IS EXPECTED */

    function assertDone(address account, bytes memory call) internal {
        (bool done,) = send(account, call);
        assertTrue(done, "done");
    }

    function assertRefused(address account, bytes memory call, bytes memory reason) internal {
        (bool done, bytes memory answer) = send(account, call);
        assertFalse(done, "done");
        assertEq(keccak256(answer), keccak256(reason), "reason");
    }

    /// @dev Expects that the match closes in the next call with these credits.
    function expectClosed(bytes32 matchId, IModicum.ClosingReason reason, IModicum.Settlement memory settlement)
        internal
    {
        vm.expectEmit(address(market));
        emit IModicum.MatchClosed(matchId, reason, settlement);
    }

    function assertStage(bytes32 matchId, IModicum.Stage expected, uint256 expectedDeadline) internal view {
        (IModicum.Stage stage, uint40 deadline) = market.stageOf(matchId);
        assertEq(uint256(stage), uint256(expected), "stage");
        assertEq(deadline, expectedDeadline, "deadline");
    }

    function expectNotInStage(bytes32 matchId, IModicum.Stage needed, IModicum.Stage actual) internal {
        vm.expectRevert(abi.encodeWithSelector(IModicum.NotInStage.selector, matchId, needed, actual));
    }
}
