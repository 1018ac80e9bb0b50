// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../src/interfaces/IModicum.sol";
import {Market} from "./Market.sol";
import {
    CallingBackWallet,
    EchoWallet,
    GasBurningWallet,
    OddWallet,
    OwnedWallet,
    RevertingWallet,
    Wallet
} from "./wallets/Wallets.sol";

/// @dev Accounts that are contracts and sign by ERC-1271: as job creator, as resource provider, and as the one who accepts.
contract ContractWalletsTest is Market {
    uint256 private constant OWNER_KEY = 0x0143E4;
    bytes32 private constant VALID = bytes32(bytes4(0x1626ba7e));

    enum Part {
        JobCreator,
        ResourceProvider,
        Acceptor
    }

    /* VALID */

    function test_AWalletMakesJobOffersByItsOwnersSignature() public {
        useJobCreator(ownedWallet());
        matchWith(sign(OWNER_KEY, jobOfferHash()), resourceSignature());
        assertEq(locked(jobOffer.jobCreator), SHARE, "locked");
    }

    function test_AWalletMakesResourceOffersByItsOwnersSignature() public {
        useResourceProvider(ownedWallet());
        matchWith(jobSignature(), sign(OWNER_KEY, resourceOfferHash()));
        assertEq(locked(resourceOffer.resourceProvider), SHARE, "locked");
    }

    function test_AWalletAcceptsByItsOwnersSignature() public {
        useJobCreator(ownedWallet());
        (bytes32 matchId, IModicum.Terms memory terms) = matchWith(sign(OWNER_KEY, jobOfferHash()), resourceSignature());
        bytes memory acceptance = sign(OWNER_KEY, market.hashAcceptance(matchId, result));
        vm.prank(resourceProvider);
        market.closeWithAcceptance(matchId, terms, result, acceptance);
        assertStage(matchId, IModicum.Stage.Closed, 0);
    }

    function test_WalletsOnBothSidesRunAWholeJobAndArePaid() public {
        OwnedWallet creator = ownedWallet();
        OwnedWallet provider = ownedWallet();
        useJobCreator(creator);
        useResourceProvider(provider);
        (bytes32 matchId, IModicum.Terms memory terms) =
            matchWith(sign(OWNER_KEY, jobOfferHash()), sign(OWNER_KEY, resourceOfferHash()));
        provider.run(address(market), 0, abi.encodeCall(market.postResult, (matchId, terms, result)));
        creator.run(address(market), 0, abi.encodeCall(market.acceptResult, (matchId, terms, result)));
        // 900 instructions at 2 and 400 bytes at 1, and both availabilities.
        uint256 rest = FUNDS - MEDIATOR_AVAILABILITY - DIRECTORY_AVAILABILITY;
        assertEq(free(address(creator)), rest - JOB_INCENTIVE - 2200, "job creator");
        assertEq(free(address(provider)), rest - RESOURCE_INCENTIVE + 2200, "resource provider");
        provider.run(address(market), 0, abi.encodeCall(market.withdraw, (2200)));
        assertEq(address(provider).balance, 2200, "paid");
    }

    /// @dev Some wallets note what is signed, and need no bytes for it.
    function test_AWalletMaySignWithNoBytes() public {
        OwnedWallet wallet = ownedWallet();
        useJobCreator(wallet);
        useResourceProvider(wallet);
        wallet.note(jobOfferHash());
        wallet.note(resourceOfferHash());
        (bytes32 matchId, IModicum.Terms memory terms) = matchWith("", "");
        wallet.note(market.hashAcceptance(matchId, result));
        vm.prank(address(wallet));
        market.closeWithAcceptance(matchId, terms, result, "");
        assertStage(matchId, IModicum.Stage.Closed, 0);
    }

    function test_AWalletSeesTheBytesAsTheyAre() public {
        uint256[6] memory lengths = [uint256(1), 31, 32, 65, 96, 1000];
        for (uint256 i = 0; i < lengths.length; ++i) {
            bytes memory signature = new bytes(lengths[i]);
            signature[lengths[i] - 1] = 0x07;
            resourceOffer.nonce = uint56(i);
            EchoWallet wallet = new EchoWallet(signature);
            useJobCreator(wallet);
            bytes32 offerHash = jobOfferHash();
            wallet.expectHash(offerHash);
            matchWith(signature, resourceSignature());
            assertStage(offerHash, IModicum.Stage.AwaitingResult, COMPLETION_DEADLINE);
        }
    }

    /// @dev What follows the answer is nobody's concern.
    function test_AnAnswerMayBeLong() public {
        Wallet wallet = new OddWallet(bytes.concat(VALID, new bytes(10_000)));
        useJobCreator(wallet);
        useResourceProvider(wallet);
        (bytes32 matchId, IModicum.Terms memory terms) = matchWith(hex"07", hex"07");
        vm.prank(address(wallet));
        market.closeWithAcceptance(matchId, terms, result, hex"07");
        assertStage(matchId, IModicum.Stage.Closed, 0);
    }

    function test_AWalletMayPostInsteadOfSigning() public {
        Wallet creator = new RevertingWallet();
        useJobCreator(creator);
        creator.run(address(market), 0, abi.encodeCall(market.postJobOffer, (jobOffer)));
        matchWith("", resourceSignature());
        assertStage(jobOfferHash(), IModicum.Stage.AwaitingResult, COMPLETION_DEADLINE);
    }

    function test_AWalletThatTakesItsSignatureBackKeepsTheMatchesThatWereMade() public {
        OwnedWallet wallet = ownedWallet();
        useJobCreator(wallet);
        bytes memory signature = sign(OWNER_KEY, jobOfferHash());
        (bytes32 matchId,) = matchWith(signature, resourceSignature());
        wallet.setOwner(stranger);
        assertStage(matchId, IModicum.Stage.AwaitingResult, COMPLETION_DEADLINE);

        jobOffer.nonce = 2;
        signature = sign(OWNER_KEY, jobOfferHash());
        expectUnsignedJobOffer(signature);
    }

    /* A KEY AND CODE */

    /// @dev As an account that has delegated itself to a contract: both its key and its code sign for it.
    function test_AContractThatHasAKeySignsByEither() public {
        vm.etch(jobCreator, address(ownedWallet()).code);
        OwnedWallet(payable(jobCreator)).setOwner(vm.addr(OWNER_KEY));
        matchWith(jobSignature(), resourceSignature());
        jobOffer.nonce = 2;
        matchWith(sign(OWNER_KEY, jobOfferHash()), resourceSignature());
        assertEq(locked(jobCreator), 2 * SHARE, "locked");
    }

    function test_AKeySignsWhateverTheCodeSays() public {
        vm.etch(jobCreator, address(new GasBurningWallet()).code);
        matchWith(jobSignature(), resourceSignature());
        assertEq(locked(jobCreator), SHARE, "locked");
    }

    function test_RevertWhen_NeitherKeyNorCodeSigned() public {
        vm.etch(jobCreator, address(ownedWallet()).code);
        OwnedWallet(payable(jobCreator)).setOwner(vm.addr(OWNER_KEY));
        bytes memory signature = sign(RESOURCE_PROVIDER_KEY, jobOfferHash());
        expectUnsignedJobOffer(signature);
    }

    /* INVALID */

    function test_RevertWhen_SignatureIsNotOfTheOwner() public {
        for (uint8 part = 0; part <= uint8(Part.Acceptor); ++part) {
            expectRefusedOf(Part(part), ownedWallet());
        }
    }

    function test_RevertWhen_AnswerIsAnotherNumber() public {
        expectRefused(abi.encode(bytes4(0x1626ba7f)));
        expectRefused(abi.encode(bytes4(0xffffffff)));
        expectRefused(abi.encode(true));
        expectRefused(abi.encode(uint256(0x1626ba7e)));
        expectRefused(new bytes(32));
    }

    function test_RevertWhen_AnswerIsNoBytes4() public {
        expectRefused(abi.encodePacked(bytes4(0x1626ba7e), bytes27(0), bytes1(0x01)));
        expectRefused(abi.encodePacked(bytes4(0x1626ba7e), bytes28(uint224(type(uint224).max))));
    }

    function test_RevertWhen_AnswerIsTooShort() public {
        expectRefused("");
        expectRefused(abi.encodePacked(bytes4(0x1626ba7e)));
        expectRefused(abi.encodePacked(bytes4(0x1626ba7e), bytes27(0)));
    }

    function test_RevertWhen_AnswerIsLongGarbage() public {
        expectRefused(bytes.concat(bytes32(type(uint256).max), VALID, new bytes(50_000)));
    }

    function test_RevertWhen_TheWalletReverts() public {
        for (uint8 part = 0; part <= uint8(Part.Acceptor); ++part) {
            expectRefusedOf(Part(part), new RevertingWallet());
        }
    }

    function test_RevertWhen_TheWalletBurnsAllGas() public {
        for (uint8 part = 0; part <= uint8(Part.Acceptor); ++part) {
            expectRefusedOf(Part(part), new GasBurningWallet());
        }
    }

    function test_RevertWhen_AnOwnerWithoutCodeDidNotSign() public {
        jobOffer.jobCreator = stranger;
        expectUnsignedJobOffer("");
    }

    /* CALLS BACK */

    /// @dev The wallet answers that its signature is valid only if its call came to nothing, so a match says that it did.
    function test_AWalletChangesNothingWhileItIsAsked() public {
        resourceOffer.slots = 10;
        CallingBackWallet wallet = new CallingBackWallet();
        useJobCreator(wallet);
        bytes[] memory attempts = attemptsOf(jobOffer);
        for (uint256 i = 0; i < attempts.length; ++i) {
            jobOffer.nonce = uint56(10 + i);
            wallet.whenAsked(attempts[i]);
            uint256 freeBefore = free(address(wallet));
            matchWith("", resourceSignature());
            assertEq(free(address(wallet)), freeBefore - SHARE - JOB_INCENTIVE, "free");
            assertEq(address(wallet).balance, 0, "paid");

            // What it tried was well-formed: when it is not being asked, it can do all of it.
            wallet.run(address(market), 0, attempts[i]);
            vm.deal(address(wallet), 0);
        }
    }

    function attemptsOf(IModicum.JobOffer memory offer) private view returns (bytes[] memory calls) {
        calls = new bytes[](6);
        calls[0] = abi.encodeCall(market.withdraw, (1));
        calls[1] = abi.encodeCall(market.registerDirectory, (1, ""));
        calls[2] = abi.encodeCall(market.raiseNonceFloor, (5));
        offer.nonce = 100;
        calls[3] = abi.encodeCall(market.cancelJobOffer, (offer));
        offer.nonce = 101;
        calls[4] = abi.encodeCall(market.postJobOffer, (offer));
        bytes[] memory inner = new bytes[](1);
        inner[0] = calls[0];
        calls[5] = abi.encodeCall(market.batch, (inner, 100_000));
    }

    /* IN A BATCH */

    function test_AWalletThatBurnsAllGasDoesNotTakeTheOthersOfABatchWithIt() public {
        resourceOffer.slots = 3;
        bytes[] memory calls = new bytes[](3);
        calls[0] = matchCall();
        IModicum.JobOffer memory honest = jobOffer;
        address burner = address(new GasBurningWallet());
        useJobCreator(Wallet(payable(burner)));
        bytes32 hostile = jobOfferHash();
        calls[1] = matchCall();
        jobOffer = honest;
        bytes32 first = jobOfferHash();
        jobOffer.nonce = 2;
        calls[2] = matchCall();

        vm.expectEmit(address(market));
        emit IModicum.CallRefused(
            1, abi.encodeWithSelector(IModicum.OfferNeitherPostedNorSigned.selector, hostile, burner)
        );
        vm.prank(solver);
        market.batch{gas: 2_000_000}(calls, 400_000);
        assertStage(first, IModicum.Stage.AwaitingResult, COMPLETION_DEADLINE);
        assertStage(hostile, IModicum.Stage.Unknown, 0);
        assertStage(jobOfferHash(), IModicum.Stage.AwaitingResult, COMPLETION_DEADLINE);
    }

    /* STEPS OF THESE TESTS */

    function ownedWallet() private returns (OwnedWallet) {
        return new OwnedWallet(vm.addr(OWNER_KEY));
    }

    function useJobCreator(Wallet wallet) private {
        jobOffer.jobCreator = address(wallet);
        settle(wallet, abi.encodeCall(market.registerJobCreator, ()));
        setTrust(address(wallet), IModicum.Trust.JobCreatorTrustsMediator, subject(mediator), true);
    }

    function useResourceProvider(Wallet wallet) private {
        resourceOffer.resourceProvider = address(wallet);
        settle(wallet, abi.encodeCall(market.registerResourceProvider, (1, 1_000_000)));
        setTrust(address(wallet), IModicum.Trust.ResourceProviderTrustsMediator, subject(mediator), true);
        setTrust(address(wallet), IModicum.Trust.ResourceProviderTrustsDirectory, subject(directory), true);
        setTrust(address(wallet), IModicum.Trust.ResourceProviderSupportsBaseLayer, BASE_LAYER, true);
    }

    function settle(Wallet wallet, bytes memory registration) private {
        vm.deal(address(wallet), FUNDS);
        wallet.run(address(market), FUNDS, abi.encodeCall(market.deposit, (uint96(FUNDS))));
        wallet.run(address(market), 0, registration);
    }

    function jobSignature() private view returns (bytes memory) {
        return sign(JOB_CREATOR_KEY, jobOfferHash());
    }

    function resourceSignature() private view returns (bytes memory) {
        return sign(RESOURCE_PROVIDER_KEY, resourceOfferHash());
    }

    function matchWith(bytes memory byJobCreator, bytes memory byResourceProvider)
        private
        returns (bytes32 matchId, IModicum.Terms memory terms)
    {
        terms = defaultTerms();
        matchId = market.postMatch(jobOffer, byJobCreator, resourceOffer, byResourceProvider, mediator);
    }

    function expectRefused(bytes memory answer) private {
        for (uint8 part = 0; part <= uint8(Part.Acceptor); ++part) {
            expectRefusedOf(Part(part), new OddWallet(answer));
        }
    }

    /// @dev With a signature that is well-formed, and the key's of nobody here.
    function expectRefusedOf(Part part, Wallet wallet) private {
        (jobOffer, resourceOffer) = (defaultJobOffer(), defaultResourceOffer());
        if (part == Part.JobCreator) {
            useJobCreator(wallet);
            bytes memory wrong = sign(0xBAD, jobOfferHash());
            bytes memory right = resourceSignature();
            expectUnsigned(jobOfferHash(), address(wallet));
            market.postMatch{gas: 5_000_000}(jobOffer, wrong, resourceOffer, right, mediator);
            return;
        }
        if (part == Part.ResourceProvider) {
            useResourceProvider(wallet);
            bytes memory wrong = sign(0xBAD, resourceOfferHash());
            bytes memory right = jobSignature();
            expectUnsigned(resourceOfferHash(), address(wallet));
            market.postMatch{gas: 5_000_000}(jobOffer, right, resourceOffer, wrong, mediator);
            return;
        }
        (bytes32 matchId, IModicum.Terms memory terms) = postedMatchOf(wallet);
        bytes memory acceptance = sign(0xBAD, market.hashAcceptance(matchId, result));
        vm.expectRevert(abi.encodeWithSelector(IModicum.NotAcceptedByJobCreator.selector, matchId, address(wallet)));
        vm.prank(resourceProvider);
        market.closeWithAcceptance{gas: 5_000_000}(matchId, terms, result, acceptance);
    }

    function postedMatchOf(Wallet wallet) private returns (bytes32 matchId, IModicum.Terms memory terms) {
        (jobOffer, resourceOffer) = (defaultJobOffer(), defaultResourceOffer());
        resourceOffer.slots = 100;
        useJobCreator(wallet);
        wallet.run(address(market), 0, abi.encodeCall(market.postJobOffer, (jobOffer)));
        (matchId, terms) = matchWith("", resourceSignature());
    }

    function expectUnsignedJobOffer(bytes memory signature) private {
        bytes memory other = resourceSignature();
        expectUnsigned(jobOfferHash(), jobOffer.jobCreator);
        market.postMatch(jobOffer, signature, resourceOffer, other, mediator);
    }

    function expectUnsigned(bytes32 offerHash, address owner) private {
        vm.expectRevert(abi.encodeWithSelector(IModicum.OfferNeitherPostedNorSigned.selector, offerHash, owner));
    }
}
