// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../../src/interfaces/IModicum.sol";
import {Base} from "../Base.sol";
import {Actor} from "./actors/Actor.sol";
import {Batchers} from "./actors/Batchers.sol";
import {Directories} from "./actors/Directories.sol";
import {FrontRunners} from "./actors/FrontRunners.sol";
import {Givers} from "./actors/Givers.sol";
import {Holders} from "./actors/Holders.sol";
import {JobCreators} from "./actors/JobCreators.sol";
import {Mediators} from "./actors/Mediators.sol";
import {Members} from "./actors/Members.sol";
import {Reenterers} from "./actors/Reenterers.sol";
import {ResourceProviders} from "./actors/ResourceProviders.sol";
import {Solvers} from "./actors/Solvers.sol";
import {Strangers} from "./actors/Strangers.sol";
import {Thieves} from "./actors/Thieves.sol";
import {Forge} from "./Forge.sol";
import {Reach} from "./Reach.sol";
import {Watcher} from "./Watcher.sol";
import {World} from "./World.sol";

/// @dev The invariants of README.md, held against any steps of any actors. A campaign is the same in each kind of market.
abstract contract Invariants is Base {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Forge private constant forge = Forge(address(uint160(uint256(keccak256("hevm cheat code")))));
    uint256 private constant STEPS_OF_A_RUN = 60;
    uint256 private constant MOST_RUNS = 100;

    World internal world;
    IModicum internal market;
    Actor[] internal actors;
    Strangers private strangers;

    function money() internal pure virtual returns (World.Money);

    function setUp() public {
        vm.warp(1_700_000_000);
        world = new World(money());
        market = world.MARKET();
        strangers = new Strangers(world);
        Members members = new Members(world);
        JobCreators jobCreators = new JobCreators(world);
        ResourceProviders resourceProviders = new ResourceProviders(world);
        Solvers solvers = new Solvers(world);
        actors.push(jobCreators);
        actors.push(resourceProviders);
        actors.push(new Mediators(world));
        actors.push(solvers);
        actors.push(strangers);
        actors.push(members);
        actors.push(new Holders(world));
        actors.push(new Thieves(world));
        Actor[] memory others = actors;
        Batchers batchers = new Batchers(world);
        batchers.meet(others);
        Reenterers reenterers = new Reenterers(world);
        reenterers.meet(others);
        actors.push(batchers);
        actors.push(reenterers);
        actors.push(new Directories(world));
        actors.push(new FrontRunners(world));
        actors.push(new Givers(world));
        members.begin();
        // Every run begins with matches in every open stage.
        for (uint256 i = 0; i < 12; ++i) {
            solvers.matchNew(i);
            if (i % 2 == 1) resourceProviders.postResult(i);
            if (i % 4 == 3) jobCreators.reject(i);
        }
    }

    /// @dev Read by forge: whom it calls at random.
    function targetContracts() public view returns (address[] memory contracts) {
        contracts = new address[](actors.length);
        for (uint256 i = 0; i < actors.length; ++i) {
            contracts[i] = address(actors[i]);
        }
    }

    /// @dev Read by forge: what it calls there, the likelier the more often it is named.
    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](actors.length);
        for (uint256 i = 0; i < actors.length; ++i) {
            targets[i] = FuzzSelector(address(actors[i]), actors[i].moves());
        }
    }

    /* AFTER EVERY STEP */

    /// @dev All of them in one campaign: forge would play one of its own for each function of this kind.
    function invariant_All() public view {
        heldIsWhatIsOwed();
        lockedIsTheSharesOfOpenMatches();
        closedIsFinal();
        everyMatchIsClosableAsPromised();
        nobodyLosesMoreThanItAgreedTo();
        balancesAreWhatTheEventsSay();
        world.compareAccounts();
        world.compareMatches();
    }

    function heldIsWhatIsOwed() internal view {
        uint256 owed = 0;
        for (uint256 i = 0; i < world.PARTIES(); ++i) {
            (uint96 free, uint96 locked) = market.balanceOf(world.parties(i));
            owed += uint256(free) + locked;
        }
        assertTrue(world.held() >= owed, "held is what is owed");
        // Gifts belong to nobody; and a token's fees are taken from the market by nobody.
        if (money() != World.Money.MoodyToken) assertEq(world.held() - owed, world.gifts(), "held but for gifts");
    }

    function lockedIsTheSharesOfOpenMatches() internal view {
        for (uint256 i = 0; i < world.PARTIES(); ++i) {
            (, uint96 locked) = market.balanceOf(world.parties(i));
            assertEq(locked, world.WATCHER().sharesOf(world.parties(i)), "locked");
        }
    }

    function closedIsFinal() internal view {
        Watcher watcher = world.WATCHER();
        for (uint256 i = 0; i < watcher.countMatches(); ++i) {
            (IModicum.Stage stage, uint40 deadline) = market.stageOf(watcher.ids(i));
            assertTrue(stage >= IModicum.Stage.AwaitingResult, "matched once and for all");
            assertTrue((stage == IModicum.Stage.Closed) != watcher.isOpen(watcher.ids(i)), "closed is final");
            assertTrue((deadline == 0) != watcher.isOpen(watcher.ids(i)), "what is open has a deadline");
        }
    }

    function everyMatchIsClosableAsPromised() internal view {
        Watcher watcher = world.WATCHER();
        for (uint256 i = 0; i < watcher.countMatches(); ++i) {
            bytes32 id = watcher.ids(i);
            uint256 closableFrom = market.nextStepOf(id).closableFrom;
            assertTrue(closableFrom <= watcher.promised(id), "closable as promised");
            assertTrue((closableFrom == 0) != watcher.isOpen(id), "closable while open");
        }
    }

    function nobodyLosesMoreThanItAgreedTo() internal view {
        Watcher watcher = world.WATCHER();
        for (uint256 i = 0; i < world.PARTIES(); ++i) {
            address party = world.parties(i);
            (uint96 free, uint96 locked) = market.balanceOf(party);
            int256 loss = watcher.cost(party) - int256(uint256(free) + locked);
            assertTrue(loss <= int256(watcher.allowedLoss(party)), "nobody loses more than it agreed to");
        }
    }

    function balancesAreWhatTheEventsSay() internal view {
        for (uint256 i = 0; i < world.PARTIES(); ++i) {
            (uint96 free,) = market.balanceOf(world.parties(i));
            assertEq(free, world.WATCHER().free(world.parties(i)), "free, by the events");
        }
    }

    /* AFTER EVERY RUN */

    /// @dev Whoever was silent: everything closes by time alone, and everyone takes out everything.
    function afterInvariant() public {
        world.compareOffers();
        world.forgetWhatIsArmed();
        bytes32[] memory ids = idsOfAll();
        uint256 closableFrom = market.closableFrom(ids);
        if (closableFrom > block.timestamp) vm.warp(closableFrom);
        strangers.closeEach(ids);
        assertEq(market.closableFrom(ids), 0, "all are closed");
        invariant_All();
        for (uint256 i = 0; i < world.PARTIES(); ++i) {
            takeOutEverything(world.parties(i));
        }
        invariant_All();
    }

    function idsOfAll() private view returns (bytes32[] memory ids) {
        ids = new bytes32[](world.WATCHER().countMatches());
        for (uint256 i = 0; i < ids.length; ++i) {
            ids[i] = world.WATCHER().ids(i);
        }
    }

    function takeOutEverything(address party) private {
        (uint96 free, uint96 locked) = market.balanceOf(party);
        assertEq(locked, 0, "locked at the end");
        if (free > 0) world.act(World.Call(party, 0, abi.encodeCall(market.withdraw, (free))));
        (free,) = market.balanceOf(party);
        assertEq(free, 0, "left at the end");
    }

    /* THE CAMPAIGN REACHES EVERYTHING */

    /// @dev The invariants do not hold for want of steps: the same moves, drawn by lot in runs like those of the campaign,
    /// take every function, are refused for every reason, and close matches in every way.
    function test_TheCampaignReachesEverything() public {
        Reach reach = new Reach(world);
        bool[] memory reached = new bool[](reach.count());
        uint256 missing = reached.length;
        uint256 start = forge.snapshotState();
        for (uint256 run = 0; run < MOST_RUNS && missing > 0; ++run) {
            forge.resetGasMetering();
            this.play(run);
            missing = 0;
            for (uint256 i = 0; i < reached.length; ++i) {
                reached[i] = reached[i] || reach.isReached(i);
                if (!reached[i]) ++missing;
            }
            forge.revertToState(start);
        }
        for (uint256 i = 0; i < reached.length; ++i) {
            assertTrue(reached[i], string.concat("the campaign reaches: ", reach.nameOf(i)));
        }
    }

    /// @dev One run.
    function play(uint256 run) external {
        for (uint256 i = 0; i < STEPS_OF_A_RUN; ++i) {
            step(uint256(keccak256(abi.encode(run, i))));
        }
        this.afterInvariant();
    }

    /// @dev Every move is as likely as any other, as forge draws them.
    function step(uint256 seed) private {
        uint256 which = seed % countMoves();
        uint256 actor = 0;
        bytes4[] memory moves = actors[0].moves();
        while (which >= moves.length) {
            which -= moves.length;
            moves = actors[++actor].moves();
        }
        (bool done, bytes memory reason) = address(actors[actor]).call(abi.encodePacked(moves[which], seed));
        if (done) return;
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }

    function countMoves() private view returns (uint256 count) {
        for (uint256 i = 0; i < actors.length; ++i) {
            count += actors[i].moves().length;
        }
    }
}

/// @dev Paid in the chain's own coin: receivers refuse it, and call the market when they get it.
contract NativeInvariantsTest is Invariants {
    function money() internal pure override returns (World.Money) {
        return World.Money.Native;
    }
}

/// @dev Paid in an honest token with permits.
contract TokenInvariantsTest is Invariants {
    function money() internal pure override returns (World.Money) {
        return World.Money.Token;
    }
}

/// @dev Paid in a token that takes fees and calls back, when it pleases: the market stays solvent.
contract MoodyTokenInvariantsTest is Invariants {
    function money() internal pure override returns (World.Money) {
        return World.Money.MoodyToken;
    }
}
