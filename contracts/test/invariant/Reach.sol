// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModicum} from "../../src/interfaces/IModicum.sol";
import {World} from "./World.sol";

/// @dev What a campaign must come to: every function taken and refused, every error, every closing, every trick.
contract Reach {
    World private immutable WORLD;
    bytes4[] private taken;
    bytes4[] private refused;
    bytes4[] private errors;
    string[] private sights;
    string[] private names;

    uint256 private constant CLOSINGS = 5;
    uint256 private constant FAULTS = 3;

    constructor(World world) {
        WORLD = world;
        bool isToken = world.MONEY() != World.Money.Native;
        nameTaken(isToken);
        nameRefused(isToken);
        nameErrors();
        nameSights(isToken);
    }

    function count() external view returns (uint256) {
        return taken.length + refused.length + errors.length + sights.length + CLOSINGS + FAULTS;
    }

    function isReached(uint256 index) external view returns (bool) {
        if (index < taken.length) return WORLD.taken(taken[index]) > 0;
        index -= taken.length;
        if (index < refused.length) return WORLD.refused(refused[index]) > 0;
        index -= refused.length;
        if (index < errors.length) return WORLD.refusals(errors[index]) > 0;
        index -= errors.length;
        if (index < sights.length) return WORLD.sights(sights[index]) > 0;
        index -= sights.length;
        return WORLD.WATCHER().closings(index < CLOSINGS ? index : 10 + index - CLOSINGS) > 0;
    }

    function nameOf(uint256 index) external view returns (string memory) {
        if (index < names.length) return names[index];
        string[8] memory closings = [
            "accepted",
            "accepted by silence",
            "result overdue",
            "mediated",
            "mediation overdue",
            "the provider's fault",
            "the job creator's fault",
            "the directory's fault"
        ];
        return closings[index - names.length];
    }

    function take(bytes4 selector, string memory name) private {
        taken.push(selector);
        names.push(string.concat(name, " taken"));
    }

    function refuse(bytes4 selector, string memory name) private {
        refused.push(selector);
        names.push(string.concat(name, " refused"));
    }

    function err(bytes4 selector, string memory name) private {
        errors.push(selector);
        names.push(name);
    }

    function sight(string memory name) private {
        sights.push(name);
        names.push(name);
    }

    function nameTaken(bool isToken) private {
        take(IModicum.deposit.selector, "deposit");
        take(IModicum.withdraw.selector, "withdraw");
        take(IModicum.batch.selector, "batch");
        take(IModicum.registerJobCreator.selector, "registerJobCreator");
        take(IModicum.registerResourceProvider.selector, "registerResourceProvider");
        take(IModicum.registerMediator.selector, "registerMediator");
        take(IModicum.registerDirectory.selector, "registerDirectory");
        take(IModicum.setTrust.selector, "setTrust");
        take(IModicum.postJobOffer.selector, "postJobOffer");
        take(IModicum.cancelJobOffer.selector, "cancelJobOffer");
        take(IModicum.postResourceOffer.selector, "postResourceOffer");
        take(IModicum.cancelResourceOffer.selector, "cancelResourceOffer");
        take(IModicum.raiseNonceFloor.selector, "raiseNonceFloor");
        take(IModicum.postMatch.selector, "postMatch");
        take(IModicum.postResult.selector, "postResult");
        take(IModicum.acceptResult.selector, "acceptResult");
        take(IModicum.closeWithAcceptance.selector, "closeWithAcceptance");
        take(IModicum.rejectResult.selector, "rejectResult");
        take(IModicum.closeBySilence.selector, "closeBySilence");
        take(IModicum.closeResultOverdue.selector, "closeResultOverdue");
        take(IModicum.postVerdict.selector, "postVerdict");
        take(IModicum.closeMediationOverdue.selector, "closeMediationOverdue");
        if (isToken) take(IModicum.depositWithPermit.selector, "depositWithPermit");
    }

    /// @dev Nothing stands against a registration but that it takes no coins.
    function nameRefused(bool isToken) private {
        refuse(IModicum.deposit.selector, "deposit");
        refuse(IModicum.withdraw.selector, "withdraw");
        refuse(IModicum.batch.selector, "batch");
        refuse(IModicum.setTrust.selector, "setTrust");
        refuse(IModicum.postJobOffer.selector, "postJobOffer");
        refuse(IModicum.cancelJobOffer.selector, "cancelJobOffer");
        refuse(IModicum.postResourceOffer.selector, "postResourceOffer");
        refuse(IModicum.cancelResourceOffer.selector, "cancelResourceOffer");
        refuse(IModicum.raiseNonceFloor.selector, "raiseNonceFloor");
        refuse(IModicum.postMatch.selector, "postMatch");
        refuse(IModicum.postResult.selector, "postResult");
        refuse(IModicum.acceptResult.selector, "acceptResult");
        refuse(IModicum.closeWithAcceptance.selector, "closeWithAcceptance");
        refuse(IModicum.rejectResult.selector, "rejectResult");
        refuse(IModicum.closeBySilence.selector, "closeBySilence");
        refuse(IModicum.closeResultOverdue.selector, "closeResultOverdue");
        refuse(IModicum.postVerdict.selector, "postVerdict");
        refuse(IModicum.closeMediationOverdue.selector, "closeMediationOverdue");
        if (isToken) refuse(IModicum.depositWithPermit.selector, "depositWithPermit");
    }

    /// @dev All but that of the deployment.
    function nameErrors() private {
        err(IModicum.ZeroAmount.selector, "ZeroAmount");
        err(IModicum.WrongAmount.selector, "WrongAmount");
        err(IModicum.TransferFailed.selector, "TransferFailed");
        err(IModicum.InsufficientFunds.selector, "InsufficientFunds");
        err(IModicum.BalanceTooLarge.selector, "BalanceTooLarge");
        err(IModicum.NotRegistered.selector, "NotRegistered");
        err(IModicum.NotTheOwner.selector, "NotTheOwner");
        err(IModicum.OfferAlreadyPosted.selector, "OfferAlreadyPosted");
        err(IModicum.OfferIsCancelled.selector, "OfferIsCancelled");
        err(IModicum.OfferAlreadyMatched.selector, "OfferAlreadyMatched");
        err(IModicum.NonceNotAboveFloor.selector, "NonceNotAboveFloor");
        err(IModicum.NonceBelowFloor.selector, "NonceBelowFloor");
        err(IModicum.OfferExpired.selector, "OfferExpired");
        err(IModicum.OfferNeitherPostedNorSigned.selector, "OfferNeitherPostedNorSigned");
        err(IModicum.NoFreeSlot.selector, "NoFreeSlot");
        err(IModicum.InstructionCapacityTooSmall.selector, "InstructionCapacityTooSmall");
        err(IModicum.MemoryCapacityTooSmall.selector, "MemoryCapacityTooSmall");
        err(IModicum.StorageCapacityTooSmall.selector, "StorageCapacityTooSmall");
        err(IModicum.BandwidthCapacityTooSmall.selector, "BandwidthCapacityTooSmall");
        err(IModicum.InstructionPriceTooHigh.selector, "InstructionPriceTooHigh");
        err(IModicum.BandwidthPriceTooHigh.selector, "BandwidthPriceTooHigh");
        err(IModicum.ArchitectureMismatch.selector, "ArchitectureMismatch");
        err(IModicum.DirectoryNotTrustedByResourceProvider.selector, "DirectoryNotTrustedByResourceProvider");
        err(IModicum.DirectoryNotTrustedByMediator.selector, "DirectoryNotTrustedByMediator");
        err(IModicum.MediatorNotTrustedByJobCreator.selector, "MediatorNotTrustedByJobCreator");
        err(IModicum.MediatorNotTrustedByResourceProvider.selector, "MediatorNotTrustedByResourceProvider");
        err(IModicum.BaseLayerNotSupportedByResourceProvider.selector, "BaseLayerNotSupportedByResourceProvider");
        err(IModicum.BaseLayerNotSupportedByMediator.selector, "BaseLayerNotSupportedByMediator");
        err(IModicum.CompletionDeadlineTooEarly.selector, "CompletionDeadlineTooEarly");
        err(IModicum.NotInStage.selector, "NotInStage");
        err(IModicum.TermsMismatch.selector, "TermsMismatch");
        err(IModicum.NotEntitled.selector, "NotEntitled");
        err(IModicum.NotAcceptedByJobCreator.selector, "NotAcceptedByJobCreator");
        err(IModicum.DeadlinePassed.selector, "DeadlinePassed");
        err(IModicum.DeadlineNotPassed.selector, "DeadlineNotPassed");
    }

    function nameSights(bool isToken) private {
        sight("front-run");
        sight("posted twice");
        sight("a batch in a batch");
        sight("a batch and its calls alone");
        sight("refuses to be paid");
        sight("calls back");
        if (isToken) sight("permit used by another");
    }
}
