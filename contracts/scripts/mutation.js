// Broken copies of the contract, and the forge tests against them. Used by mutants.js and mutation-score.js; `run` starts this
// file again as a worker: two of them share the work, each with a copy of the built tests and a compiler of its own.
//
// A copy is compiled from its source as the contract is, but without the optimizer, which takes most of the time, and laid in
// place of the contract's artifact, from which the tests deploy it: so the tests themselves are compiled once.
"use strict";

const { fork, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { root, target, forge, fail } = require("./tools.js");

const CONTRACT_FILE = "src/Modicum.sol";
const CONTRACT_NAME = "Modicum";
const ARTIFACT = path.join("target", "forge", "out", `${CONTRACT_NAME}.sol`, `${CONTRACT_NAME}.json`);
// About the code the compiler makes, which a slower copy with more code need not meet.
const NOT_OF_COPIES = { suites: ["GasTest"], tests: "FitsIntoAContract|TheCampaignReachesEverything" };
const base = path.join(target, "mutants", "base");

const source = () => fs.readFileSync(path.join(root, CONTRACT_FILE), "utf8");

/* THE PROJECT */

/** Copies the sources and tests, and builds them where anything has changed since the last time. */
function prepare() {
  require("./install.js");
  fs.mkdirSync(base, { recursive: true });
  for (const name of ["src", "test", "node_modules", "bin"]) fs.rmSync(path.join(base, name), { recursive: true, force: true });
  for (const name of ["node_modules", "bin"]) fs.symlinkSync(path.join(root, name), path.join(base, name));
  const isForForge = (file) => !file.includes(path.join("test", "symbolic"));
  for (const name of ["src", "test"]) {
    fs.cpSync(path.join(root, name), path.join(base, name), { recursive: true, preserveTimestamps: true, filter: isForForge });
  }
  const settings = fs.readFileSync(path.join(root, "foundry.toml"), "utf8");
  fs.writeFileSync(path.join(base, "foundry.toml"), settings.replace("[profile.default]\n", "[profile.default]\ncode_size_limit = 1000000\n"));
  const build = runForge(base, ["build"]);
  if (build.status !== 0) fail(`The tests do not compile:\n${build.stdout}${build.stderr}`);
}

function runForge(folder, options) {
  // A copy that loops would run until it is out of gas: that too is caught, after a while.
  const run = spawnSync(forge(), options, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28, timeout: 600_000 });
  if (run.error && run.error.code !== "ETIMEDOUT") fail(`forge does not run: ${run.error.message}`);
  return run;
}

/** A folder of its own for one worker. */
function workshop(number) {
  const folder = path.join(target, "mutants", `worker-${number}`);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.cpSync(base, folder, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  return folder;
}

/* ONE COPY */

let solc;

/** @returns { bytecode } or { errors } */
function compile(text) {
  solc ??= require(path.join(root, "node_modules", "solc"));
  const interfaceFile = "src/interfaces/IModicum.sol";
  const input = {
    language: "Solidity",
    sources: {
      [CONTRACT_FILE]: { content: text },
      [interfaceFile]: { content: fs.readFileSync(path.join(root, interfaceFile), "utf8") },
    },
    settings: {
      viaIR: true,
      optimizer: { enabled: false },
      evmVersion: "cancun",
      metadata: { bytecodeHash: "none", appendCBOR: false },
      outputSelection: { [CONTRACT_FILE]: { [CONTRACT_NAME]: ["evm.bytecode.object"] } },
    },
  };
  const library = (file) => ({ contents: fs.readFileSync(path.join(root, "node_modules", file), "utf8") });
  const result = JSON.parse(solc.compile(JSON.stringify(input), { import: library }));
  const errors = (result.errors ?? []).filter(({ severity }) => severity === "error");
  if (errors.length > 0) return { errors: errors.map(({ formattedMessage }) => formattedMessage).join("\n") };
  return { bytecode: result.contracts[CONTRACT_FILE][CONTRACT_NAME].evm.bytecode.object };
}

function lay(folder, bytecode) {
  const file = path.join(folder, ARTIFACT);
  const artifact = JSON.parse(fs.readFileSync(file, "utf8"));
  artifact.bytecode.object = `0x${bytecode}`;
  fs.writeFileSync(file, JSON.stringify(artifact));
}

/** Runs one set of tests after the other until one fails. @returns { passed: names, failed: names }, each "Contract.test" */
function test(folder, sets) {
  const outcome = { passed: [], failed: [] };
  for (const options of sets) {
    const { passed, failed } = testOnce(folder, options);
    outcome.passed.push(...passed);
    outcome.failed.push(...failed);
    if (failed.length > 0) break;
  }
  return outcome;
}

function testOnce(folder, options) {
  const run = runForge(folder, ["test", ...options]);
  const said = run.stdout ?? "";
  if (run.error) return { passed: [], failed: ["(no end after ten minutes)"] };
  if (said.includes("Compiling ")) fail("forge compiled the tests again: remove target/mutants, then try again.");
  const outcome = { passed: [], failed: [] };
  let suite;
  // The failures are listed once more at the end.
  for (const line of said.split("\nFailing tests:")[0].split("\n")) {
    suite = /^Ran \d+ tests? for .*:(\w+)$/.exec(line)?.[1] ?? suite;
    const [, verdict, name] = /^\[(PASS|FAIL)[^\n]*\] ?(\w+)\(/.exec(line) ?? [];
    if (verdict) outcome[verdict === "PASS" ? "passed" : "failed"].push(`${suite}.${name}`);
  }
  if (run.status !== 0 && outcome.failed.length === 0) outcome.failed.push(`(forge: ${(run.stderr || said).trim().slice(-300)})`);
  return outcome;
}

/* MANY COPIES */

/**
 * Tries copies, as many at a time as asked for.
 * @param copies each { text, sets: of options for forge, tried in this order } and whatever the caller needs beside it
 * @param report called with a copy and its outcome, which is { errors } or { isSame } (the code is the contract's) or that of
 * `test`; no further copy is begun once it returns false
 */
function run(copies, report, workers = Math.min(2, os.cpus().length)) {
  const waiting = [...copies.entries()];
  return new Promise((resolve) => {
    let alive = workers;
    for (let number = 0; number < workers; ++number) {
      const worker = fork(__filename, [String(number)]);
      const next = () => {
        const entry = waiting.shift();
        if (!entry) return worker.send({ end: true });
        return worker.send({ index: entry[0], text: entry[1].text, sets: entry[1].sets });
      };
      worker.on("message", (message) => {
        if (message.outcome && report(copies[message.index], message.outcome) === false) waiting.length = 0;
        next();
      });
      worker.on("exit", (code) => {
        if (code !== 0) fail("A worker ended early (above).");
        if (--alive === 0) resolve();
      });
    }
  });
}

function work(number) {
  const folder = workshop(number);
  let original;
  process.on("message", ({ end, index, text, sets }) => {
    if (end) process.exit(0);
    const { bytecode, errors } = compile(text);
    if (errors) return process.send({ index, outcome: { errors } });
    if (text !== source()) {
      original ??= compile(source()).bytecode;
      if (bytecode === original) return process.send({ index, outcome: { isSame: true } });
    }
    lay(folder, bytecode);
    return process.send({ index, outcome: test(folder, sets) });
  });
  process.send({});
}

if (require.main === module) work(Number(process.argv[2]));

module.exports = { source, prepare, run, NOT_OF_COPIES };
