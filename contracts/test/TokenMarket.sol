// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";
import {TestToken} from "./tokens/TestToken.sol";

/// @dev The same market, paid in a token.
abstract contract TokenMarket is Market {
    TestToken internal token;

    function setUp() public virtual override {
        token = new TestToken();
        super.setUp();
    }

    /// @dev A market in which nobody is known yet, paid in another token.
    function useToken(TestToken token_) internal {
        token = token_;
        market = deploy(defaultParameters());
    }

    function defaultParameters() internal view virtual override returns (IModicum.Parameters memory parameters) {
        parameters = super.defaultParameters();
        parameters.paymentToken = address(token);
    }

    function nativeParameters() internal view returns (IModicum.Parameters memory) {
        return super.defaultParameters();
    }

    function fund(address account, uint256 amount) internal virtual override {
        give(account, amount);
        deposit(account, amount);
    }

    /// @dev Tokens that the market may take.
    function give(address account, uint256 amount) internal {
        token.mint(account, amount);
        approve(account, type(uint256).max);
    }

    function approve(address account, uint256 amount) internal {
        vm.prank(account);
        IERC20(token).approve(address(market), amount);
    }

    function deposit(address account, uint256 amount) internal {
        vm.prank(account);
        market.deposit(uint96(amount));
    }

    function withdraw(address account, uint256 amount) internal {
        vm.prank(account);
        market.withdraw(uint96(amount));
    }

    function held() internal view returns (uint256) {
        return token.balanceOf(address(market));
    }

    function expectTransferFailed(address to, uint256 amount) internal {
        vm.expectRevert(abi.encodeWithSelector(IModicum.TransferFailed.selector, to, amount));
    }

    function expectWrongAmount(uint256 expected, uint256 actual) internal {
        vm.expectRevert(abi.encodeWithSelector(IModicum.WrongAmount.selector, expected, actual));
    }
}
