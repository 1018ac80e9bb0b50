// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @dev From before tokens described their domains: a version of its own, and nothing but the separator.
contract OldPermitToken is ERC20 {
    bytes32 private constant PERMIT_TYPE =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    mapping(address owner => uint256) public nonces;

    constructor() ERC20("Old coin", "OLD") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function version() external pure returns (string memory) {
        return "2";
    }

    function DOMAIN_SEPARATOR() public view virtual returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Old coin"),
                keccak256("2"),
                block.chainid,
                address(this)
            )
        );
    }

    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
        virtual
    {
        require(block.timestamp <= deadline, "too late");
        bytes32 permitHash = keccak256(abi.encode(PERMIT_TYPE, owner, spender, value, nonces[owner]++, deadline));
        address signer = ecrecover(keccak256(abi.encodePacked(hex"1901", DOMAIN_SEPARATOR(), permitHash)), v, r, s);
        require(signer == owner && signer != address(0), "not signed");
        _approve(owner, spender, value);
    }
}

/// @dev Has whoever deposits sign for another contract.
contract ForeignDomainToken is OldPermitToken {
    function DOMAIN_SEPARATOR() public pure override returns (bytes32) {
        return keccak256("the domain of something dear");
    }
}

/// @dev Looks as if it took permits, but of another kind.
contract OtherPermitToken is OldPermitToken {
    function permit(address, address, uint256, uint256, uint8, bytes32, bytes32) external pure override {
        revert("not of this kind");
    }
}

/// @dev Wants an approval to be taken back before another is made.
contract TakeBackFirstToken is ERC20 {
    constructor() ERC20("Take back first", "TBF") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function approve(address spender, uint256 value) public override returns (bool) {
        require(value == 0 || allowance(msg.sender, spender) == 0, "take the old one back first");
        return super.approve(spender, value);
    }
}

/// @dev Answers everything with a book.
contract TalkativeToken {
    fallback() external {
        assembly {
            return(0, 200000)
        }
    }
}
