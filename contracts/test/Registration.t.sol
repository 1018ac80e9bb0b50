// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";

contract RegistrationTest is Market {
    function test_RegistersAJobCreator() public {
        vm.expectEmit(address(market));
        emit IModicum.JobCreatorRegistered(stranger);
        vm.prank(stranger);
        market.registerJobCreator();
        assertOnlyRole(stranger, IModicum.Role.JobCreator);
    }

    function test_RegistersAResourceProvider() public {
        vm.expectEmit(address(market));
        emit IModicum.ResourceProviderRegistered(stranger, 7, 42);
        vm.prank(stranger);
        market.registerResourceProvider(7, 42);
        assertOnlyRole(stranger, IModicum.Role.ResourceProvider);
        (uint8 architecture, uint56 timePerInstruction) = market.resourceProviders(stranger);
        assertEq(architecture, 7, "architecture");
        assertEq(timePerInstruction, 42, "time per instruction");
    }

    function test_RegistersAMediator() public {
        vm.expectEmit(address(market));
        emit IModicum.MediatorRegistered(stranger, 7, 8, 9, 10);
        vm.prank(stranger);
        market.registerMediator(7, 8, 9, 10);
        assertOnlyRole(stranger, IModicum.Role.Mediator);
        assertMediator(7, 8, 9, 10);
    }

    function test_RegistersADirectory() public {
        vm.expectEmit(address(market));
        emit IModicum.DirectoryRegistered(stranger, 5, "https://here.example");
        vm.prank(stranger);
        market.registerDirectory(5, "https://here.example");
        assertOnlyRole(stranger, IModicum.Role.Directory);
        assertEq(market.directories(stranger), 5, "availability");
    }

    function test_KeepsTheLargestValues() public {
        vm.prank(stranger);
        market.registerMediator(type(uint8).max, type(uint64).max, type(uint64).max, type(uint96).max);
        assertMediator(type(uint8).max, type(uint64).max, type(uint64).max, type(uint96).max);
    }

    function test_RegisteringAgainReplaces() public {
        vm.prank(stranger);
        market.registerMediator(7, 8, 9, 10);
        vm.prank(stranger);
        market.registerMediator(1, 2, 3, 4);
        assertOnlyRole(stranger, IModicum.Role.Mediator);
        assertMediator(1, 2, 3, 4);
    }

    function test_OneAddressMayHoldAllRoles() public {
        vm.prank(stranger);
        market.registerJobCreator();
        vm.prank(stranger);
        market.registerResourceProvider(1, 2);
        vm.prank(stranger);
        market.registerMediator(1, 2, 3, 4);
        vm.prank(stranger);
        market.registerDirectory(1, "");
        for (uint8 role = 0; role < 4; ++role) {
            assertTrue(market.isRegistered(IModicum.Role(role), stranger), "registered");
        }
    }

    function test_RegisteringTouchesNoMoney() public {
        fund(stranger, 5);
        vm.prank(stranger);
        market.registerJobCreator();
        vm.prank(stranger);
        market.registerResourceProvider(1, 2);
        assertEq(free(stranger), 5, "free");
        assertEq(locked(stranger), 0, "locked");
    }

    function test_OpenMatchesKeepTheTermsTheyWereMadeWith() public {
        (bytes32 matchId, IModicum.Terms memory terms) = makeMatch();
        vm.prank(mediator);
        market.registerMediator(1, 1_000_000, 1_000_000, 1_000_000);
        vm.prank(directory);
        market.registerDirectory(1_000_000, "");
        vm.prank(resourceProvider);
        market.postResult(matchId, terms, result);
        vm.prank(jobCreator);
        market.acceptResult(matchId, terms, result);
        assertEq(free(mediator), 2 * MEDIATOR_AVAILABILITY, "mediator");
        assertEq(free(directory), 2 * DIRECTORY_AVAILABILITY, "directory");
    }

    function assertOnlyRole(address account, IModicum.Role role) private view {
        for (uint8 other = 0; other < 4; ++other) {
            bool expected = IModicum.Role(other) == role;
            assertTrue(market.isRegistered(IModicum.Role(other), account) == expected, "role");
        }
    }

    function assertMediator(
        uint256 architecture,
        uint256 instructionPrice,
        uint256 bandwidthPrice,
        uint256 availability
    ) private view {
        (uint8 a, uint64 i, uint64 b, uint96 v) = market.mediators(stranger);
        assertEq(a, architecture, "architecture");
        assertEq(i, instructionPrice, "instruction price");
        assertEq(b, bandwidthPrice, "bandwidth price");
        assertEq(v, availability, "availability");
    }
}
