// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";
import {TokenMarket} from "./TokenMarket.sol";
import {FeeFromReceiverToken} from "./tokens/HostileTokens.sol";

/// @dev What mutation testing showed to be unwatched: a match binds every single field of its terms and of its result.
contract CommitmentsTest is Market {
    uint256 private constant TERMS = 14;
    uint256 private constant TERMS_AND_RESULT = TERMS + 4;

    function test_RevertWhen_AnyFieldOfTheTermsIsAnother() public {
        (bytes32 matchId, IModicum.Terms memory terms) = makeMatch();
        bytes memory call = abi.encodeCall(market.postResult, (matchId, terms, result));
        for (uint256 field = 0; field < TERMS; ++field) assertMismatch(resourceProvider, matchId, call, field);
        vm.prank(resourceProvider);
        market.postResult(matchId, terms, result);
    }

    function test_RevertWhen_AnyFieldOfAPostedResultIsAnother() public {
        (bytes32 matchId, IModicum.Terms memory terms) = makeResult();
        bytes memory call = abi.encodeCall(market.acceptResult, (matchId, terms, result));
        for (uint256 field = 0; field < TERMS_AND_RESULT; ++field) assertMismatch(jobCreator, matchId, call, field);
        vm.prank(jobCreator);
        market.acceptResult(matchId, terms, result);
    }

    function test_RevertWhen_AnyFieldOfADisputedResultIsAnother() public {
        (bytes32 matchId, IModicum.Terms memory terms) = makeDispute();
        bytes memory call =
            abi.encodeCall(market.postVerdict, (matchId, terms, result, IModicum.Verdict.WrongResults, 1, 1, 0));
        for (uint256 field = 0; field < TERMS_AND_RESULT; ++field) assertMismatch(mediator, matchId, call, field);
        vm.prank(mediator);
        market.postVerdict(matchId, terms, result, IModicum.Verdict.WrongResults, 1, 1, 0);
    }

    /// @dev The same call with the lowest bit of one word after the match's id turned over.
    function assertMismatch(address caller, bytes32 matchId, bytes memory call, uint256 field) private {
        bytes memory changed = abi.encodePacked(call);
        uint256 lastByte = 4 + 32 + 32 * field + 31;
        changed[lastByte] = changed[lastByte] ^ 0x01;
        vm.prank(caller);
        (bool done, bytes memory reason) = address(market).call(changed);
        assertFalse(done, "taken");
        bytes memory expected = abi.encodeWithSelector(IModicum.TermsMismatch.selector, matchId);
        assertEq(keccak256(reason), keccak256(expected), "refused as a mismatch");
    }
}

/// @dev Likewise: a market that is short of one wei is short.
contract ShortByOneTest is TokenMarket {
    function test_RevertWhen_OneWeiOfADepositIsMissing() public {
        useToken(new FeeFromReceiverToken());
        // One in a hundred.
        give(stranger, 100);
        vm.expectRevert(abi.encodeWithSelector(IModicum.WrongAmount.selector, 100, 99));
        vm.prank(stranger);
        market.deposit(100);
        assertEq(free(stranger), 0, "free");
    }
}
