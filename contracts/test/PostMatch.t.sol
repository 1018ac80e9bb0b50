// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";

contract PostMatchTest is Market {
    /* WHAT A MATCH DOES */

    function test_LocksBothSharesAndPaysTheSolver() public {
        (bytes32 matchId,) = makeMatch();
        assertEq(locked(jobCreator), SHARE, "job creator, locked");
        assertEq(free(jobCreator), FUNDS - SHARE - JOB_INCENTIVE, "job creator, free");
        assertEq(locked(resourceProvider), SHARE, "resource provider, locked");
        assertEq(free(resourceProvider), FUNDS - SHARE - RESOURCE_INCENTIVE, "resource provider, free");
        assertEq(free(solver), JOB_INCENTIVE + RESOURCE_INCENTIVE, "solver");
        assertStage(matchId, IModicum.Stage.AwaitingResult, COMPLETION_DEADLINE);
    }

    function test_IsNamedByTheJobOfferAndAnnouncesItsTerms() public {
        bytes32 expected = jobOfferHash();
        bytes memory jobSignature = sign(JOB_CREATOR_KEY, expected);
        bytes memory resourceSignature = sign(RESOURCE_PROVIDER_KEY, resourceOfferHash());
        IModicum.Quote memory quote = defaultQuote();
        vm.expectEmit(address(market));
        emit IModicum.Matched(expected, jobCreator, resourceProvider, solver, jobOffer, quote);
        vm.prank(solver);
        bytes32 matchId = market.postMatch(jobOffer, jobSignature, resourceOffer, resourceSignature, mediator);
        assertEq(matchId, expected, "match");
    }

    function test_TakesPostedOffersWithoutSignatures() public {
        postBoth();
        matchUnsigned();
        assertStage(jobOfferHash(), IModicum.Stage.AwaitingResult, COMPLETION_DEADLINE);
    }

    /// @dev A posted offer is its owner's already, whatever comes with it.
    function test_TakesPostedOffersWithUselessSignatures() public {
        postBoth();
        market.postMatch(jobOffer, hex"00", resourceOffer, new bytes(65), mediator);
        assertStage(jobOfferHash(), IModicum.Stage.AwaitingResult, COMPLETION_DEADLINE);
    }

    function test_AResourceOfferServesAsManyMatchesAsItHasSlots() public {
        makeMatch();
        jobOffer.nonce = 2;
        makeMatch();
        assertEq(locked(resourceProvider), 2 * SHARE, "resource provider, locked");
        (,, uint32 used) = market.resourceOfferState(resourceOfferHash());
        assertEq(used, 2, "used");

        jobOffer.nonce = 3;
        expectRefused(abi.encodeWithSelector(IModicum.NoFreeSlot.selector, resourceOfferHash(), 2));
    }

    function test_ClosingAMatchDoesNotGiveItsSlotBack() public {
        resourceOffer.slots = 1;
        (bytes32 matchId, IModicum.Terms memory terms) = makeResult();
        vm.prank(jobCreator);
        market.acceptResult(matchId, terms, result);
        jobOffer.nonce = 2;
        expectRefused(abi.encodeWithSelector(IModicum.NoFreeSlot.selector, resourceOfferHash(), 1));
    }

    function test_PostingAfterAMatchKeepsTheUsedSlots() public {
        resourceOffer.slots = 1;
        makeMatch();
        vm.prank(resourceProvider);
        market.postResourceOffer(resourceOffer);
        jobOffer.nonce = 2;
        expectRefused(abi.encodeWithSelector(IModicum.NoFreeSlot.selector, resourceOfferHash(), 1));
    }

    function test_OffersCanBeMatchedUntilTheirExpiryInclusive() public {
        jobOffer.expiry = resourceOffer.expiry = uint40(START + 10);
        vm.warp(START + 10);
        makeMatch();
    }

    function test_TheLastBlockTimeAtWhichTheJobStillFits() public {
        // 1000 instructions of 1 ms each.
        vm.warp(COMPLETION_DEADLINE - 1);
        makeMatch();
    }

    function test_JustEnoughMoneyIsEnough() public {
        vm.prank(jobCreator);
        market.withdraw(uint96(FUNDS - SHARE - JOB_INCENTIVE));
        vm.prank(resourceProvider);
        market.withdraw(uint96(FUNDS - SHARE - RESOURCE_INCENTIVE));
        makeMatch();
        assertEq(free(jobCreator), 0, "job creator, free");
        assertEq(free(resourceProvider), 0, "resource provider, free");
    }

    function test_AFreeJobOfNoLimitsCanBeMatched() public {
        (jobOffer.instructionLimit, jobOffer.bandwidthLimit, jobOffer.matchIncentive) = (0, 0, 0);
        resourceOffer.matchIncentive = 0;
        makeMatch();
        assertEq(locked(jobCreator), MEDIATOR_AVAILABILITY + DIRECTORY_AVAILABILITY, "job creator, locked");
        assertEq(free(solver), 0, "solver");
    }

    function test_APartyMayBeItsOwnSolver() public {
        postBoth();
        vm.prank(jobCreator);
        market.postMatch(jobOffer, "", resourceOffer, "", mediator);
        assertEq(free(jobCreator), FUNDS - SHARE + RESOURCE_INCENTIVE, "job creator, free");
    }

    /// @dev The solver is paid after both sides have locked: an incentive cannot pay for the deposit it comes from.
    function test_RevertWhen_TheIncentiveWouldBeNeededForTheDeposit() public {
        postBoth();
        vm.prank(jobCreator);
        market.withdraw(uint96(FUNDS - SHARE));
        vm.expectRevert(
            abi.encodeWithSelector(IModicum.InsufficientFunds.selector, jobCreator, SHARE + JOB_INCENTIVE, SHARE)
        );
        vm.prank(jobCreator);
        market.postMatch(jobOffer, "", resourceOffer, "", mediator);
    }

    /* THE JOB OFFER IS LIVE */

    function test_RevertWhen_JobOfferIsCancelled() public {
        vm.prank(jobCreator);
        market.cancelJobOffer(jobOffer);
        expectRefused(abi.encodeWithSelector(IModicum.OfferIsCancelled.selector, jobOfferHash()));
    }

    function test_RevertWhen_JobOfferIsMatched() public {
        makeMatch();
        expectRefused(abi.encodeWithSelector(IModicum.OfferAlreadyMatched.selector, jobOfferHash()));
    }

    function test_RevertWhen_MatchOfTheJobOfferIsClosed() public {
        (bytes32 matchId, IModicum.Terms memory terms) = makeResult();
        vm.prank(jobCreator);
        market.acceptResult(matchId, terms, result);
        expectRefused(abi.encodeWithSelector(IModicum.OfferAlreadyMatched.selector, matchId));
    }

    function test_RevertWhen_JobOfferIsExpired() public {
        jobOffer.expiry = uint40(START - 1);
        expectRefused(abi.encodeWithSelector(IModicum.OfferExpired.selector, jobOfferHash(), START - 1, START));
    }

    /* THE RESOURCE OFFER IS LIVE */

    function test_RevertWhen_ResourceOfferIsCancelled() public {
        vm.prank(resourceProvider);
        market.cancelResourceOffer(resourceOffer);
        expectRefused(abi.encodeWithSelector(IModicum.OfferIsCancelled.selector, resourceOfferHash()));
    }

    function test_RevertWhen_ResourceOfferIsExpired() public {
        resourceOffer.expiry = uint40(START - 1);
        expectRefused(abi.encodeWithSelector(IModicum.OfferExpired.selector, resourceOfferHash(), START - 1, START));
    }

    function test_RevertWhen_ResourceOfferHasNoSlots() public {
        resourceOffer.slots = 0;
        expectRefused(abi.encodeWithSelector(IModicum.NoFreeSlot.selector, resourceOfferHash(), 0));
    }

    /* EVERYONE IS REGISTERED */

    function test_RevertWhen_JobCreatorIsNotRegistered() public {
        uint256 key = 0xFACE;
        jobOffer.jobCreator = vm.addr(key);
        bytes memory jobSignature = sign(key, jobOfferHash());
        bytes memory resourceSignature = sign(RESOURCE_PROVIDER_KEY, resourceOfferHash());
        vm.expectRevert(notRegistered(IModicum.Role.JobCreator, jobOffer.jobCreator));
        market.postMatch(jobOffer, jobSignature, resourceOffer, resourceSignature, mediator);
    }

    function test_RevertWhen_ResourceProviderIsNotRegistered() public {
        uint256 key = 0xFACE;
        resourceOffer.resourceProvider = vm.addr(key);
        bytes memory jobSignature = sign(JOB_CREATOR_KEY, jobOfferHash());
        bytes memory resourceSignature = sign(key, resourceOfferHash());
        vm.expectRevert(notRegistered(IModicum.Role.ResourceProvider, resourceOffer.resourceProvider));
        market.postMatch(jobOffer, jobSignature, resourceOffer, resourceSignature, mediator);
    }

    function test_RevertWhen_MediatorIsNotRegistered() public {
        mediator = stranger;
        expectRefused(notRegistered(IModicum.Role.Mediator, stranger));
    }

    function test_RevertWhen_DirectoryIsNotRegistered() public {
        jobOffer.directory = stranger;
        expectRefused(notRegistered(IModicum.Role.Directory, stranger));
    }

    /* THE CONDITIONS OF SECTION 4, all bounds inclusive: the default offers are equal in every capacity */

    function test_RevertWhen_InstructionCapacityIsTooSmall() public {
        resourceOffer.instructionCapacity = 999;
        expectRefused(abi.encodeWithSelector(IModicum.InstructionCapacityTooSmall.selector, 1000, 999));
    }

    function test_RevertWhen_MemoryCapacityIsTooSmall() public {
        resourceOffer.memoryCapacity = 1999;
        expectRefused(abi.encodeWithSelector(IModicum.MemoryCapacityTooSmall.selector, 2000, 1999));
    }

    function test_RevertWhen_StorageCapacityIsTooSmall() public {
        resourceOffer.storageCapacity = 2999;
        expectRefused(abi.encodeWithSelector(IModicum.StorageCapacityTooSmall.selector, 3000, 2999));
    }

    function test_RevertWhen_BandwidthCapacityIsTooSmall() public {
        resourceOffer.bandwidthCapacity = 499;
        expectRefused(abi.encodeWithSelector(IModicum.BandwidthCapacityTooSmall.selector, 500, 499));
    }

    function test_PricesEqualToTheMaximaAreNotTooHigh() public {
        (resourceOffer.instructionPrice, resourceOffer.bandwidthPrice) = (3, 2);
        makeMatch();
    }

    function test_RevertWhen_InstructionPriceIsTooHigh() public {
        resourceOffer.instructionPrice = 4;
        expectRefused(abi.encodeWithSelector(IModicum.InstructionPriceTooHigh.selector, 3, 4));
    }

    function test_RevertWhen_BandwidthPriceIsTooHigh() public {
        resourceOffer.bandwidthPrice = 3;
        expectRefused(abi.encodeWithSelector(IModicum.BandwidthPriceTooHigh.selector, 2, 3));
    }

    function test_RevertWhen_JobIsOfAnotherArchitecture() public {
        jobOffer.architecture = 2;
        expectRefused(abi.encodeWithSelector(IModicum.ArchitectureMismatch.selector, 2, 1, 1));
    }

    function test_RevertWhen_ProviderIsOfAnotherArchitecture() public {
        vm.prank(resourceProvider);
        market.registerResourceProvider(2, 1_000_000);
        expectRefused(abi.encodeWithSelector(IModicum.ArchitectureMismatch.selector, 1, 2, 1));
    }

    function test_RevertWhen_MediatorIsOfAnotherArchitecture() public {
        vm.prank(mediator);
        market.registerMediator(2, 0, 0, 0);
        expectRefused(abi.encodeWithSelector(IModicum.ArchitectureMismatch.selector, 1, 1, 2));
    }

    function test_RevertWhen_ProviderDoesNotTrustTheDirectory() public {
        setTrust(resourceProvider, IModicum.Trust.ResourceProviderTrustsDirectory, subject(directory), false);
        expectRefused(
            abi.encodeWithSelector(IModicum.DirectoryNotTrustedByResourceProvider.selector, directory, resourceProvider)
        );
    }

    function test_RevertWhen_MediatorDoesNotTrustTheDirectory() public {
        setTrust(mediator, IModicum.Trust.MediatorTrustsDirectory, subject(directory), false);
        expectRefused(abi.encodeWithSelector(IModicum.DirectoryNotTrustedByMediator.selector, directory, mediator));
    }

    function test_RevertWhen_JobCreatorDoesNotTrustTheMediator() public {
        setTrust(jobCreator, IModicum.Trust.JobCreatorTrustsMediator, subject(mediator), false);
        expectRefused(abi.encodeWithSelector(IModicum.MediatorNotTrustedByJobCreator.selector, mediator, jobCreator));
    }

    function test_RevertWhen_ProviderDoesNotTrustTheMediator() public {
        setTrust(resourceProvider, IModicum.Trust.ResourceProviderTrustsMediator, subject(mediator), false);
        expectRefused(
            abi.encodeWithSelector(IModicum.MediatorNotTrustedByResourceProvider.selector, mediator, resourceProvider)
        );
    }

    function test_RevertWhen_ProviderDoesNotSupportTheBaseLayer() public {
        setTrust(resourceProvider, IModicum.Trust.ResourceProviderSupportsBaseLayer, BASE_LAYER, false);
        expectRefused(
            abi.encodeWithSelector(
                IModicum.BaseLayerNotSupportedByResourceProvider.selector, BASE_LAYER, resourceProvider
            )
        );
    }

    function test_RevertWhen_MediatorDoesNotSupportTheBaseLayer() public {
        setTrust(mediator, IModicum.Trust.MediatorSupportsBaseLayer, BASE_LAYER, false);
        expectRefused(abi.encodeWithSelector(IModicum.BaseLayerNotSupportedByMediator.selector, BASE_LAYER, mediator));
    }

    function test_RevertWhen_TheJobCannotBeDoneInTime() public {
        vm.warp(COMPLETION_DEADLINE);
        expectRefused(
            abi.encodeWithSelector(
                IModicum.CompletionDeadlineTooEarly.selector, COMPLETION_DEADLINE + 1, COMPLETION_DEADLINE
            )
        );
    }

    /// @dev 1000 instructions of 1,000,001 ns take 1.000001 s, of which the market makes 2.
    function test_RevertWhen_APartOfASecondIsMissing() public {
        vm.prank(resourceProvider);
        market.registerResourceProvider(1, 1_000_001);
        vm.warp(COMPLETION_DEADLINE - 1);
        expectRefused(
            abi.encodeWithSelector(
                IModicum.CompletionDeadlineTooEarly.selector, COMPLETION_DEADLINE + 1, COMPLETION_DEADLINE
            )
        );
    }

    function test_RevertWhen_ANanosecondIsMissing() public {
        vm.prank(resourceProvider);
        market.registerResourceProvider(1, 1);
        jobOffer.instructionLimit = 1;
        vm.warp(COMPLETION_DEADLINE);
        expectRefused(
            abi.encodeWithSelector(
                IModicum.CompletionDeadlineTooEarly.selector, COMPLETION_DEADLINE + 1, COMPLETION_DEADLINE
            )
        );
    }

    /* THE DEPOSITS */

    function test_RevertWhen_JobCreatorHasTooLittle() public {
        keepOnly(jobCreator, SHARE + JOB_INCENTIVE - 1);
        expectRefused(insufficient(jobCreator, SHARE + JOB_INCENTIVE, SHARE + JOB_INCENTIVE - 1));
    }

    function test_RevertWhen_ResourceProviderHasTooLittle() public {
        keepOnly(resourceProvider, SHARE + RESOURCE_INCENTIVE - 1);
        expectRefused(insufficient(resourceProvider, SHARE + RESOURCE_INCENTIVE, SHARE + RESOURCE_INCENTIVE - 1));
    }

    function test_RevertWhen_MoneyIsLockedInAnotherMatch() public {
        keepOnly(jobCreator, 2 * (SHARE + JOB_INCENTIVE) - 1);
        makeMatch();
        jobOffer.nonce = 2;
        expectRefused(insufficient(jobCreator, SHARE + JOB_INCENTIVE, SHARE + JOB_INCENTIVE - 1));
    }

    /// @dev The largest values that an offer can carry ask for more than any balance holds, and are refused as that.
    function test_RevertWhen_TheDepositExceedsAllMoney() public {
        jobOffer.instructionLimit = jobOffer.bandwidthLimit = type(uint56).max;
        jobOffer.maxInstructionPrice = jobOffer.maxBandwidthPrice = type(uint64).max;
        resourceOffer.instructionCapacity = resourceOffer.bandwidthCapacity = type(uint56).max;
        jobOffer.completionDeadline = type(uint40).max;
        vm.prank(resourceProvider);
        market.registerResourceProvider(1, 1);
        uint256 estimate = 2 * uint256(type(uint56).max) * type(uint64).max;
        uint256 needed = estimate * (THETA + N) + MEDIATOR_AVAILABILITY + DIRECTORY_AVAILABILITY + JOB_INCENTIVE;
        expectRefused(insufficient(jobCreator, needed, FUNDS));
    }

    /* THE ORDER OF REFUSALS: everything is wrong at first, and each step mends what was complained about. */

    function test_RefusesInTheOrderOfTheInterface() public {
        setUpNothing();
        vm.warp(START);
        jobOffer.expiry = resourceOffer.expiry = uint40(START - 1);
        resourceOffer.slots = 0;
        jobOffer.architecture = 9;
        jobOffer.completionDeadline = uint40(START);
        (resourceOffer.instructionCapacity, resourceOffer.memoryCapacity) = (0, 0);
        (resourceOffer.storageCapacity, resourceOffer.bandwidthCapacity) = (0, 0);
        (resourceOffer.instructionPrice, resourceOffer.bandwidthPrice) = (100, 100);

        expectUnsigned(IModicum.OfferExpired.selector);
        jobOffer.expiry = uint40(START);
        expectUnsigned(IModicum.OfferNeitherPostedNorSigned.selector);
        expectSelector(IModicum.OfferExpired.selector, true, false);
        resourceOffer.expiry = uint40(START);
        expectSelector(IModicum.NoFreeSlot.selector, true, false);
        resourceOffer.slots = 1;
        expectSelector(IModicum.OfferNeitherPostedNorSigned.selector, true, false);
        expectNotRegisteredInOrder();
        expectConditionsInOrder();
        expectTrustInOrder();

        expectSelector(IModicum.CompletionDeadlineTooEarly.selector, true, true);
        jobOffer.completionDeadline = COMPLETION_DEADLINE;
        expectRefused(insufficient(jobCreator, SHARE + JOB_INCENTIVE, 0));
        fund(jobCreator, FUNDS);
        expectRefused(insufficient(resourceProvider, SHARE + RESOURCE_INCENTIVE, 0));
        fund(resourceProvider, FUNDS);
        makeMatch();
    }

    function expectNotRegisteredInOrder() private {
        expectRefused(notRegistered(IModicum.Role.JobCreator, jobCreator));
        vm.prank(jobCreator);
        market.registerJobCreator();
        expectRefused(notRegistered(IModicum.Role.ResourceProvider, resourceProvider));
        vm.prank(resourceProvider);
        market.registerResourceProvider(1, 1_000_000);
        expectRefused(notRegistered(IModicum.Role.Mediator, mediator));
        vm.prank(mediator);
        market.registerMediator(1, 4, 3, MEDIATOR_AVAILABILITY);
        expectRefused(notRegistered(IModicum.Role.Directory, directory));
        vm.prank(directory);
        market.registerDirectory(DIRECTORY_AVAILABILITY, "");
    }

    function expectConditionsInOrder() private {
        expectSelector(IModicum.InstructionCapacityTooSmall.selector, true, true);
        resourceOffer.instructionCapacity = 1000;
        expectSelector(IModicum.MemoryCapacityTooSmall.selector, true, true);
        resourceOffer.memoryCapacity = 2000;
        expectSelector(IModicum.StorageCapacityTooSmall.selector, true, true);
        resourceOffer.storageCapacity = 3000;
        expectSelector(IModicum.BandwidthCapacityTooSmall.selector, true, true);
        resourceOffer.bandwidthCapacity = 500;
        expectSelector(IModicum.InstructionPriceTooHigh.selector, true, true);
        resourceOffer.instructionPrice = 2;
        expectSelector(IModicum.BandwidthPriceTooHigh.selector, true, true);
        resourceOffer.bandwidthPrice = 1;
        expectSelector(IModicum.ArchitectureMismatch.selector, true, true);
        jobOffer.architecture = 1;
    }

    function expectTrustInOrder() private {
        expectSelector(IModicum.DirectoryNotTrustedByResourceProvider.selector, true, true);
        setTrust(resourceProvider, IModicum.Trust.ResourceProviderTrustsDirectory, subject(directory), true);
        expectSelector(IModicum.DirectoryNotTrustedByMediator.selector, true, true);
        setTrust(mediator, IModicum.Trust.MediatorTrustsDirectory, subject(directory), true);
        expectSelector(IModicum.MediatorNotTrustedByJobCreator.selector, true, true);
        setTrust(jobCreator, IModicum.Trust.JobCreatorTrustsMediator, subject(mediator), true);
        expectSelector(IModicum.MediatorNotTrustedByResourceProvider.selector, true, true);
        setTrust(resourceProvider, IModicum.Trust.ResourceProviderTrustsMediator, subject(mediator), true);
        expectSelector(IModicum.BaseLayerNotSupportedByResourceProvider.selector, true, true);
        setTrust(resourceProvider, IModicum.Trust.ResourceProviderSupportsBaseLayer, BASE_LAYER, true);
        expectSelector(IModicum.BaseLayerNotSupportedByMediator.selector, true, true);
        setTrust(mediator, IModicum.Trust.MediatorSupportsBaseLayer, BASE_LAYER, true);
    }

    /* STEPS OF THESE TESTS */

    /// @dev A market in which nobody is known yet.
    function setUpNothing() private {
        market = deploy(defaultParameters());
    }

    function postBoth() private {
        vm.prank(jobCreator);
        market.postJobOffer(jobOffer);
        vm.prank(resourceProvider);
        market.postResourceOffer(resourceOffer);
    }

    function matchUnsigned() private {
        vm.prank(solver);
        market.postMatch(jobOffer, "", resourceOffer, "", mediator);
    }

    function keepOnly(address account, uint256 amount) private {
        uint96 surplus = uint96(free(account) - amount);
        vm.prank(account);
        market.withdraw(surplus);
    }

    function expectRefused(bytes memory reason) private {
        bytes memory jobSignature = sign(JOB_CREATOR_KEY, jobOfferHash());
        bytes memory resourceSignature = sign(RESOURCE_PROVIDER_KEY, resourceOfferHash());
        vm.expectRevert(reason);
        vm.prank(solver);
        market.postMatch(jobOffer, jobSignature, resourceOffer, resourceSignature, mediator);
    }

    function expectUnsigned(bytes4 selector) private {
        expectSelector(selector, false, false);
    }

    /// @dev Expects a refusal of this kind, whatever it carries: the tests above look at that.
    function expectSelector(bytes4 selector, bool jobSigned, bool resourceSigned) private {
        bytes memory jobSignature = jobSigned ? sign(JOB_CREATOR_KEY, jobOfferHash()) : bytes("");
        bytes memory resourceSignature = resourceSigned ? sign(RESOURCE_PROVIDER_KEY, resourceOfferHash()) : bytes("");
        try market.postMatch(jobOffer, jobSignature, resourceOffer, resourceSignature, mediator) {
            revert NotSo("refused");
        } catch (bytes memory reason) {
            assertEq(bytes32(bytes4(reason)), bytes32(selector), "kind of refusal");
        }
    }

    function notRegistered(IModicum.Role role, address account) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IModicum.NotRegistered.selector, role, account);
    }

    function insufficient(address account, uint256 needed, uint256 available) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IModicum.InsufficientFunds.selector, account, needed, available);
    }
}
