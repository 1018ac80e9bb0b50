// Compiles the contracts that the tests of this module deploy, with the compiler and the libraries of the contracts
// module, and prints their byte code as JSON by name. Takes the contracts module's folder, then the files.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const [contracts, ...files] = process.argv.slice(2);
const solc = require(path.resolve(contracts, "node_modules", "solc"));

const sources = {};
for (const file of files) sources[path.basename(file)] = { content: fs.readFileSync(file, "utf8") };
const input = JSON.stringify({
  language: "Solidity",
  sources,
  settings: { evmVersion: "cancun", outputSelection: { "*": { "*": ["evm.bytecode.object"] } } },
});

function readLibrary(file) {
  return { contents: fs.readFileSync(path.join(contracts, "node_modules", file), "utf8") };
}

const result = JSON.parse(solc.compile(input, { import: readLibrary }));
const errors = (result.errors ?? []).filter((complaint) => complaint.severity === "error");
if (errors.length > 0) {
  for (const error of errors) console.error(error.formattedMessage);
  process.exit(1);
}
const code = {};
for (const file of Object.keys(sources)) {
  for (const [name, contract] of Object.entries(result.contracts[file])) code[name] = contract.evm.bytecode.object;
}
process.stdout.write(JSON.stringify(code));
