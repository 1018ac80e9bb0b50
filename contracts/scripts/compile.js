// Compiles Modicum.sol into target/solidity/Modicum.{abi,bin}, unless nothing has changed since the last time.
"use strict";

const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const CONTRACT_FILE = "src/Modicum.sol";
const CONTRACT_NAME = "Modicum";
// EIP-170: a chain refuses to deploy more than this.
const MAX_CODE_BYTES = 24 * 1024;
// foundry.toml says the same, so that the tests run what is deployed.
const SETTINGS = {
  optimizer: { enabled: true, runs: 1000000 },
  viaIR: true,
  evmVersion: "cancun",
  // No metadata hash: the same code whatever a comment says.
  metadata: { bytecodeHash: "none", appendCBOR: false },
  outputSelection: { [CONTRACT_FILE]: { [CONTRACT_NAME]: ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
};

const root = path.join(__dirname, "..");
const outputFolder = path.join(root, "target", "solidity");
const output = (extension) => path.join(outputFolder, `${CONTRACT_NAME}.${extension}`);

function solidityFiles(folder) {
  return fs
    .readdirSync(path.join(root, folder), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? solidityFiles(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`]))
    .filter((file) => file.endsWith(".sol"))
    .sort();
}

function standardJson() {
  const sources = {};
  for (const file of solidityFiles("src")) sources[file] = { content: fs.readFileSync(path.join(root, file), "utf8") };
  return JSON.stringify({ language: "Solidity", sources, settings: SETTINGS });
}

/** Of all that the output depends on; the lock file stands for the compiler and the libraries. */
function digestOf(input) {
  const lock = fs.readFileSync(path.join(root, "package-lock.json"));
  return createHash("sha256").update(fs.readFileSync(__filename)).update(lock).update(input).digest("hex");
}

function readLibrary(file) {
  try {
    return { contents: fs.readFileSync(path.join(root, "node_modules", file), "utf8") };
  } catch (failure) {
    return { error: failure.message };
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

function compile(input) {
  const solc = require(path.join(root, "node_modules", "solc"));
  const result = JSON.parse(solc.compile(input, { import: readLibrary }));
  const complaints = result.errors ?? [];
  for (const complaint of complaints) console.error(complaint.formattedMessage);
  if (complaints.length > 0) fail("Solidity reports errors or warnings (above): correct them, then build again.");
  return result.contracts[CONTRACT_FILE][CONTRACT_NAME];
}

function write(contract) {
  const codeBytes = contract.evm.deployedBytecode.object.length / 2;
  if (codeBytes > MAX_CODE_BYTES) fail(`${CONTRACT_NAME} has ${codeBytes} bytes of code, a chain takes ${MAX_CODE_BYTES}: make it smaller.`);
  fs.mkdirSync(outputFolder, { recursive: true });
  fs.writeFileSync(output("abi"), JSON.stringify(contract.abi, null, 1));
  fs.writeFileSync(output("bin"), contract.evm.bytecode.object);
}

const input = standardJson();
const digest = digestOf(input);
const isUpToDate =
  ["abi", "bin", "inputs"].every((extension) => fs.existsSync(output(extension))) &&
  fs.readFileSync(output("inputs"), "utf8") === digest;
if (!isUpToDate) {
  write(compile(input));
  fs.writeFileSync(output("inputs"), digest);
}
