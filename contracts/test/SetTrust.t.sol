// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";

contract SetTrustTest is Market {
    bytes32 private constant ONE = bytes32(uint256(1));
    bytes32 private constant TWO = bytes32(uint256(2));

    function test_AddsAndRemovesSubjects() public {
        vm.expectEmit(address(market));
        emit IModicum.TrustChanged(mediator, IModicum.Trust.MediatorTrustsDirectory, ONE, true);
        vm.expectEmit(address(market));
        emit IModicum.TrustChanged(mediator, IModicum.Trust.MediatorTrustsDirectory, TWO, true);
        vm.prank(mediator);
        market.setTrust(IModicum.Trust.MediatorTrustsDirectory, both(), true);
        assertTrue(market.isTrusted(IModicum.Trust.MediatorTrustsDirectory, mediator, ONE), "first");
        assertTrue(market.isTrusted(IModicum.Trust.MediatorTrustsDirectory, mediator, TWO), "second");

        setTrust(mediator, IModicum.Trust.MediatorTrustsDirectory, ONE, false);
        assertFalse(market.isTrusted(IModicum.Trust.MediatorTrustsDirectory, mediator, ONE), "first, removed");
        assertTrue(market.isTrusted(IModicum.Trust.MediatorTrustsDirectory, mediator, TWO), "second, kept");
    }

    function test_AnnouncesAlsoWhatDoesNotChange() public {
        vm.expectEmit(address(market));
        emit IModicum.TrustChanged(mediator, IModicum.Trust.MediatorTrustsDirectory, ONE, false);
        setTrust(mediator, IModicum.Trust.MediatorTrustsDirectory, ONE, false);
    }

    function test_ManyAreAddedAndRemovedInOneCall() public {
        bytes32[] memory many = new bytes32[](100);
        for (uint256 i = 0; i < many.length; ++i) {
            many[i] = keccak256(abi.encode(i));
        }
        for (uint256 round = 0; round < 2; ++round) {
            vm.prank(mediator);
            market.setTrust(IModicum.Trust.MediatorTrustsDirectory, many, round == 0);
            for (uint256 i = 0; i < many.length; ++i) {
                bool trusted = market.isTrusted(IModicum.Trust.MediatorTrustsDirectory, mediator, many[i]);
                assertTrue(trusted == (round == 0), "trusted");
            }
        }
    }

    function test_AnEmptyListChangesNothingButStillNeedsTheRole() public {
        bytes32[] memory none = new bytes32[](0);
        vm.prank(mediator);
        market.setTrust(IModicum.Trust.MediatorTrustsDirectory, none, true);
        vm.expectRevert(abi.encodeWithSelector(IModicum.NotRegistered.selector, IModicum.Role.Mediator, stranger));
        vm.prank(stranger);
        market.setTrust(IModicum.Trust.MediatorTrustsDirectory, none, true);
    }

    function test_ListsAreKeptApartByKindAndAccount() public {
        setTrust(resourceProvider, IModicum.Trust.ResourceProviderTrustsMediator, ONE, true);
        assertFalse(market.isTrusted(IModicum.Trust.ResourceProviderTrustsDirectory, resourceProvider, ONE), "kind");
        assertFalse(market.isTrusted(IModicum.Trust.ResourceProviderTrustsMediator, jobCreator, ONE), "account");
    }

    function test_TrustingTouchesNoMoney() public {
        uint256 before = free(jobCreator);
        setTrust(jobCreator, IModicum.Trust.JobCreatorTrustsMediator, ONE, true);
        setTrust(jobCreator, IModicum.Trust.JobCreatorTrustsMediator, ONE, false);
        assertEq(free(jobCreator), before, "free");
        assertEq(locked(jobCreator), 0, "locked");
    }

    /// @dev Each actor is registered in one role only, so each list has exactly one actor who may keep it.
    function test_RevertWhen_CallerIsNotOfTheRoleThatKeepsTheList() public {
        IModicum.Role[6] memory keepers = [
            IModicum.Role.JobCreator,
            IModicum.Role.ResourceProvider,
            IModicum.Role.ResourceProvider,
            IModicum.Role.Mediator,
            IModicum.Role.ResourceProvider,
            IModicum.Role.Mediator
        ];
        address[4] memory actors = [jobCreator, resourceProvider, mediator, directory];
        for (uint8 kind = 0; kind < keepers.length; ++kind) {
            for (uint8 role = 0; role < actors.length; ++role) {
                if (IModicum.Role(role) != keepers[kind]) {
                    vm.expectRevert(
                        abi.encodeWithSelector(IModicum.NotRegistered.selector, keepers[kind], actors[role])
                    );
                }
                vm.prank(actors[role]);
                market.setTrust(IModicum.Trust(kind), both(), true);
                bool expected = IModicum.Role(role) == keepers[kind];
                assertTrue(market.isTrusted(IModicum.Trust(kind), actors[role], ONE) == expected, "trusted");
            }
        }
    }

    function both() private pure returns (bytes32[] memory subjects) {
        subjects = new bytes32[](2);
        (subjects[0], subjects[1]) = (ONE, TWO);
    }
}
