// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";
import {TestToken} from "./tokens/TestToken.sol";

contract DeploymentTest is Market {
    function test_KeepsItsParameters() public view {
        IModicum.Parameters memory parameters = market.parameters();
        assertEq(keccak256(abi.encode(parameters)), keccak256(abi.encode(defaultParameters())), "parameters");
    }

    function test_RevertWhen_PenaltyRateIsZero() public {
        IModicum.Parameters memory parameters = defaultParameters();
        parameters.penaltyRate = 0;
        expectRefused(parameters);
    }

    function test_RevertWhen_VerificationCountIsZero() public {
        IModicum.Parameters memory parameters = defaultParameters();
        parameters.verificationCount = 0;
        expectRefused(parameters);
    }

    function test_RevertWhen_ReactionWindowIsZero() public {
        IModicum.Parameters memory parameters = defaultParameters();
        parameters.reactionWindow = 0;
        expectRefused(parameters);
    }

    function test_RevertWhen_MediationWindowIsZero() public {
        IModicum.Parameters memory parameters = defaultParameters();
        parameters.mediationWindow = 0;
        expectRefused(parameters);
    }

    function test_RevertWhen_PenaltySinkIsZero() public {
        IModicum.Parameters memory parameters = defaultParameters();
        parameters.penaltySink = address(0);
        expectRefused(parameters);
    }

    function test_RevertWhen_PaymentTokenIsNoContract() public {
        IModicum.Parameters memory parameters = defaultParameters();
        parameters.paymentToken = stranger;
        expectRefused(parameters);
    }

    function test_KeepsItsPaymentToken() public {
        IModicum.Parameters memory parameters = defaultParameters();
        parameters.paymentToken = address(new TestToken());
        assertEq(deploy(parameters).parameters().paymentToken, parameters.paymentToken, "payment token");
    }

    function test_TakesTheSmallestParameters() public {
        IModicum smallest = deploy(IModicum.Parameters(1, 1, 1, 1, 0, address(1), address(0)));
        assertEq(smallest.parameters().penaltyRate, 1, "penalty rate");
    }

    /// @dev A chain takes 24 KiB of code.
    function test_FitsIntoAContract() public view {
        assertTrue(address(market).code.length <= 24 * 1024, "code size");
    }

    function expectRefused(IModicum.Parameters memory parameters) private {
        bytes memory code = bytes.concat(vm.getCode("Modicum.sol:Modicum"), abi.encode(parameters));
        address created;
        bytes32 reason;
        assembly {
            created := create(0, add(code, 0x20), mload(code))
            returndatacopy(0, 0, 4)
            reason := shr(224, mload(0))
        }
        assertEq(created, address(0), "created");
        assertEq(reason, bytes32(uint256(uint32(IModicum.InvalidParameters.selector))), "refusal");
    }
}
