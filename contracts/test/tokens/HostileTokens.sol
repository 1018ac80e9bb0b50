// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TestToken} from "./TestToken.sol";

/// @dev Keeps one in a hundred of what is sent, rounded down as such tokens do: small amounts go free.
contract FeeFromReceiverToken is TestToken {
    address private constant KEEPER = address(0xFEE);

    function _update(address from, address to, uint256 value) internal virtual override {
        uint256 fee = isTransfer(from, to) ? value / 100 : 0;
        super._update(from, to, value - fee);
        if (fee > 0) super._update(from, KEEPER, fee);
    }
}

/// @dev Takes one in a hundred on top of what is sent, rounded down.
contract FeeFromSenderToken is TestToken {
    address private constant KEEPER = address(0xFEE);

    function _update(address from, address to, uint256 value) internal virtual override {
        super._update(from, to, value);
        if (isTransfer(from, to) && value >= 100) super._update(from, KEEPER, value / 100);
    }
}

interface ICalledBack {
    function called() external;
}

/// @dev Calls back one account, before or after the balances move, as ERC-777 and ERC-1363 tokens do.
abstract contract CallsBack {
    address private callee;
    bool private before;

    function callBack(address callee_, bool before_) external {
        (callee, before) = (callee_, before_);
    }

    function beforeMove() internal {
        if (before) call();
    }

    function afterMove() internal {
        if (!before) call();
    }

    function call() private {
        address called = callee;
        if (called == address(0)) return;
        callee = address(0);
        ICalledBack(called).called();
    }
}

contract CallsBackToken is TestToken, CallsBack {
    function _update(address from, address to, uint256 value) internal override {
        if (isTransfer(from, to)) beforeMove();
        super._update(from, to, value);
        if (isTransfer(from, to)) afterMove();
    }
}

contract FeeFromReceiverAndCallsBackToken is FeeFromReceiverToken, CallsBack {
    function _update(address from, address to, uint256 value) internal override {
        if (isTransfer(from, to)) beforeMove();
        super._update(from, to, value);
        if (isTransfer(from, to)) afterMove();
    }
}

contract FeeFromSenderAndCallsBackToken is FeeFromSenderToken, CallsBack {
    function _update(address from, address to, uint256 value) internal override {
        if (isTransfer(from, to)) beforeMove();
        super._update(from, to, value);
        if (isTransfer(from, to)) afterMove();
    }
}

/// @dev Says no, or says yes in a way that nobody asked for.
contract AnswersOddlyToken is TestToken {
    enum Answer {
        True,
        False,
        Nothing,
        Garbage,
        Revert,
        BurnsAllGas,
        TrueButMovesNothing
    }

    Answer public answer;

    function setAnswer(Answer answer_) external {
        answer = answer_;
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        if (answer == Answer.TrueButMovesNothing) return true;
        super.transfer(to, value);
        return answered();
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        if (answer == Answer.TrueButMovesNothing) return true;
        super.transferFrom(from, to, value);
        return answered();
    }

    function answered() private view returns (bool) {
        if (answer == Answer.False) return false;
        require(answer != Answer.Revert, "no");
        while (answer == Answer.BurnsAllGas) {}
        if (answer == Answer.Nothing) {
            assembly {
                return(0, 0)
            }
        }
        if (answer == Answer.Garbage) {
            assembly {
                mstore(0, 2)
                return(0, 0x20)
            }
        }
        return true;
    }
}

/// @dev Says of one account that it has what it was told to say.
contract LiesToken is TestToken {
    address private about;
    uint256 private lie;

    function tellOf(address about_, uint256 lie_) external {
        (about, lie) = (about_, lie_);
    }

    function balanceOf(address account) public view override returns (uint256) {
        return about != address(0) && account == about ? lie : super.balanceOf(account);
    }
}

/// @dev Does not say what an account has.
contract UnreadableToken is TestToken {
    enum Manner {
        Honest,
        Reverts,
        AnswersNothing,
        AnswersTooLittle,
        BurnsAllGas
    }

    Manner private manner;

    function behave(Manner manner_) external {
        manner = manner_;
    }

    function balanceOf(address account) public view override returns (uint256) {
        require(manner != Manner.Reverts, "not for you");
        while (manner == Manner.BurnsAllGas) {}
        if (manner == Manner.AnswersNothing || manner == Manner.AnswersTooLittle) {
            uint256 length = manner == Manner.AnswersNothing ? 0 : 31;
            assembly {
                mstore(0, not(0))
                return(0, length)
            }
        }
        return super.balanceOf(account);
    }
}

/// @dev Calls back in the midst of a permit.
contract PermitCallsBackToken is TestToken, CallsBack {
    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        public
        override
    {
        beforeMove();
        super.permit(owner, spender, value, deadline, v, r, s);
        afterMove();
    }
}

/// @dev Takes any permit for good and does nothing with it, as tokens with a fallback function do.
contract SilentPermitToken is TestToken {
    function permit(address, address, uint256, uint256, uint8, bytes32, bytes32) public override {}
}

contract PermitBurnsAllGasToken is TestToken {
    uint256 private burnt;

    function permit(address, address, uint256, uint256, uint8, bytes32, bytes32) public override {
        while (true) ++burnt;
    }
}
