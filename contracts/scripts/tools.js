// Where the scripts find their tools: forge, and the Python ones of requirements.txt in an environment of their own under target/, made
// anew where the file has changed. And what the Python ones take for a project: a folder with the contract, and settings of our own beside it.
"use strict";

const { execFileSync, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..");
const target = path.join(root, "target");
const environment = path.join(target, "python");
const requirements = path.join(__dirname, "requirements.txt");

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** Of the first Python that will do. */
function findPython() {
  const enough = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";
  for (const name of ["python3", "python3.13", "python3.12", "python3.11"]) {
    if (spawnSync(name, ["-c", enough]).status === 0) return name;
  }
  return fail("This needs Python 3.11 or later with its venv module (Debian: python3 and python3-venv): install it, then try again.");
}

/** @returns the folder of the tools' commands */
function tools() {
  // Written last, so that an environment that was not finished is made again.
  const stamp = path.join(environment, "requirements.txt");
  const wanted = fs.readFileSync(requirements, "utf8");
  const commands = path.join(environment, "bin");
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === wanted) return commands;

  console.log("Installing the Python tools of scripts/requirements.txt under target/ (once)");
  try {
    execFileSync(findPython(), ["-m", "venv", "--clear", environment], { stdio: "inherit" });
    const options = ["--quiet", "--disable-pip-version-check", "--require-hashes", "-r", requirements];
    execFileSync(path.join(commands, "python"), ["-m", "pip", "install", ...options], { stdio: "inherit" });
  } catch (failure) {
    fail(`The Python tools could not be installed (${failure.message}): check that pip can reach its index, then try again.`);
  }
  fs.writeFileSync(stamp, wanted);
  return commands;
}

/** As in foundry.toml, so that what is looked at is what is deployed; but all of it one way, and with what the tools read. */
const settings = (test) => `[profile.default]
src = "src"
test = "${test}"
out = "out"
cache_path = "cache"
libs = ["node_modules"]
remappings = ["@openzeppelin/=node_modules/@openzeppelin/"]
solc = "./bin/solc"
offline = true
evm_version = "cancun"
optimizer = true
optimizer_runs = 1000000
via_ir = true
bytecode_hash = "none"
cbor_metadata = false
ast = true
extra_output = ["storageLayout", "metadata"]

[lint]
lint_on_build = false
`;

/** Brings a project folder up to date: files of `copies` (folder there, folder here) that are the same keep their times. */
function project(folder, copies, test = "test") {
  fs.mkdirSync(folder, { recursive: true });
  for (const name of ["node_modules", "bin"]) {
    fs.rmSync(path.join(folder, name), { force: true });
    fs.symlinkSync(path.relative(folder, path.join(root, name)), path.join(folder, name));
  }
  for (const [to, from] of Object.entries(copies)) {
    fs.rmSync(path.join(folder, to), { recursive: true, force: true });
    fs.cpSync(from, path.join(folder, to), { recursive: true, preserveTimestamps: true });
  }
  fs.writeFileSync(path.join(folder, "foundry.toml"), settings(test));
  return folder;
}

function forgeFolder() {
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const folder = path.join(root, "node_modules", "@foundry-rs", `forge-${process.platform}-${architecture}`, "bin");
  if (!fs.existsSync(folder)) fail(`There is no ${folder}: run 'node scripts/install.js' in contracts/, on a platform that forge is built for.`);
  return folder;
}

/** Not the package's own starter, bin.mjs: that one ends with 0 even where a test fails. */
function forge() {
  return path.join(forgeFolder(), process.platform === "win32" ? "forge.exe" : "forge");
}

/** A path on which the tools, their solvers and a forge are found. */
function environmentOf(forge = forgeFolder()) {
  return { ...process.env, PATH: [tools(), forge, process.env.PATH].join(path.delimiter) };
}

module.exports = { root, target, tools, project, forge, environmentOf, fail };
