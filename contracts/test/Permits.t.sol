// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {TokenMarket} from "./TokenMarket.sol";
import {Caller} from "./TokenCallbacks.t.sol";
import {PermitBurnsAllGasToken, PermitCallsBackToken, SilentPermitToken} from "./tokens/HostileTokens.sol";
import {PlainToken, TestToken} from "./tokens/TestToken.sol";

/// @dev depositWithPermit.
contract PermitsTest is TokenMarket {
    uint256 private constant HOLDER_KEY = 0x401DE4;
    bytes32 private constant PERMIT_TYPE_HASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    struct Permit {
        uint256 deadline;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    address private holder = vm.addr(HOLDER_KEY);

    function setUp() public override {
        super.setUp();
        token.mint(holder, 10);
    }

    function test_DepositsByAPermitAlone() public {
        Permit memory permit = permitFor(10);
        vm.expectEmit(address(market));
        emit IModicum.Deposited(holder, 10);
        depositWith(permit, 10);
        assertEq(free(holder), 10, "free");
        assertEq(token.allowance(holder, address(market)), 0, "allowance left");
    }

    function test_APermitThatWasUsedUpAheadOfTheCallerDoesNotStopTheDeposit() public {
        Permit memory permit = permitFor(10);
        vm.prank(stranger);
        token.permit(holder, address(market), 10, permit.deadline, permit.v, permit.r, permit.s);
        depositWith(permit, 10);
        assertEq(free(holder), 10, "free");
    }

    function test_APermitThatFailsIsPassedOverWhereTheTransferIsApproved() public {
        approve(holder, 10);
        depositWith(Permit(START, 27, 0, 0), 10);
        assertEq(free(holder), 10, "free");
    }

    function test_ATokenWithoutPermitsTakesWhatWasApproved() public {
        usePlainToken();
        approve(holder, 10);
        depositWith(Permit(START, 27, 0, 0), 10);
        assertEq(free(holder), 10, "free");
    }

    function test_RevertWhen_ATokenWithoutPermitsHasNoApproval() public {
        usePlainToken();
        expectTransferFailed(address(market), 10);
        depositWith(Permit(START, 27, 0, 0), 10);
    }

    /// @dev What is no permit there is no approval here.
    function test_RevertWhen_ATokenOnlySeemsToTakeThePermit() public {
        useToken(new SilentPermitToken());
        token.mint(holder, 10);
        expectTransferFailed(address(market), 10);
        depositWith(Permit(START, 27, 0, 0), 10);
    }

    /// @dev All but one part in 64 of the gas is gone then; what is left must do, and does if enough was given.
    function test_APermitThatBurnsItsGasDoesNotStopAnApprovedDeposit() public {
        useToken(new PermitBurnsAllGasToken());
        give(holder, 10);
        vm.prank(holder);
        market.depositWithPermit{gas: 20_000_000}(10, START, 27, 0, 0);
        assertEq(free(holder), 10, "free");
    }

    function test_ADepositInThePermitOfAnotherIsCountedByItself() public {
        PermitCallsBackToken calling = new PermitCallsBackToken();
        useToken(calling);
        token.mint(holder, 10);
        Caller caller = new Caller(market, token);
        token.mint(address(caller), 3);
        caller.whenCalled(abi.encodeCall(IModicum.deposit, (3)));
        calling.callBack(address(caller), false);
        depositWith(permitFor(10), 10);
        assertEq(free(holder), 10, "holder, free");
        assertEq(free(address(caller)), 3, "caller, free");
        assertEq(held(), 13, "held");
    }

    function test_RevertWhen_PermitIsOfAnotherAccount() public {
        Permit memory permit = permitFor(10);
        expectTransferFailed(address(market), 10);
        vm.prank(stranger);
        market.depositWithPermit(10, permit.deadline, permit.v, permit.r, permit.s);
        assertEq(token.balanceOf(holder), 10, "kept");
    }

    function test_RevertWhen_PermitIsForLess() public {
        Permit memory permit = permitFor(9);
        expectTransferFailed(address(market), 10);
        depositWith(permit, 10);
    }

    function test_RevertWhen_PermitIsTooLate() public {
        Permit memory permit = permitFor(10);
        vm.warp(permit.deadline + 1);
        expectTransferFailed(address(market), 10);
        depositWith(permit, 10);
    }

    function test_RevertWhen_PermitIsSentTwice() public {
        Permit memory permit = permitFor(10);
        depositWith(permit, 10);
        token.mint(holder, 10);
        expectTransferFailed(address(market), 10);
        depositWith(permit, 10);
    }

    function test_RevertWhen_DepositIsZero() public {
        Permit memory permit = permitFor(0);
        vm.expectRevert(abi.encodeWithSelector(IModicum.ZeroAmount.selector));
        depositWith(permit, 0);
    }

    function test_RevertWhen_TheMarketIsPaidInItsChainsCoin() public {
        market = deploy(nativeParameters());
        vm.expectRevert(abi.encodeWithSelector(IModicum.ZeroAmount.selector));
        depositWith(Permit(START, 27, 0, 0), 0);
        expectWrongAmount(10, 0);
        depositWith(Permit(START, 27, 0, 0), 10);
    }

    function test_RevertWhen_AllBalancesTogetherOutgrowOne() public {
        fund(stranger, type(uint96).max - held());
        Permit memory permit = permitFor(10);
        vm.expectRevert(abi.encodeWithSelector(IModicum.BalanceTooLarge.selector, holder));
        depositWith(permit, 10);
        assertEq(token.nonces(holder), 0, "the permit is not used up");
    }

    function test_RevertWhen_ValueIsSentToo() public {
        vm.deal(holder, 1);
        bytes memory call = abi.encodeCall(IModicum.depositWithPermit, (10, START, 27, 0, 0));
        vm.prank(holder);
        (bool done,) = address(market).call{value: 1}(call);
        assertFalse(done, "done");
    }

    function depositWith(Permit memory permit, uint96 amount) private {
        vm.prank(holder);
        market.depositWithPermit(amount, permit.deadline, permit.v, permit.r, permit.s);
    }

    function permitFor(uint256 amount) private view returns (Permit memory permit) {
        permit.deadline = START + 60;
        bytes32 structHash = keccak256(
            abi.encode(PERMIT_TYPE_HASH, holder, address(market), amount, token.nonces(holder), permit.deadline)
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), structHash));
        (permit.v, permit.r, permit.s) = vm.sign(HOLDER_KEY, digest);
    }

    function usePlainToken() private {
        PlainToken plain = new PlainToken();
        plain.mint(holder, 10);
        // It has all that this test asks of a token but the permit.
        useToken(TestToken(address(plain)));
    }
}
