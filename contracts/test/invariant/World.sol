// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../../src/interfaces/IModicum.sol";
import {Base} from "../Base.sol";
import {TestToken} from "../tokens/TestToken.sol";
import {Forge, Reasons} from "./Forge.sol";
import {Model} from "./Model.sol";
import {MoodyToken} from "./MoodyToken.sol";
import {BurningWallet, GoodWallet, MumblingWallet, Puppet, YesWallet} from "./Puppets.sol";
import {Watcher} from "./Watcher.sol";

/// @dev A market, its model and its watcher, everyone who takes part, and all that they know of each other. Every call that
/// an actor makes passes through `act`, which makes it on the market and on the model and compares what comes of it.
contract World is Base {
    enum Money {
        Native,
        Token,
        MoodyToken
    }

    struct Call {
        address from;
        uint256 value;
        bytes data;
    }

    struct SignedJob {
        IModicum.JobOffer offer;
        bytes signature;
    }

    struct SignedResource {
        IModicum.ResourceOffer offer;
        bytes signature;
    }

    struct Acceptance {
        bytes32 matchId;
        IModicum.Result result;
        bytes signature;
    }

    // Who is who among the parties.
    uint256 public constant TRADERS = 9;
    uint256 public constant GOOD_WALLET = 4;
    uint256 public constant YES_WALLET = 5;
    uint256 public constant PUPPETS = 5; // from GOOD_WALLET on
    uint256 public constant MEDIATOR = 9;
    uint256 public constant DIRECTORY = 11;
    uint256 public constant SOLVER = 13;
    uint256 public constant THIEF = 14;
    uint256 public constant SINK = 15;
    uint256 public constant PARTIES = 16;

    bytes32 public constant BASE_LAYER = keccak256("base layer");
    bytes32 private constant PERMIT_TYPE =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
    uint256 private constant WALLET_KEY = 0x3A11E7;
    uint256 private constant GAS = 60_000_000;
    uint256 private constant REMEMBERED = 24;
    Forge private constant forge = Forge(address(uint160(uint256(keccak256("hevm cheat code")))));

    IModicum public immutable MARKET;
    Model public immutable MODEL;
    Watcher public immutable WATCHER;
    TestToken public immutable TOKEN;
    Money public immutable MONEY;

    address[PARTIES] public parties;
    mapping(address => uint256) public keyOf;
    mapping(address => bool) public isPuppet;
    SignedJob[] private jobs;
    SignedResource[] private resources;
    Acceptance[] private acceptances;
    uint56 private nonce;
    uint256 public gifts; // that the market got and owes nobody

    // Whoever armed itself for the next call that is made.
    address private frontRunner;
    bool private isDoubled;
    address private calledBack;
    bool private isCollecting;
    Call[] private collected;
    Call[] private past;
    uint256 private pastCount;

    mapping(bytes32 => uint256) private promised;

    // What the campaign reached: calls by function and outcome, refusals by error.
    mapping(bytes4 => uint256) public taken;
    mapping(bytes4 => uint256) public refused;
    mapping(bytes4 => uint256) public refusals;
    mapping(string => uint256) public sights;

    constructor(Money money) {
        MONEY = money;
        if (money == Money.Token) TOKEN = new TestToken();
        if (money == Money.MoodyToken) TOKEN = new MoodyToken();
        IModicum.Parameters memory parameters =
            IModicum.Parameters(5, 2, 600, 900, 500, address(0x51BB), address(TOKEN));
        MARKET = IModicum(vm.deployCode("Modicum.sol:Modicum", abi.encode(parameters)));
        MODEL = new Model(MARKET, parameters);
        WATCHER = new Watcher(parameters);
        cast();
    }

    /* THE CAST */

    function cast() private {
        for (uint256 i = 0; i < PARTIES; ++i) {
            uint256 key = 0xA11CE + i;
            parties[i] = vm.addr(key);
            keyOf[parties[i]] = key;
        }
        GoodWallet good = new GoodWallet(address(MARKET), vm.addr(WALLET_KEY));
        YesWallet yes = new YesWallet(address(MARKET));
        castPuppet(GOOD_WALLET, good, WALLET_KEY);
        castPuppet(YES_WALLET, yes, 0xBAD);
        castPuppet(6, new BurningWallet(address(MARKET)), 0xBAD);
        castPuppet(7, new MumblingWallet(address(MARKET)), 0xBAD);
        castPuppet(8, new Puppet(address(MARKET)), 0xBAD);
        MODEL.noteSaysYes(address(yes));
        WATCHER.noteBacksEverything(address(yes));
        (parties[SINK], keyOf[address(0x51BB)]) = (address(0x51BB), 0xBAD);
    }

    function castPuppet(uint256 index, Puppet puppet, uint256 key) private {
        (parties[index], keyOf[address(puppet)], isPuppet[address(puppet)]) = (address(puppet), key, true);
    }

    /// @dev Whether what its key signs binds the account. (A key that is not its own stands for a forger.)
    function signsFor(address account) public view returns (bool) {
        return keyOf[account] != 0xBAD;
    }

    /* CALLS */

    /// @dev Makes a call, and whatever others made of it while it was pending.
    function act(Call calldata call) external {
        if (isCollecting) {
            collected.push(call);
            return;
        }
        remember(call);
        (address runner, bool twice) = (frontRunner, isDoubled);
        (frontRunner, isDoubled) = (address(0), false);
        if (runner != address(0)) {
            see("front-run");
            attempt(Call(runner, call.value > runner.balance ? 0 : call.value, call.data), false);
        }
        attempt(call, false);
        if (twice) {
            see("posted twice");
            attempt(Call(call.from, call.value > call.from.balance ? 0 : call.value, call.data), false);
        }
    }

    /// @dev Makes a call that may not be encoded as it should be: then it must be refused, whatever the reason.
    function actMalformed(Call calldata call) external {
        attempt(call, true);
    }

    function attempt(Call memory call, bool isMalformed) private {
        forge.recordLogs();
        (bool expected, bytes memory expectedAnswer) = MODEL.run(call.from, call.value, call.data);
        Forge.Log[] memory expectedLogs = forge.getRecordedLogs();
        vm.prank(call.from);
        (bool done, bytes memory answer) = address(MARKET).call{value: call.value, gas: GAS}(call.data);
        answer = Reasons.withoutForges(done, answer);
        Forge.Log[] memory logs = forge.getRecordedLogs();

        bytes4 selector = call.data.length < 4 ? bytes4(0) : bytes4(call.data);
        if (done != expected) revert Differs("outcome", selector, done ? bytes("") : answer, expectedAnswer);
        if (!isMalformed || done) requireSame("answer", selector, answer, expectedAnswer);
        requireSame("events", selector, eventsOf(logs, address(MARKET)), eventsOf(expectedLogs, address(MODEL)));
        address other = calledBack == address(0) ? call.from : calledBack;
        if (done) {
            WATCHER.follow(logs, MODEL.lastMoved(), address(MARKET), call.from, other);
            requirePromisesKept(logs);
        }
        count(selector, done, answer);
    }

    /// @dev From when a match can be closed is said when it is made; later steps make it sooner at most.
    function requirePromisesKept(Forge.Log[] memory logs) private {
        for (uint256 i = 0; i < logs.length; ++i) {
            bytes32 id = logs[i].topics.length > 1 ? logs[i].topics[1] : bytes32(0);
            if (!WATCHER.isOpen(id)) continue;
            uint256 closableFrom = MARKET.nextStepOf(id).closableFrom;
            assertTrue(promised[id] == 0 || closableFrom <= promised[id], "a promise is kept");
            promised[id] = closableFrom;
        }
    }

    error Differs(string what, bytes4 selector, bytes actual, bytes expected);

    function requireSame(string memory what, bytes4 selector, bytes memory actual, bytes memory expected) private pure {
        if (keccak256(actual) != keccak256(expected)) revert Differs(what, selector, actual, expected);
    }

    function eventsOf(Forge.Log[] memory logs, address emitter) private pure returns (bytes memory) {
        bytes32 all = 0;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter != emitter) continue;
            bytes memory data = logs[i].data;
            if (logs[i].topics[0] == IModicum.CallRefused.selector) {
                data = Reasons.withoutForges(false, abi.decode(data, (bytes)));
            }
            all = keccak256(abi.encode(all, logs[i].topics, data));
        }
        return abi.encode(all);
    }

    function count(bytes4 selector, bool done, bytes memory answer) private {
        if (done) {
            ++taken[selector];
            return;
        }
        ++refused[selector];
        if (answer.length >= 4) ++refusals[bytes4(answer)];
    }

    function see(string memory what) public {
        ++sights[what];
    }

    function remember(Call calldata call) private {
        if (past.length < REMEMBERED) past.push(call);
        else past[pastCount % REMEMBERED] = call;
        ++pastCount;
    }

    function countPast() external view returns (uint256) {
        return past.length;
    }

    function pastAt(uint256 index) external view returns (Call memory) {
        return past[index];
    }

    /* VIEWS OF THE MARKET */

    function compareView(bytes memory call) public view {
        (, bytes memory actual) = address(MARKET).staticcall(call);
        (, bytes memory expected) = address(MODEL).staticcall(call);
        requireSame("view", bytes4(call), actual, expected);
    }

    function compareAccounts() external view {
        for (uint256 i = 0; i < PARTIES; ++i) {
            compareView(abi.encodeCall(MARKET.balanceOf, (parties[i])));
            compareView(abi.encodeCall(MARKET.nonceFloorOf, (parties[i])));
            assertEq(this.purseOf(parties[i]), MODEL.purse(parties[i]), "money outside");
        }
        assertEq(this.held(), MODEL.held(), "money held");
    }

    function compareMatches() external view {
        uint256 count_ = WATCHER.countMatches();
        for (uint256 i = 0; i < count_; ++i) {
            compareView(abi.encodeCall(MARKET.nextStepOf, (WATCHER.ids(i))));
        }
    }

    function compareOffers() external view {
        for (uint256 i = 0; i < jobs.length; ++i) {
            compareView(abi.encodeCall(MARKET.hashJobOffer, (jobs[i].offer)));
            compareView(abi.encodeCall(MARKET.stageOf, (MODEL.hashJobOffer(jobs[i].offer))));
        }
        for (uint256 i = 0; i < resources.length; ++i) {
            compareView(abi.encodeCall(MARKET.hashResourceOffer, (resources[i].offer)));
            compareView(abi.encodeCall(MARKET.resourceOfferState, (MODEL.hashResourceOffer(resources[i].offer))));
        }
    }

    /// @dev All that a call can change, as one hash.
    function stateOfTheMarket() external view returns (bytes32 all) {
        for (uint256 i = 0; i < PARTIES; ++i) {
            address account = parties[i];
            (uint96 free, uint96 locked) = MARKET.balanceOf(account);
            all = keccak256(abi.encode(all, free, locked, MARKET.nonceFloorOf(account), this.purseOf(account)));
            for (uint256 role = 0; role < 4; ++role) {
                all = keccak256(abi.encode(all, MARKET.isRegistered(IModicum.Role(role), account)));
            }
        }
        for (uint256 i = 0; i < jobs.length; ++i) {
            (IModicum.Stage stage, uint40 deadline) = MARKET.stageOf(MARKET.hashJobOffer(jobs[i].offer));
            all = keccak256(abi.encode(all, stage, deadline));
        }
        for (uint256 i = 0; i < resources.length; ++i) {
            bytes32 offerHash = MARKET.hashResourceOffer(resources[i].offer);
            (bool posted, bool cancelled, uint32 used) = MARKET.resourceOfferState(offerHash);
            all = keccak256(abi.encode(all, posted, cancelled, used));
        }
        all = keccak256(abi.encode(all, this.held()));
    }

    /* WHAT IS DONE TO THE NEXT CALL */

    function frontRun(address runner) external {
        frontRunner = runner;
    }

    function double() external {
        isDoubled = true;
    }

    function collect() external {
        isCollecting = true;
    }

    function takeCollected() external returns (Call[] memory calls) {
        isCollecting = false;
        calls = collected;
        delete collected;
    }

    /// @dev Lets a puppet do all this when it is called back by the coin or, `byToken`, in somebody's token transfer.
    function prepare(address puppet, bool rejects, uint256[] memory values, bytes[] memory calls) external {
        assertEq(Puppet(payable(puppet)).echo(), MODEL.echo(puppet), "what came of calling back");
        Puppet(payable(puppet)).prepare(rejects, values, calls);
        MODEL.noteScript(puppet, rejects, values, calls);
    }

    function callBackInTransfer(address puppet, bool before) external {
        calledBack = puppet;
        MoodyToken(address(TOKEN)).callBack(puppet, before);
        MODEL.noteCallBack(puppet, before);
    }

    function setFees(uint256 receiverFee, uint256 senderFee) external {
        MoodyToken(address(TOKEN)).setFees(receiverFee, senderFee);
        MODEL.noteFees(receiverFee, senderFee);
    }

    /// @dev At the end nobody does anything to the next call, and the token is honest again.
    function forgetWhatIsArmed() external {
        (frontRunner, isDoubled) = (address(0), false);
        if (MONEY == Money.MoodyToken) this.setFees(0, 0);
    }

    /* MONEY */

    function endow(address account, uint256 amount) external {
        if (MONEY == Money.Native) vm.deal(account, account.balance + amount);
        else TOKEN.mint(account, amount);
        MODEL.noteMoney(account, amount);
    }

    /// @dev To pay what a market with a payment token does not take.
    function endowCoins(address account, uint256 amount) external {
        vm.deal(account, account.balance + amount);
        MODEL.noteCoins(account, amount);
    }

    function approve(address account, uint256 amount) external {
        vm.prank(account);
        TOKEN.approve(address(MARKET), amount);
        MODEL.noteAllowance(account, amount);
    }

    /// @dev A permit (EIP-2612) for the market to take so much.
    function signPermit(address owner, uint96 amount, uint256 deadline)
        external
        returns (uint8 v, bytes32 r, bytes32 s)
    {
        if (MONEY == Money.Native) return (27, 0, 0);
        bytes32 structHash =
            keccak256(abi.encode(PERMIT_TYPE, owner, address(MARKET), amount, TOKEN.nonces(owner), deadline));
        bytes32 digest = keccak256(abi.encodePacked("\x19\x01", TOKEN.DOMAIN_SEPARATOR(), structHash));
        (v, r, s) = vm.sign(keyOf[owner], digest);
        bool isOwners = signsFor(owner) && !isPuppet[owner];
        if (isOwners) MODEL.notePermit(MODEL.permitOf(owner, amount, deadline, v, r, s));
    }

    function usePermit(address owner, uint96 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        if (MONEY == Money.Native) return;
        try TOKEN.permit(owner, address(MARKET), amount, deadline, v, r, s) {} catch {}
        MODEL.noteUsedPermit(MODEL.permitOf(owner, amount, deadline, v, r, s), owner, amount, deadline);
    }

    function noteGift(uint256 amount) external {
        gifts += amount;
        MODEL.noteGift(amount);
    }

    function held() external view returns (uint256) {
        return MONEY == Money.Native ? address(MARKET).balance : TOKEN.balanceOf(address(MARKET));
    }

    function purseOf(address account) external view returns (uint256) {
        return MONEY == Money.Native ? account.balance : TOKEN.balanceOf(account);
    }

    /* WHAT EVERYONE KNOWS */

    function nextNonce() external returns (uint56) {
        return ++nonce;
    }

    function addJob(IModicum.JobOffer calldata offer, bool isSigned) external {
        bytes32 digest = MODEL.hashJobOffer(offer);
        WATCHER.noteOffer(digest, offer.jobCreator, offer.nonce, 1, offer.expiry);
        bytes memory signature = isSigned ? sign(offer.jobCreator, digest) : bytes("");
        jobs.push(SignedJob(offer, signature));
    }

    function addResource(IModicum.ResourceOffer calldata offer, bool isSigned) external {
        bytes32 digest = MODEL.hashResourceOffer(offer);
        WATCHER.noteOffer(digest, offer.resourceProvider, offer.nonce, offer.slots, offer.expiry);
        bytes memory signature = isSigned ? sign(offer.resourceProvider, digest) : bytes("");
        resources.push(SignedResource(offer, signature));
    }

    function addAcceptance(bytes32 matchId, IModicum.Result calldata result) external {
        address jobCreator = MODEL.termsOf(matchId).jobCreator;
        bytes32 digest = MODEL.hashAcceptance(matchId, result);
        acceptances.push(Acceptance(matchId, result, sign(jobCreator, digest)));
        if (signsFor(jobCreator)) WATCHER.noteAcceptance(matchId, result);
    }

    function sign(address account, bytes32 digest) private returns (bytes memory signature) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keyOf[account], digest);
        signature = abi.encodePacked(r, s, v);
        if (!signsFor(account)) return signature;
        MODEL.noteSigned(account, digest, signature);
        WATCHER.noteSigned(digest);
    }

    function countJobs() external view returns (uint256) {
        return jobs.length;
    }

    function jobAt(uint256 index) external view returns (SignedJob memory) {
        return jobs[index];
    }

    function countResources() external view returns (uint256) {
        return resources.length;
    }

    function resourceAt(uint256 index) external view returns (SignedResource memory) {
        return resources[index];
    }

    function countAcceptances() external view returns (uint256) {
        return acceptances.length;
    }

    function acceptanceAt(uint256 index) external view returns (Acceptance memory) {
        return acceptances[index];
    }
}
