// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../../../src/interfaces/IModicum.sol";
import {World} from "../World.sol";
import {Actor} from "./Actor.sol";

/// @dev Everyone as an account of the market: registers, trusts, distrusts, and cancels all it ever offered.
contract Members is Actor {
    constructor(World world) Actor(world) {}

    function moves() external pure override returns (bytes4[] memory all) {
        all = new bytes4[](4);
        all[0] = this.register.selector;
        all[1] = this.trust.selector;
        all[2] = this.trust.selector;
        all[3] = this.raiseFloor.selector;
    }

    /// @dev Every campaign begins here: all are registered, trust all, and have money inside and outside.
    function begin() external {
        bool isToken = WORLD.MONEY() != World.Money.Native;
        for (uint256 i = 0; i < WORLD.PARTIES(); ++i) {
            address account = WORLD.parties(i);
            WORLD.endow(account, 2e12);
            if (isToken) {
                WORLD.endowCoins(account, 1000);
                WORLD.approve(account, i == 1 ? 1e12 : type(uint256).max);
            }
            if (i < WORLD.TRADERS()) beginTrading(account, isToken ? 0 : 1e12);
        }
        for (uint256 i = 0; i < 2; ++i) {
            address mediator_ = WORLD.parties(WORLD.MEDIATOR() + i);
            act(mediator_, abi.encodeCall(MARKET.registerMediator, (1, 300, 200, 7000)));
            act(WORLD.parties(WORLD.DIRECTORY() + i), abi.encodeCall(MARKET.registerDirectory, (3001, "")));
            trustAll(mediator_, IModicum.Trust.MediatorTrustsDirectory);
            trustAll(mediator_, IModicum.Trust.MediatorSupportsBaseLayer);
        }
    }

    function beginTrading(address account, uint256 value) private {
        act(account, value, abi.encodeCall(MARKET.deposit, (1e12)));
        act(account, abi.encodeCall(MARKET.registerJobCreator, ()));
        act(account, abi.encodeCall(MARKET.registerResourceProvider, (1, 1_000_000)));
        trustAll(account, IModicum.Trust.JobCreatorTrustsMediator);
        trustAll(account, IModicum.Trust.ResourceProviderTrustsMediator);
        trustAll(account, IModicum.Trust.ResourceProviderTrustsDirectory);
        trustAll(account, IModicum.Trust.ResourceProviderSupportsBaseLayer);
    }

    function trustAll(address account, IModicum.Trust kind) private {
        bytes32[] memory subjects = one(WORLD.BASE_LAYER());
        if (kind < IModicum.Trust.ResourceProviderSupportsBaseLayer) {
            bool areMediators = kind < IModicum.Trust.ResourceProviderTrustsDirectory;
            subjects = new bytes32[](2);
            for (uint256 i = 0; i < 2; ++i) {
                subjects[i] = subjectOf(WORLD.parties((areMediators ? WORLD.MEDIATOR() : WORLD.DIRECTORY()) + i));
            }
        }
        act(account, abi.encodeCall(MARKET.setTrust, (kind, subjects, true)));
    }

    function register(uint256 seed) external drawn(seed) {
        uint256 role = below(4);
        uint8 architecture = oneIn(8) ? 2 : 1;
        bytes memory data = abi.encodeCall(MARKET.registerJobCreator, ());
        if (role == 1) {
            data = abi.encodeCall(MARKET.registerResourceProvider, (architecture, uint56(below(2_000_000))));
        }
        if (role == 2) data = abi.encodeCall(MARKET.registerMediator, (architecture, 1, 1, uint96(below(100))));
        if (role == 3) data = abi.encodeCall(MARKET.registerDirectory, (uint96(below(100)), ""));
        act(party(), data);
    }

    function trust(uint256 seed) external drawn(seed) {
        IModicum.Trust kind = IModicum.Trust(below(6));
        bytes32[] memory subjects = one(WORLD.BASE_LAYER());
        if (kind < IModicum.Trust.ResourceProviderSupportsBaseLayer) {
            subjects = new bytes32[](below(4));
            for (uint256 i = 0; i < subjects.length; ++i) {
                subjects[i] = subjectOf(oneIn(2) ? mediator() : directory());
            }
        }
        address keeper = oneIn(3) ? party() : kind == IModicum.Trust.MediatorTrustsDirectory ? mediator() : trader();
        act(keeper, abi.encodeCall(MARKET.setTrust, (kind, subjects, !oneIn(4))));
    }

    function raiseFloor(uint256 seed) external drawn(seed) {
        address account = trader();
        uint56 floor = MARKET.nonceFloorOf(account);
        // To kill the older half of its offers, or nothing at all.
        uint56 latest = WORLD.nextNonce();
        if (oneIn(3) && floor < latest) floor += (latest - floor + 1) / 2;
        if (oneIn(40)) floor = type(uint56).max;
        act(account, abi.encodeCall(MARKET.raiseNonceFloor, (floor)));
    }
}
