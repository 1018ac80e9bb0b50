// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";

/// @dev The rows of section 5 in numbers worked out by hand. The default result costs 900 * 2 + 400 * 1 = 2200.
contract SettlementsTest is Market {
    uint256 private constant PRICE = 2200;
    uint256 private constant REST = ESTIMATE * (THETA + N);
    uint256 private constant MEDIATOR_TWICE = 2 * uint256(MEDIATOR_AVAILABILITY);
    uint256 private constant DIRECTORY_TWICE = 2 * uint256(DIRECTORY_AVAILABILITY);

    bytes32 private matchId;
    IModicum.Terms private terms;

    /* ACCEPTED, ALSO BY SILENCE */

    function test_AcceptedPaysThePriceAndBothAvailabilities() public {
        (matchId, terms) = makeResult();
        expectRow(IModicum.ClosingReason.Accepted, REST - PRICE, REST + PRICE, MEDIATOR_TWICE, DIRECTORY_TWICE, 0);
        accept();
        assertBalances(REST - PRICE, REST + PRICE, MEDIATOR_TWICE, DIRECTORY_TWICE, 0);
    }

    function test_AcceptedBySilencePaysTheSame() public {
        (matchId, terms) = makeResult();
        vm.warp(START + REACTION_WINDOW + 1);
        expectRow(
            IModicum.ClosingReason.AcceptedBySilence, REST - PRICE, REST + PRICE, MEDIATOR_TWICE, DIRECTORY_TWICE, 0
        );
        market.closeBySilence(matchId, terms, result);
        assertBalances(REST - PRICE, REST + PRICE, MEDIATOR_TWICE, DIRECTORY_TWICE, 0);
    }

    function test_AClaimAboveTheLimitsIsPaidUpToTheLimits() public {
        (result.instructions, result.bandwidth) = (1001, type(uint56).max);
        (matchId, terms) = makeResult();
        accept();
        assertBalances(REST - 2500, REST + 2500, MEDIATOR_TWICE, DIRECTORY_TWICE, 0);
    }

    function test_DeclinedIsFree() public {
        result.status = IModicum.ResultStatus.Declined;
        (matchId, terms) = makeResult();
        accept();
        assertBalances(REST, REST, MEDIATOR_TWICE, DIRECTORY_TWICE, 0);
    }

    function test_DirectoryUnavailableIsFree() public {
        result.status = IModicum.ResultStatus.DirectoryUnavailable;
        (matchId, terms) = makeResult();
        accept();
        assertBalances(REST, REST, MEDIATOR_TWICE, DIRECTORY_TWICE, 0);
    }

    /// @dev The job creator set its limits too low, or its job is broken: what was used is paid.
    function test_EveryOtherStatusIsPaid() public {
        resourceOffer.slots = 100;
        for (uint8 status = 0; status < 10; ++status) {
            result.status = IModicum.ResultStatus(status);
            bool isFree = result.status == IModicum.ResultStatus.Declined
                || result.status == IModicum.ResultStatus.DirectoryUnavailable;
            uint256 before = free(jobCreator);
            jobOffer.nonce = 100 + status;
            (matchId, terms) = makeResult();
            accept();
            uint256 cost = MEDIATOR_AVAILABILITY + DIRECTORY_AVAILABILITY + JOB_INCENTIVE + (isFree ? 0 : PRICE);
            assertEq(before - free(jobCreator), cost, "cost");
        }
    }

    /* RESULT OVERDUE */

    function test_AnOverdueResultCostsTheProviderTheEstimate() public {
        (matchId, terms) = makeMatch();
        vm.warp(COMPLETION_DEADLINE + 1);
        expectRow(
            IModicum.ClosingReason.ResultOverdue, REST + ESTIMATE, REST - ESTIMATE, MEDIATOR_TWICE, DIRECTORY_TWICE, 0
        );
        vm.prank(stranger);
        market.closeResultOverdue(matchId, terms);
        assertBalances(REST + ESTIMATE, REST - ESTIMATE, MEDIATOR_TWICE, DIRECTORY_TWICE, 0);
    }

    /* MEDIATED. One run of 100 instructions and 50 bytes costs the mediator 550, two cost 1100. */

    function test_AFaultyProviderLosesItsDeposit() public {
        judge(IModicum.Verdict.WrongResults, 100, 50);
        assertBalances(REST + PRICE, 0, 1100 + MEDIATOR_TWICE, DIRECTORY_TWICE, REST - PRICE - 1100);
    }

    function test_AFaultyJobCreatorLosesItsDeposit() public {
        judge(IModicum.Verdict.NonDeterministicJob, 100, 50);
        assertBalances(0, REST + PRICE, 1100 + MEDIATOR_TWICE, DIRECTORY_TWICE, REST - PRICE - 1100);
    }

    function test_AFaultyDirectoryLosesItsAvailability() public {
        judge(IModicum.Verdict.DirectoryUnavailable, 100, 50);
        uint256 back = SHARE - MEDIATOR_AVAILABILITY;
        assertBalances(back, back, MEDIATOR_TWICE, 0, 0);
    }

    function test_MediationCostsAtMostTheEstimateForEachRun() public {
        judge(IModicum.Verdict.WrongResults, type(uint56).max, type(uint56).max);
        uint256 cap = ESTIMATE * N;
        assertBalances(REST + PRICE, 0, cap + MEDIATOR_TWICE, DIRECTORY_TWICE, REST - PRICE - cap);
    }

    /// @dev 4 wei an instruction: 1000 of them are the estimate exactly.
    function test_MediationAtTheCapIsPaidInFull() public {
        judge(IModicum.Verdict.CorrectResults, 1000, 0);
        assertBalances(0, REST + PRICE, 2 * ESTIMATE + MEDIATOR_TWICE, DIRECTORY_TWICE, REST - PRICE - 2 * ESTIMATE);
    }

    function test_AFaultyProviderThatDeclinedOwesNoCompensation() public {
        result.status = IModicum.ResultStatus.Declined;
        judge(IModicum.Verdict.InvalidResultStatus, 100, 50);
        assertBalances(REST, 0, 1100 + MEDIATOR_TWICE, DIRECTORY_TWICE, REST - 1100);
    }

    /* MEDIATION OVERDUE */

    function test_WhenTheMediatorIsSilentTheEstimateIsHalved() public {
        (matchId, terms) = makeDispute();
        vm.warp(START + MEDIATION_WINDOW + 1);
        uint256 rest = SHARE - DIRECTORY_AVAILABILITY;
        expectRow(IModicum.ClosingReason.MediationOverdue, rest - 2000, rest + 2000, 0, DIRECTORY_TWICE, 0);
        market.closeMediationOverdue(matchId, terms, result);
        assertBalances(rest - 2000, rest + 2000, 0, DIRECTORY_TWICE, 0);
    }

    function test_AnOddWeiStaysWithTheJobCreator() public {
        (jobOffer.instructionLimit, resourceOffer.bandwidthPrice, jobOffer.maxBandwidthPrice) = (999, 0, 0);
        (matchId, terms) = makeDispute();
        assertEq(terms.estimate, 2997, "estimate");
        vm.warp(START + MEDIATION_WINDOW + 1);
        market.closeMediationOverdue(matchId, terms, result);
        uint256 rest = 2997 * uint256(THETA + N) + MEDIATOR_AVAILABILITY;
        uint256 lockedOnce = rest + DIRECTORY_AVAILABILITY;
        assertEq(free(jobCreator), FUNDS - lockedOnce - JOB_INCENTIVE + rest - 1498, "job creator");
        assertEq(free(resourceProvider), FUNDS - lockedOnce - RESOURCE_INCENTIVE + rest + 1498, "resource provider");
    }

    /* ONE ACCOUNT IN SEVERAL ROLES */

    function test_OneAccountMayBeJobCreatorAndProvider() public {
        playAllBy(resourceProvider, false);
        assertEq(locked(resourceProvider), 2 * SHARE, "locked");
        accept();
        assertEq(locked(resourceProvider), 0, "locked after");
        uint256 paid = MEDIATOR_TWICE + DIRECTORY_TWICE + JOB_INCENTIVE + RESOURCE_INCENTIVE;
        assertEq(free(resourceProvider), FUNDS - paid, "free");
    }

    /// @dev The job creator's deposit is locked first, so what is missing is missing from the provider's.
    function test_RevertWhen_OneAccountCannotPayBothDeposits() public {
        uint256 both = 2 * SHARE + JOB_INCENTIVE + RESOURCE_INCENTIVE;
        vm.prank(resourceProvider);
        market.withdraw(uint96(FUNDS - both + 1));
        becomeJobCreator(resourceProvider);
        bytes memory signature = sign(RESOURCE_PROVIDER_KEY, jobOfferHash());
        bytes memory other = sign(RESOURCE_PROVIDER_KEY, resourceOfferHash());
        uint256 needed = SHARE + RESOURCE_INCENTIVE;
        vm.expectRevert(
            abi.encodeWithSelector(IModicum.InsufficientFunds.selector, resourceProvider, needed, needed - 1)
        );
        market.postMatch(jobOffer, signature, resourceOffer, other, mediator);
    }

    /// @dev Even the mediator, the directory, the solver and the sink: money goes round and nothing is lost.
    function test_OneAccountMayBeEveryone() public {
        sink = resourceProvider;
        market = deploy(defaultParameters());
        (mediator, directory) = (resourceProvider, resourceProvider);
        jobCreator = resourceProvider;
        registerAll();
        trustAll();
        fund(resourceProvider, FUNDS);
        (jobOffer.directory, solver) = (resourceProvider, resourceProvider);
        playAllBy(resourceProvider, true);
        vm.prank(resourceProvider);
        market.postVerdict(matchId, terms, result, IModicum.Verdict.WrongResults, 100, 50, 0);
        assertEq(free(resourceProvider), FUNDS, "free");
        assertEq(locked(resourceProvider), 0, "locked");
    }

    function playAllBy(address account, bool toMediation) private {
        becomeJobCreator(account);
        terms = defaultTerms();
        bytes memory jobSignature = sign(RESOURCE_PROVIDER_KEY, jobOfferHash());
        bytes memory resourceSignature = sign(RESOURCE_PROVIDER_KEY, resourceOfferHash());
        vm.prank(solver);
        matchId = market.postMatch(jobOffer, jobSignature, resourceOffer, resourceSignature, mediator);
        vm.prank(account);
        market.postResult(matchId, terms, result);
        if (!toMediation) return;
        vm.prank(account);
        market.rejectResult(matchId, terms, result, IModicum.RejectReason.WrongResults);
    }

    function becomeJobCreator(address account) private {
        jobOffer.jobCreator = account;
        vm.prank(account);
        market.registerJobCreator();
        setTrust(account, IModicum.Trust.JobCreatorTrustsMediator, subject(mediator), true);
    }

    function accept() private {
        vm.prank(jobOffer.jobCreator);
        market.acceptResult(matchId, terms, result);
    }

    function judge(IModicum.Verdict verdict, uint56 instructions, uint56 bandwidth) private {
        (matchId, terms) = makeDispute();
        vm.prank(mediator);
        market.postVerdict(matchId, terms, result, verdict, instructions, bandwidth, 0);
    }

    function expectRow(
        IModicum.ClosingReason reason,
        uint256 toJobCreator,
        uint256 toResourceProvider,
        uint256 toMediator,
        uint256 toDirectory,
        uint256 toSink
    ) private {
        expectClosed(
            matchId,
            reason,
            IModicum.Settlement(
                uint96(toJobCreator),
                uint96(toResourceProvider),
                uint96(toMediator),
                uint96(toDirectory),
                uint96(toSink)
            )
        );
    }

    function assertBalances(
        uint256 toJobCreator,
        uint256 toResourceProvider,
        uint256 toMediator,
        uint256 toDirectory,
        uint256 toSink
    ) private view {
        assertEq(free(jobCreator), FUNDS - SHARE - JOB_INCENTIVE + toJobCreator, "job creator");
        assertEq(free(resourceProvider), FUNDS - SHARE - RESOURCE_INCENTIVE + toResourceProvider, "resource provider");
        assertEq(free(mediator), toMediator, "mediator");
        assertEq(free(directory), toDirectory, "directory");
        assertEq(free(sink), toSink, "sink");
        assertEq(free(solver), JOB_INCENTIVE + RESOURCE_INCENTIVE, "solver");
        assertEq(locked(jobCreator), 0, "job creator, locked");
        assertEq(locked(resourceProvider), 0, "resource provider, locked");
        assertEq(toJobCreator + toResourceProvider + toMediator + toDirectory + toSink, 2 * SHARE, "row");
    }
}
