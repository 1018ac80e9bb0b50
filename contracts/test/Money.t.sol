// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";

/// @dev A receiver that does as it was told when it is paid.
contract Receiver {
    enum Manner {
        Takes,
        Refuses,
        WithdrawsAgain
    }

    IModicum private immutable MARKET;
    Manner public manner;
    uint96 private again;

    constructor(IModicum market) {
        MARKET = market;
    }

    function behave(Manner manner_, uint96 again_) external {
        (manner, again) = (manner_, again_);
    }

    function deposit() external payable {
        MARKET.deposit{value: msg.value}(uint96(msg.value));
    }

    function withdraw(uint96 amount) external {
        MARKET.withdraw(amount);
    }

    receive() external payable {
        require(manner != Manner.Refuses, "no, thank you");
        if (manner == Manner.WithdrawsAgain) {
            manner = Manner.Takes;
            MARKET.withdraw(again);
        }
    }
}

/// @dev Sends its ether where nobody can refuse it.
contract Forcer {
    constructor(address payable target) payable {
        selfdestruct(target);
    }
}

contract MoneyTest is Market {
    /* DEPOSIT */

    function test_DepositIsCreditedToTheCaller() public {
        vm.deal(stranger, 5);
        vm.expectEmit(address(market));
        emit IModicum.Deposited(stranger, 3);
        vm.prank(stranger);
        market.deposit{value: 3}(uint96(3));
        assertEq(free(stranger), 3, "free");
        assertEq(stranger.balance, 2, "kept");
    }

    function test_DepositsAddUp() public {
        fund(stranger, 3);
        fund(stranger, 4);
        assertEq(free(stranger), 7, "free");
        assertEq(locked(stranger), 0, "locked");
    }

    function test_RevertWhen_DepositIsZero() public {
        vm.expectRevert(abi.encodeWithSelector(IModicum.ZeroAmount.selector));
        market.deposit(0);
    }

    function test_RevertWhen_ValueIsNotTheAmount() public {
        vm.deal(address(this), 10);
        vm.expectRevert(abi.encodeWithSelector(IModicum.WrongAmount.selector, 5, 4));
        market.deposit{value: 4}(5);
        vm.expectRevert(abi.encodeWithSelector(IModicum.WrongAmount.selector, 5, 6));
        market.deposit{value: 6}(5);
        vm.expectRevert(abi.encodeWithSelector(IModicum.WrongAmount.selector, 5, 0));
        market.deposit(5);
    }

    function test_DepositsAreRefusedInTheOrderOfTheInterface() public {
        vm.deal(address(this), 10);
        vm.expectRevert(abi.encodeWithSelector(IModicum.ZeroAmount.selector));
        market.deposit{value: 4}(0);
        // More than all money, and a value that is not the amount.
        vm.expectRevert(abi.encodeWithSelector(IModicum.WrongAmount.selector, type(uint96).max, 4));
        market.deposit{value: 4}(type(uint96).max);
    }

    function test_TakesDepositsUpToWhatABalanceCanHold() public {
        uint256 room = type(uint96).max - address(market).balance;
        fund(stranger, room);
        assertEq(free(stranger), room, "free");
    }

    function test_RevertWhen_ABalanceCouldOutgrowItsField() public {
        uint256 tooMuch = uint256(type(uint96).max) - address(market).balance + 1;
        vm.deal(stranger, tooMuch);
        vm.expectRevert(abi.encodeWithSelector(IModicum.BalanceTooLarge.selector, stranger));
        vm.prank(stranger);
        market.deposit{value: tooMuch}(uint96(tooMuch));
    }

    /// @dev Else a settlement could overflow the balance of whom it credits.
    function test_RevertWhen_AllBalancesTogetherOutgrowOne() public {
        fund(stranger, type(uint96).max - address(market).balance);
        vm.deal(solver, 1);
        vm.expectRevert(abi.encodeWithSelector(IModicum.BalanceTooLarge.selector, solver));
        vm.prank(solver);
        market.deposit{value: 1}(uint96(1));
    }

    function test_RevertWhen_EtherIsSentWithoutACall() public {
        vm.deal(address(this), 1);
        (bool sent,) = address(market).call{value: 1}("");
        assertFalse(sent, "sent");
    }

    /* WITHDRAW */

    function test_WithdrawPaysFromTheFreeBalance() public {
        fund(stranger, 5);
        vm.expectEmit(address(market));
        emit IModicum.Withdrawn(stranger, 3);
        vm.prank(stranger);
        market.withdraw(3);
        assertEq(free(stranger), 2, "free");
        assertEq(stranger.balance, 3, "paid");
    }

    function test_WithdrawPaysTheWholeFreeBalance() public {
        fund(stranger, 5);
        vm.prank(stranger);
        market.withdraw(5);
        assertEq(free(stranger), 0, "free");
    }

    function test_WithdrawLeavesRegistrationsAlone() public {
        vm.prank(jobCreator);
        market.withdraw(uint96(FUNDS));
        assertTrue(market.isRegistered(IModicum.Role.JobCreator, jobCreator), "registered");
    }

    function test_RevertWhen_WithdrawIsZero() public {
        vm.expectRevert(abi.encodeWithSelector(IModicum.ZeroAmount.selector));
        vm.prank(jobCreator);
        market.withdraw(0);
    }

    function test_RevertWhen_WithdrawExceedsTheFreeBalance() public {
        fund(stranger, 5);
        vm.expectRevert(abi.encodeWithSelector(IModicum.InsufficientFunds.selector, stranger, 6, 5));
        vm.prank(stranger);
        market.withdraw(6);
    }

    function test_RevertWhen_WithdrawWouldTakeWhatIsLocked() public {
        makeMatch();
        uint256 left = free(jobCreator);
        vm.expectRevert(abi.encodeWithSelector(IModicum.InsufficientFunds.selector, jobCreator, left + 1, left));
        vm.prank(jobCreator);
        market.withdraw(uint96(left + 1));
    }

    function test_RevertWhen_ReceiverRefuses() public {
        Receiver receiver = receiverWith(10);
        receiver.behave(Receiver.Manner.Refuses, 0);
        vm.expectRevert(abi.encodeWithSelector(IModicum.TransferFailed.selector, address(receiver), 10));
        receiver.withdraw(10);
        assertEq(free(address(receiver)), 10, "free");
    }

    function test_ReceiverThatWithdrawsAgainGetsOnlyWhatIsLeft() public {
        Receiver receiver = receiverWith(10);
        receiver.behave(Receiver.Manner.WithdrawsAgain, 4);
        receiver.withdraw(6);
        assertEq(free(address(receiver)), 0, "free");
        assertEq(address(receiver).balance, 10, "paid");
    }

    function test_RevertWhen_ReceiverWithdrawsAgainMoreThanIsLeft() public {
        Receiver receiver = receiverWith(10);
        receiver.behave(Receiver.Manner.WithdrawsAgain, 5);
        vm.expectRevert(abi.encodeWithSelector(IModicum.TransferFailed.selector, address(receiver), 6));
        receiver.withdraw(6);
        assertEq(free(address(receiver)), 10, "free");
    }

    function test_ForcedEtherBelongsToNobodyAndBreaksNothing() public {
        vm.deal(address(this), 1 ether);
        new Forcer{value: 1 ether}(payable(address(market)));
        assertEq(address(market).balance, 2 * FUNDS + 1 ether, "held");

        (bytes32 matchId, IModicum.Terms memory terms) = makeResult();
        vm.prank(jobCreator);
        market.acceptResult(matchId, terms, result);
        fund(stranger, 5);
        vm.prank(stranger);
        market.withdraw(5);
        assertEq(
            free(jobCreator) + free(resourceProvider) + free(mediator) + free(directory) + free(solver),
            2 * FUNDS,
            "balances"
        );
    }

    function receiverWith(uint256 amount) private returns (Receiver receiver) {
        receiver = new Receiver(market);
        vm.deal(address(this), amount);
        receiver.deposit{value: amount}();
    }
}
