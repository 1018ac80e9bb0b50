// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";
import {SettlementsTest} from "./Settlements.t.sol";
import {TokenMarket} from "./TokenMarket.sol";

/// @dev Money in a market with an honest token.
contract TokensTest is TokenMarket {
    /* DEPOSIT */

    function test_DepositTakesWhatWasApproved() public {
        give(stranger, 5);
        uint256 heldBefore = held();
        vm.expectEmit(address(market));
        emit IModicum.Deposited(stranger, 3);
        deposit(stranger, 3);
        assertEq(free(stranger), 3, "free");
        assertEq(token.balanceOf(stranger), 2, "kept");
        assertEq(held(), heldBefore + 3, "held");
    }

    function test_RevertWhen_DepositIsZero() public {
        vm.expectRevert(abi.encodeWithSelector(IModicum.ZeroAmount.selector));
        deposit(jobCreator, 0);
    }

    function test_RevertWhen_ValueIsSentToo() public {
        give(stranger, 5);
        vm.deal(stranger, 1);
        expectWrongAmount(0, 1);
        vm.prank(stranger);
        market.deposit{value: 1}(5);
    }

    function test_RevertWhen_NotEnoughIsApproved() public {
        give(stranger, 5);
        approve(stranger, 4);
        expectTransferFailed(address(market), 5);
        deposit(stranger, 5);
        assertEq(free(stranger), 0, "free");
    }

    function test_RevertWhen_CallerHasTooFewTokens() public {
        give(stranger, 5);
        expectTransferFailed(address(market), 6);
        deposit(stranger, 6);
    }

    function test_TakesDepositsUpToWhatABalanceCanHold() public {
        uint256 room = type(uint96).max - held();
        fund(stranger, room);
        assertEq(free(stranger), room, "free");
        give(solver, 1);
        vm.expectRevert(abi.encodeWithSelector(IModicum.BalanceTooLarge.selector, solver));
        deposit(solver, 1);
    }

    /// @dev What is owed is what counts, not what was given: a giver cannot shut the market.
    function test_GiftsLeaveRoomForDeposits() public {
        token.mint(address(market), type(uint96).max);
        fund(stranger, 5);
        assertEq(free(stranger), 5, "free");
    }

    function test_AWithdrawalMakesRoomForDeposits() public {
        fund(stranger, type(uint96).max - held());
        withdraw(jobCreator, 7);
        fund(solver, 7);
        assertEq(free(solver), 7, "free");
    }

    function test_DepositsAreRefusedInTheOrderOfTheInterface() public {
        vm.deal(stranger, 1);
        vm.expectRevert(abi.encodeWithSelector(IModicum.ZeroAmount.selector));
        vm.prank(stranger);
        market.deposit{value: 1}(0);

        expectWrongAmount(0, 1);
        vm.prank(stranger);
        market.deposit{value: 1}(type(uint96).max);

        vm.expectRevert(abi.encodeWithSelector(IModicum.BalanceTooLarge.selector, stranger));
        deposit(stranger, type(uint96).max);

        expectTransferFailed(address(market), 5);
        deposit(stranger, 5);
    }

    /* WITHDRAW */

    function test_WithdrawPaysInTokens() public {
        fund(stranger, 5);
        vm.expectEmit(address(market));
        emit IModicum.Withdrawn(stranger, 3);
        withdraw(stranger, 3);
        assertEq(free(stranger), 2, "free");
        assertEq(token.balanceOf(stranger), 3, "paid");
    }

    function test_RevertWhen_WithdrawIsZero() public {
        vm.expectRevert(abi.encodeWithSelector(IModicum.ZeroAmount.selector));
        withdraw(jobCreator, 0);
    }

    function test_RevertWhen_WithdrawExceedsTheFreeBalance() public {
        fund(stranger, 5);
        vm.expectRevert(abi.encodeWithSelector(IModicum.InsufficientFunds.selector, stranger, 6, 5));
        withdraw(stranger, 6);
    }

    function test_RevertWhen_WithdrawWouldTakeWhatIsLocked() public {
        makeMatch();
        uint256 left = free(jobCreator);
        vm.expectRevert(abi.encodeWithSelector(IModicum.InsufficientFunds.selector, jobCreator, left + 1, left));
        withdraw(jobCreator, left + 1);
    }

    /// @dev Only `deposit` credits: what was sent past it is nobody's, and nobody can take it out.
    function test_RevertWhen_AGiftIsWithdrawn() public {
        token.mint(address(market), 5);
        fund(stranger, 5);
        vm.expectRevert(abi.encodeWithSelector(IModicum.InsufficientFunds.selector, stranger, 10, 5));
        withdraw(stranger, 10);
    }

    function test_GiftsChangeNeitherDepositsNorWithdrawals() public {
        token.mint(address(market), 1000);
        uint256 heldBefore = held();
        fund(stranger, 5);
        assertEq(free(stranger), 5, "free");
        assertEq(held(), heldBefore + 5, "held after the deposit");
        withdraw(stranger, 5);
        assertEq(held(), heldBefore, "held after the withdrawal");
        assertEq(token.balanceOf(stranger), 5, "paid");
    }

    function test_RevertWhen_EtherIsSentWithoutACall() public {
        vm.deal(address(this), 1);
        (bool sent,) = address(market).call{value: 1}("");
        assertFalse(sent, "sent");
    }

    /* A WHOLE JOB */

    function test_AJobMovesNoTokensAndItsMoneyIsPaidOutInTokens() public {
        uint256 heldBefore = held();
        (bytes32 matchId, IModicum.Terms memory terms) = makeResult();
        vm.prank(jobCreator);
        market.acceptResult(matchId, terms, result);
        assertEq(held(), heldBefore, "held");

        address[6] memory everyone = [jobCreator, resourceProvider, mediator, directory, solver, sink];
        for (uint256 i = 0; i < everyone.length; ++i) {
            uint256 amount = free(everyone[i]);
            if (amount > 0) withdraw(everyone[i], amount);
            assertEq(token.balanceOf(everyone[i]), amount, "paid");
        }
        assertEq(held(), 0, "held after all are paid");
    }

    function testFuzz_TheMarketHoldsWhatItOwes(uint96[8] memory amounts, uint96 gift) public {
        token.mint(address(market), gift);
        uint256 owed = 2 * FUNDS;
        for (uint256 i = 0; i < amounts.length; ++i) {
            uint256 amount = bound(amounts[i], 1, 1e20);
            fund(stranger, amount);
            uint256 back = bound(uint256(keccak256(abi.encode(amounts, i))), 1, free(stranger));
            withdraw(stranger, back);
            owed = owed + amount - back;
            assertEq(held(), owed + gift, "held");
            assertEq(free(stranger), owed - 2 * FUNDS, "free");
        }
    }
}

/// @dev Every row of section 5 once more: what is paid does not depend on what it is paid in.
contract SettlementsInTokensTest is SettlementsTest, TokenMarket {
    function setUp() public override(Market, TokenMarket) {
        TokenMarket.setUp();
    }

    function defaultParameters() internal view override(Market, TokenMarket) returns (IModicum.Parameters memory) {
        return TokenMarket.defaultParameters();
    }

    function fund(address account, uint256 amount) internal override(Market, TokenMarket) {
        TokenMarket.fund(account, amount);
    }
}
