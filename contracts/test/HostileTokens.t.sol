// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {TokenMarket} from "./TokenMarket.sol";
import {
    AnswersOddlyToken,
    FeeFromReceiverToken,
    FeeFromSenderToken,
    LiesToken,
    UnreadableToken
} from "./tokens/HostileTokens.sol";
import {TestToken} from "./tokens/TestToken.sol";

/// @dev Tokens that do not do what they are asked to. What calls back is in TokenCallbacks.t.sol.
contract HostileTokensTest is TokenMarket {
    address private constant HONEST = address(0x4045);
    uint256 private constant HONEST_FUNDS = 5000;

    AnswersOddlyToken private odd;
    LiesToken private liar;

    function test_WithdrawalsAreRefusedInTheOrderOfTheInterface() public {
        useOdd(AnswersOddlyToken.Answer.Revert);
        vm.expectRevert(abi.encodeWithSelector(IModicum.ZeroAmount.selector));
        withdraw(stranger, 0);
        vm.expectRevert(abi.encodeWithSelector(IModicum.InsufficientFunds.selector, stranger, 1, 0));
        withdraw(stranger, 1);
        expectTransferFailed(HONEST, 1);
        withdraw(HONEST, 1);
    }

    /* A FEE: one in a hundred, rounded down */

    function test_RevertWhen_AFeeIsKeptOfADeposit() public {
        useFunded(new FeeFromReceiverToken());
        give(stranger, 1000);
        expectWrongAmount(HONEST_FUNDS + 1000, HONEST_FUNDS + 990);
        deposit(stranger, 1000);
        assertEq(free(stranger), 0, "free");
        assertEq(token.balanceOf(stranger), 1000, "kept");
    }

    function test_ADepositThatIsFreeOfTheFeeIsTaken() public {
        useFunded(new FeeFromReceiverToken());
        fund(stranger, 99);
        assertEq(free(stranger), 99, "free");
        assertEq(held(), HONEST_FUNDS + 99, "held");
    }

    /// @dev The market pays exactly what it owes; what a token keeps of it on the way is the receiver's loss.
    function test_AFeeOnWithdrawalsIsBorneByTheReceiver() public {
        useFunded(new FeeFromReceiverToken());
        withdraw(HONEST, 1000);
        assertEq(held(), HONEST_FUNDS - 1000, "held");
        assertEq(free(HONEST), HONEST_FUNDS - 1000, "free");
        assertEq(token.balanceOf(HONEST), 990, "paid");
    }

    function test_AFeeOnTopOfADepositIsBorneByTheDepositor() public {
        useFunded(new FeeFromSenderToken());
        give(stranger, 1010);
        deposit(stranger, 1000);
        assertEq(free(stranger), 1000, "free");
        assertEq(held(), HONEST_FUNDS + 1000, "held");
        assertEq(token.balanceOf(stranger), 0, "kept");
    }

    function test_RevertWhen_AFeeOnTopOfAWithdrawalWouldBePaidByOthers() public {
        useFunded(new FeeFromSenderToken());
        fund(stranger, 50);
        fund(stranger, 50);
        expectWrongAmount(HONEST_FUNDS, HONEST_FUNDS - 1);
        withdraw(stranger, 100);
        assertEq(free(stranger), 100, "free");
        withdraw(stranger, 99);
        assertEq(held(), HONEST_FUNDS + 1, "held");
    }

    function test_AFeeOfADepositEatsAtMostTheGift() public {
        useFunded(new FeeFromReceiverToken());
        token.mint(address(market), 10);
        fund(stranger, 1000);
        assertEq(free(stranger), 1000, "free");
        assertEq(held(), HONEST_FUNDS + 1000, "held: the gift is gone, and no more");

        give(stranger, 100);
        expectWrongAmount(HONEST_FUNDS + 1100, HONEST_FUNDS + 1099);
        deposit(stranger, 100);
    }

    function test_AFeeOfAWithdrawalEatsAtMostTheGift() public {
        useFunded(new FeeFromSenderToken());
        token.mint(address(market), 10);
        withdraw(HONEST, 1000);
        assertEq(held(), HONEST_FUNDS - 1000, "held: the gift is gone, and no more");

        expectWrongAmount(HONEST_FUNDS - 1100, HONEST_FUNDS - 1101);
        withdraw(HONEST, 100);
    }

    function testFuzz_AFeeNeverTakesWhatIsOwed(bool ofSender, uint256 gift, uint96 amount) public {
        useFunded(ofSender ? TestToken(new FeeFromSenderToken()) : new FeeFromReceiverToken());
        gift = bound(gift, 0, 100);
        token.mint(address(market), gift);
        amount = uint96(bound(amount, 1, 20_000));
        give(stranger, 2 * uint256(amount));
        vm.prank(stranger);
        try market.deposit(amount) {} catch {}
        assertTrue(held() >= HONEST_FUNDS + free(stranger), "after a deposit");
        vm.prank(HONEST);
        try market.withdraw(uint96(bound(amount, 1, HONEST_FUNDS))) {} catch {}
        assertTrue(held() >= free(HONEST) + free(stranger), "after a withdrawal");
        assertTrue(held() <= free(HONEST) + free(stranger) + gift, "and nothing but the gift is beside it");
    }

    /* AN ODD ANSWER */

    function test_RevertWhen_TheTokenAnswersFalse() public {
        expectBothRefused(AnswersOddlyToken.Answer.False);
    }

    function test_RevertWhen_TheTokenAnswersWhatIsNoBool() public {
        expectBothRefused(AnswersOddlyToken.Answer.Garbage);
    }

    function test_RevertWhen_TheTokenReverts() public {
        expectBothRefused(AnswersOddlyToken.Answer.Revert);
    }

    function test_RevertWhen_TheTokenBurnsAllGas() public {
        expectBothRefused(AnswersOddlyToken.Answer.BurnsAllGas);
    }

    /// @dev As some old tokens do: no answer, and what does not work reverts.
    function test_ATokenThatAnswersNothingIsTaken() public {
        useOdd(AnswersOddlyToken.Answer.Nothing);
        give(stranger, 10);
        deposit(stranger, 10);
        assertEq(free(stranger), 10, "free");
        withdraw(stranger, 10);
        assertEq(token.balanceOf(stranger), 10, "paid");
    }

    function test_RevertWhen_TheTokenSaysYesAndMovesNothingIn() public {
        useOdd(AnswersOddlyToken.Answer.TrueButMovesNothing);
        give(stranger, 10);
        expectWrongAmount(HONEST_FUNDS + 10, HONEST_FUNDS);
        deposit(stranger, 10);
    }

    /// @dev The one who trusts such a token for its own withdrawal loses it; what others are owed stays covered.
    function test_ATokenThatSaysYesAndPaysNothingOutHarmsNobodyElse() public {
        useOdd(AnswersOddlyToken.Answer.True);
        fund(stranger, 10);
        odd.setAnswer(AnswersOddlyToken.Answer.TrueButMovesNothing);
        withdraw(stranger, 10);
        assertEq(free(stranger), 0, "free");
        assertEq(held(), HONEST_FUNDS + 10, "held");
        odd.setAnswer(AnswersOddlyToken.Answer.True);
        withdraw(HONEST, HONEST_FUNDS);
        assertEq(token.balanceOf(HONEST), HONEST_FUNDS, "paid");
    }

    /* LIES ABOUT THE BALANCE */

    function test_RevertWhen_TheTokenSaysThatTheMarketHoldsLess() public {
        useLiar();
        fund(stranger, 10);
        give(stranger, 10);
        liar.tellOf(address(market), HONEST_FUNDS - 1);
        expectWrongAmount(HONEST_FUNDS + 20, HONEST_FUNDS - 1);
        deposit(stranger, 10);
        expectWrongAmount(HONEST_FUNDS, HONEST_FUNDS - 1);
        withdraw(stranger, 10);

        liar.tellOf(address(0), 0);
        withdraw(stranger, 10);
        assertEq(token.balanceOf(stranger), 20, "paid once it tells the truth");
    }

    /// @dev Then the market cannot see a fee, and nothing more: nobody gets what it does not own.
    function test_RevertWhen_MoreIsWithdrawnThanIsOwnedOfATokenThatExaggerates() public {
        useLiar();
        fund(stranger, 10);
        liar.tellOf(address(market), type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IModicum.InsufficientFunds.selector, stranger, 11, 10));
        withdraw(stranger, 11);
        expectTransferFailed(address(market), 10);
        deposit(stranger, 10);
        withdraw(stranger, 10);
        liar.tellOf(address(0), 0);
        assertEq(held(), HONEST_FUNDS, "held");
    }

    function test_RevertWhen_TheBalanceCannotBeRead() public {
        for (uint8 manner = 1; manner <= uint8(UnreadableToken.Manner.BurnsAllGas); ++manner) {
            UnreadableToken unreadable = new UnreadableToken();
            useFunded(unreadable);
            give(stranger, 10);
            unreadable.behave(UnreadableToken.Manner(manner));
            expectRefusedInAnyWay(stranger, abi.encodeCall(IModicum.deposit, (10)));
            expectRefusedInAnyWay(HONEST, abi.encodeCall(IModicum.withdraw, (10)));
            unreadable.behave(UnreadableToken.Manner.Honest);
            assertEq(free(stranger), 0, "stranger, free");
            assertEq(free(HONEST), HONEST_FUNDS, "honest, free");
            assertEq(held(), HONEST_FUNDS, "held");
        }
    }

    /* STEPS OF THESE TESTS */

    function expectBothRefused(AnswersOddlyToken.Answer answer) private {
        useOdd(AnswersOddlyToken.Answer.True);
        fund(stranger, 20);
        give(stranger, 10);
        odd.setAnswer(answer);

        expectTransferFailed(address(market), 10);
        vm.prank(stranger);
        market.deposit{gas: 3_000_000}(10);
        expectTransferFailed(stranger, 20);
        vm.prank(stranger);
        market.withdraw{gas: 3_000_000}(20);

        assertEq(free(stranger), 20, "free");
        assertEq(token.balanceOf(stranger), 10, "kept");
        assertEq(held(), HONEST_FUNDS + 20, "held");
    }

    function expectRefusedInAnyWay(address account, bytes memory call) private {
        vm.prank(account);
        (bool done,) = address(market).call{gas: 3_000_000}(call);
        assertFalse(done, "done");
    }

    function useOdd(AnswersOddlyToken.Answer answer) private {
        odd = new AnswersOddlyToken();
        useFunded(odd);
        odd.setAnswer(answer);
    }

    function useLiar() private {
        liar = new LiesToken();
        useFunded(liar);
    }

    /// @dev With money of somebody else in it, paid in by amounts that go free of any fee.
    function useFunded(TestToken token_) private {
        useToken(token_);
        for (uint256 i = 0; i < HONEST_FUNDS / 50; ++i) {
            fund(HONEST, 50);
        }
    }
}
