// Prints the creation code of one contract, hexadecimal: node creation-code.js test/tokens/TestToken.sol TestToken
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..");
const solc = require(path.join(root, "node_modules", "solc"));
const [file, name] = process.argv.slice(2);

const input = JSON.stringify({
  language: "Solidity",
  sources: { [file]: { content: fs.readFileSync(path.join(root, file), "utf8") } },
  settings: {
    // What a common token is compiled with.
    optimizer: { enabled: true, runs: 200 },
    evmVersion: "cancun",
    metadata: { bytecodeHash: "none", appendCBOR: false },
    outputSelection: { [file]: { [name]: ["evm.bytecode.object"] } },
  },
});

function readLibrary(library) {
  return { contents: fs.readFileSync(path.join(root, "node_modules", library), "utf8") };
}

const result = JSON.parse(solc.compile(input, { import: readLibrary }));
const errors = (result.errors ?? []).filter((complaint) => complaint.severity === "error");
if (errors.length > 0) {
  for (const error of errors) console.error(error.formattedMessage);
  process.exit(1);
}
process.stdout.write(result.contracts[file][name].evm.bytecode.object);
