// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {TokenMarket} from "./TokenMarket.sol";
import {
    CallsBack,
    CallsBackToken,
    FeeFromReceiverAndCallsBackToken,
    FeeFromSenderAndCallsBackToken,
    ICalledBack
} from "./tokens/HostileTokens.sol";
import {TestToken} from "./tokens/TestToken.sol";

/// @dev Does what it was told in the middle of a token's transfer, and passes on what comes of it.
contract Caller is ICalledBack {
    IModicum private immutable MARKET;
    bytes private inner;

    constructor(IModicum market, TestToken token) {
        MARKET = market;
        token.approve(address(market), type(uint256).max);
    }

    function whenCalled(bytes calldata inner_) external {
        inner = inner_;
    }

    function run(bytes memory call) public {
        (bool done, bytes memory reason) = address(MARKET).call(call);
        if (done) return;
        assembly {
            revert(add(reason, 0x20), mload(reason))
        }
    }

    function called() external {
        run(inner);
    }
}

/// @dev Tokens that call back in the midst of a transfer. One that also keeps a fee rounds it down, so a small deposit made
/// in the callback goes free of it, and could stand in for the fee of the large transfer around it.
contract TokenCallbacksTest is TokenMarket {
    address private constant HONEST = address(0x4045);
    uint256 private constant HONEST_FUNDS = 5000;
    uint256 private constant TOKENS = 10_000;

    Caller private caller;

    /* A DEPOSIT INSIDE A TRANSFER */

    /// @dev While the outer deposit is credited and not yet moved, nothing can be put on top of it.
    function test_RevertWhen_ADepositIsMadeBeforeTheTokensOfAnotherMoved() public {
        useCalling(new CallsBackToken());
        callBack(abi.encodeCall(IModicum.deposit, (10)), true);
        expectTransferFailed(address(market), 1000);
        caller.run(abi.encodeCall(IModicum.deposit, (1000)));
        assertMoney(0);
    }

    function test_ADepositAfterTheTokensOfAnotherMovedIsTaken() public {
        useCalling(new CallsBackToken());
        callBack(abi.encodeCall(IModicum.deposit, (10)), false);
        caller.run(abi.encodeCall(IModicum.deposit, (1000)));
        assertMoney(1010);
    }

    function test_ADepositInAWithdrawalIsTaken() public {
        for (uint256 before = 0; before < 2; ++before) {
            useCalling(new CallsBackToken());
            caller.run(abi.encodeCall(IModicum.deposit, (1000)));
            callBack(abi.encodeCall(IModicum.deposit, (10)), before == 0);
            caller.run(abi.encodeCall(IModicum.withdraw, (400)));
            assertMoney(610);
        }
    }

    /* A WITHDRAWAL INSIDE A TRANSFER */

    /// @dev The credit is there already, the money is not: nobody is paid from the money of others meanwhile.
    function test_RevertWhen_ADepositIsWithdrawnBeforeItsTokensMoved() public {
        useCalling(new CallsBackToken());
        callBack(abi.encodeCall(IModicum.withdraw, (1000)), true);
        expectTransferFailed(address(market), 1000);
        caller.run(abi.encodeCall(IModicum.deposit, (1000)));
        assertMoney(0);
    }

    function test_ADepositThatIsWithdrawnAfterItsTokensMovedLeavesNothing() public {
        useCalling(new CallsBackToken());
        callBack(abi.encodeCall(IModicum.withdraw, (1000)), false);
        caller.run(abi.encodeCall(IModicum.deposit, (1000)));
        assertMoney(0);
        assertEq(token.balanceOf(address(caller)), TOKENS, "paid");
    }

    function test_RevertWhen_WhatIsWithdrawnIsWithdrawnAgain() public {
        for (uint256 before = 0; before < 2; ++before) {
            useCalling(new CallsBackToken());
            caller.run(abi.encodeCall(IModicum.deposit, (1000)));
            callBack(abi.encodeCall(IModicum.withdraw, (601)), before == 0);
            expectTransferFailed(address(caller), 400);
            caller.run(abi.encodeCall(IModicum.withdraw, (400)));
            assertMoney(1000);
        }
    }

    function test_AWithdrawalInAWithdrawalGetsWhatIsLeft() public {
        for (uint256 before = 0; before < 2; ++before) {
            useCalling(new CallsBackToken());
            caller.run(abi.encodeCall(IModicum.deposit, (1000)));
            callBack(abi.encodeCall(IModicum.withdraw, (600)), before == 0);
            caller.run(abi.encodeCall(IModicum.withdraw, (400)));
            assertMoney(0);
            assertEq(token.balanceOf(address(caller)), TOKENS, "paid");
        }
    }

    /* A BATCH INSIDE A TRANSFER */

    /// @dev Here nothing passes the refusals on, so the transfer around them goes through, and only that.
    function test_ABatchBeforeTheTokensMovedComesToNothing() public {
        useCalling(new CallsBackToken());
        callBack(inAndOut(), true);
        caller.run(abi.encodeCall(IModicum.deposit, (1000)));
        assertMoney(1000);
    }

    function test_ABatchAfterTheTokensMovedIsCarriedOut() public {
        useCalling(new CallsBackToken());
        callBack(inAndOut(), false);
        caller.run(abi.encodeCall(IModicum.deposit, (1000)));
        assertMoney(1000 + 10 - 700);
    }

    function test_ABatchOfATokenMarketMovesTokens() public {
        useCalling(new CallsBackToken());
        caller.run(abi.encodeCall(IModicum.deposit, (1000)));
        caller.run(inAndOut());
        assertMoney(1000 + 10 - 700);
    }

    /* WITH A FEE */

    function test_RevertWhen_ADepositInACallbackHidesTheFeeOfADeposit() public {
        useCalling(new FeeFromReceiverAndCallsBackToken());
        expectNeither(abi.encodeCall(IModicum.deposit, (1000)), true);
        expectNeither(abi.encodeCall(IModicum.deposit, (1000)), false);
    }

    function test_RevertWhen_ADepositInACallbackHidesTheFeeOfAWithdrawal() public {
        useCalling(new FeeFromSenderAndCallsBackToken());
        caller.run(abi.encodeCall(IModicum.deposit, (2000)));
        expectNeither(abi.encodeCall(IModicum.withdraw, (1000)), true);
        expectNeither(abi.encodeCall(IModicum.withdraw, (1000)), false);
    }

    /// @dev Whatever is called in the midst of whatever, with or without a fee, a gift, or a batch that keeps refusals to
    /// itself: what the market holds is what it owes, and at most the gift beside it.
    function testFuzz_TheMarketHoldsWhatItOwes(
        uint8 kind,
        bool before,
        bool[3] memory choices,
        uint96[3] memory amounts,
        uint8 gift
    ) public {
        if (kind % 3 == 0) useCalling(new CallsBackToken());
        else if (kind % 3 == 1) useCalling(new FeeFromReceiverAndCallsBackToken());
        else useCalling(new FeeFromSenderAndCallsBackToken());
        token.mint(address(market), gift);
        for (uint256 i = 0; i < 20; ++i) {
            caller.run(abi.encodeCall(IModicum.deposit, (90)));
        }
        callBack(drawn(choices[0], choices[1], amounts), before);
        bytes memory outer = drawn(choices[2], false, amounts);
        try caller.run(outer) {} catch {}

        uint256 owed = free(HONEST) + free(address(caller));
        assertEq(free(HONEST), HONEST_FUNDS, "honest, free");
        assertTrue(held() >= owed, "held");
        assertTrue(held() <= owed + gift, "and nothing but the gift is beside it");
    }

    /* STEPS OF THESE TESTS */

    function drawn(bool isDeposit, bool batched, uint96[3] memory amounts) private pure returns (bytes memory) {
        if (batched) {
            bytes[] memory calls = new bytes[](2);
            calls[0] = drawn(isDeposit, false, amounts);
            calls[1] = drawn(!isDeposit, false, amounts);
            return abi.encodeCall(IModicum.batch, (calls, 1_000_000));
        }
        return isDeposit
            ? abi.encodeCall(IModicum.deposit, (uint96(bound(amounts[0], 1, 3000))))
            : abi.encodeCall(IModicum.withdraw, (uint96(bound(amounts[1], 1, 3000))));
    }

    function inAndOut() private pure returns (bytes memory) {
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(IModicum.deposit, (10));
        calls[1] = abi.encodeCall(IModicum.withdraw, (700));
        return abi.encodeCall(IModicum.batch, (calls, 1_000_000));
    }

    /// @dev Neither the transfer nor the deposit in its callback comes to anything, whichever refusal says so.
    function expectNeither(bytes memory outer, bool before) private {
        uint256 freeBefore = free(address(caller));
        callBack(abi.encodeCall(IModicum.deposit, (10)), before);
        try caller.run(outer) {
            revert NotSo("refused");
        } catch {}
        assertMoney(freeBefore);
    }

    /// @dev What the caller has in the market, and that the market holds exactly that beside the money of others.
    function assertMoney(uint256 ofCaller) private view {
        assertEq(free(address(caller)), ofCaller, "free");
        assertEq(held(), HONEST_FUNDS + ofCaller, "held");
    }

    function callBack(bytes memory inner, bool before) private {
        caller.whenCalled(inner);
        CallsBack(address(token)).callBack(address(caller), before);
    }

    function useCalling(TestToken token_) private {
        useToken(token_);
        caller = new Caller(market, token);
        token.mint(address(caller), TOKENS);
        // In amounts that go free of any fee.
        for (uint256 i = 0; i < HONEST_FUNDS / 50; ++i) {
            fund(HONEST, 50);
        }
    }
}
