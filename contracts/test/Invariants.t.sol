// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Base} from "./Base.sol";
import {MarketHandler} from "./MarketHandler.sol";

/// @dev What holds after any steps of any parties:
/// 1. The contract holds exactly the free and the locked balances of all accounts.
/// 2. An account has locked exactly its shares of open matches; so nothing when all its matches are closed.
/// 3. A closed match stays closed.
/// 4. A resource offer never serves more matches than its slots.
/// 5. Whoever is silent, every match closes by time alone, and then everyone can take all its money out.
contract InvariantsTest is Base {
    IModicum private market;
    MarketHandler private handler;

    function setUp() public {
        vm.warp(1_700_000_000);
        IModicum.Parameters memory parameters = IModicum.Parameters(5, 2, 600, 900, 500, address(0x51BB));
        market = IModicum(vm.deployCode("Modicum.sol:Modicum", abi.encode(parameters)));
        handler = new MarketHandler(market);
    }

    /// @dev Read by forge: whom it calls at random.
    function targetContracts() public view returns (address[] memory contracts) {
        contracts = new address[](1);
        contracts[0] = address(handler);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    /// @dev Read by forge: the steps, the likelier the more often they are named.
    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[] memory steps = new bytes4[](16);
        steps[0] = handler.deposit.selector;
        steps[1] = handler.withdraw.selector;
        steps[2] = handler.postResourceOffer.selector;
        steps[3] = handler.postJobOffer.selector;
        steps[4] = handler.cancelOffers.selector;
        steps[5] = handler.makeMatch.selector;
        steps[6] = handler.postResult.selector;
        steps[7] = handler.accept.selector;
        steps[8] = handler.reject.selector;
        steps[9] = handler.judge.selector;
        steps[10] = handler.wait.selector;
        steps[11] = handler.closeOverdue.selector;
        steps[12] = handler.anything.selector;
        steps[13] = handler.waitLong.selector;
        steps[14] = handler.makeMatch.selector;
        steps[15] = handler.postJobOffer.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), steps);
    }

    /// @dev The handler can reach every closing, so the invariants do not hold for want of matches.
    function test_TheHandlerReachesEveryClosing() public {
        handler.postResourceOffer(0, 3, 0, 5);
        handler.postResourceOffer(1, 3, 0, 5);
        for (uint256 i = 0; i < 5; ++i) {
            handler.postJobOffer(i, 1000, 0, i);
            handler.makeMatch(i, i % 2, 4, i);
        }
        assertEq(handler.countMatches(), 5, "matches");
        handler.postResult(0, 0, 900, 0);
        handler.accept(0);
        handler.postResult(1, 0, 900, 0);
        handler.reject(1, 0);
        handler.judge(1, 2, 900, 0);
        handler.postResult(2, 0, 900, 0);
        handler.postResult(3, 0, 900, 0);
        handler.reject(3, 0);
        handler.waitLong(0);
        for (uint256 i = 2; i < 5; ++i) {
            handler.closeOverdue(i);
        }
        for (uint256 i = 0; i < 5; ++i) {
            assertTrue(handler.matchAt(i).closed, "closed");
        }
        invariant_ClosedIsFinal();
        afterInvariant();
    }

    function invariant_TheContractHoldsExactlyTheBalances() public view {
        uint256 sum = 0;
        for (uint256 i = 0; i < 6; ++i) {
            (uint120 free, uint120 locked) = market.balanceOf(handler.parties(i));
            sum += uint256(free) + locked;
        }
        assertEq(address(market).balance, sum, "held");
    }

    function invariant_LockedIsTheSharesOfOpenMatches() public view {
        for (uint256 i = 0; i < 6; ++i) {
            address party = handler.parties(i);
            (, uint120 locked) = market.balanceOf(party);
            assertEq(locked, sharesOf(party), "locked");
        }
    }

    function invariant_ClosedIsFinal() public view {
        for (uint256 i = 0; i < handler.countMatches(); ++i) {
            MarketHandler.Match memory known = handler.matchAt(i);
            (IModicum.Stage stage,) = market.stageOf(known.id);
            assertTrue((stage == IModicum.Stage.Closed) == known.closed, "closed");
            assertTrue(stage >= IModicum.Stage.AwaitingResult, "matched once and for all");
        }
    }

    function invariant_NoMoreMatchesThanSlots() public view {
        for (uint256 i = 0; i < handler.countResourceOffers(); ++i) {
            IModicum.ResourceOffer memory offer = handler.resourceOfferAt(i);
            (,, uint32 used) = market.resourceOfferState(market.hashResourceOffer(offer));
            assertTrue(used <= offer.slots, "slots");
        }
    }

    /// @dev Run by forge at the end of every sequence of steps.
    function afterInvariant() public {
        handler.closeEverything();
        for (uint256 i = 0; i < 6; ++i) {
            address party = handler.parties(i);
            (uint120 free, uint120 locked) = market.balanceOf(party);
            assertEq(locked, 0, "locked at the end");
            if (free == 0) continue;
            vm.prank(party);
            market.withdraw(free);
        }
        assertEq(address(market).balance, 0, "left in the contract");
    }

    function sharesOf(address party) private view returns (uint256 sum) {
        for (uint256 i = 0; i < handler.countMatches(); ++i) {
            MarketHandler.Match memory known = handler.matchAt(i);
            if (known.closed) continue;
            if (known.terms.jobCreator == party) sum += known.share;
            if (known.terms.resourceProvider == party) sum += known.share;
        }
    }
}
