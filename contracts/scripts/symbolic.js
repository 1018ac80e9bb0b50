// Proves the properties of test/symbolic with halmos: for all inputs at once. Fails on a counterexample, and as much on a check
// that ran out of time, was cut off at a loop, or found nothing to check.
//   symbolic.js [CHECKS...]            only these (check_...)
//   symbolic.js --mutants [CHECKS...]  shows that each check can fail: on the first broken copy of mutants/mutants.json that
//                                      names it (halmos must find a counterexample there)
"use strict";

const { spawn, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { root, target, tools, project, forge, environmentOf, fail } = require("./tools.js");

const tests = path.join(root, "test", "symbolic");
// What halmos' exit codes of a check mean, but for 0.
const OUTCOMES = ["", "has a counterexample", "ran out of time", "got stuck", "has nothing to check: every path reverts", "broke off"];
const OPTIONS = ["--root", ".", "--no-status", "--loop", "8"];
const TO_PROVE = ["--solver-timeout-assertion", "600s"];
// The first counterexample will do; some of the many there are take long to be worked out in numbers.
const TO_REFUTE = ["--solver-timeout-assertion", "60s", "--early-exit"];

// Begun first, so that nothing waits for them alone at the end.
const LONGEST = ["check_matched", "check_judged"];

/** Of the sources: each check with its contract. */
function allChecks() {
  const isLong = ({ name }) => LONGEST.includes(name);
  return fs
    .readdirSync(tests)
    .filter((file) => file.endsWith(".t.sol"))
    .flatMap((file) => {
      const text = fs.readFileSync(path.join(tests, file), "utf8");
      const contract = /^contract (\w+)/m.exec(text)[1];
      return [...text.matchAll(/function (check_\w+)/g)].map(([, name]) => ({ contract, name }));
    })
    .sort((a, b) => isLong(b) - isLong(a));
}

/** Builds for halmos, which would have forge do it for every check: the forge that it finds does nothing. */
function build(folder) {
  fs.mkdirSync(path.join(folder, "built"), { recursive: true });
  fs.writeFileSync(path.join(folder, "built", "forge"), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
  const run = spawnSync(forge(), ["build"], { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 });
  if (run.status !== 0) fail(`The checks do not compile:\n${run.error ?? run.stdout + run.stderr}`);
}

/** Runs one check. @returns halmos' exit code where there is one, and what is wrong with it, or nothing */
function run(folder, { contract, name }, effort) {
  const results = path.join(folder, `${name}.json`);
  fs.rmSync(results, { force: true });
  const options = [...OPTIONS, ...effort, "--contract", contract, "--match-test", `^${name}\\(`, "--json-output", results];
  const halmos = spawn(path.join(tools(), "halmos"), options, { cwd: folder, env: environmentOf(path.join(folder, "built")) });
  const output = [];
  for (const stream of [halmos.stdout, halmos.stderr]) stream.on("data", (data) => output.push(data));
  return new Promise((resolve) => {
    halmos.on("close", () => {
      const text = Buffer.concat(output).toString();
      const result = fs.existsSync(results) ? Object.values(JSON.parse(fs.readFileSync(results, "utf8")).test_results).flat()[0] : undefined;
      if (!result) return resolve({ fault: `broke off:\n${text}` });
      if (result.exitcode !== 0) return resolve({ code: result.exitcode, fault: `${OUTCOMES[result.exitcode] ?? "failed"}:\n${text}` });
      if (result.num_bounded_loops > 0) return resolve({ fault: "was cut off at a loop" });
      return resolve({ code: 0 });
    });
  });
}

/** Does all the work, two at a time: a check mostly keeps one core busy. */
async function inParallel(work, one) {
  const waiting = [...work];
  const worker = async () => {
    while (waiting.length > 0) await one(waiting.shift());
  };
  await Promise.all(Array.from({ length: Math.min(2, os.cpus().length) }, worker));
}

function checkLemmas() {
  const run = spawnSync(path.join(tools(), "z3"), [path.join(tests, "lemmas.smt2")], { encoding: "utf8" });
  const answers = (run.stdout ?? "").split("\n").filter((line) => /^(sat|unsat|unknown|timeout)$|error/.test(line));
  if (run.status !== 0 || answers.length !== 6 || answers.some((answer) => answer !== "unsat")) fail(`A lemma does not hold:\n${run.error ?? run.stdout}`);
}

async function main(checks) {
  checkLemmas();
  const folder = project(path.join(target, "symbolic"), { src: path.join(root, "src"), test: tests });
  build(folder);
  const faults = [];
  await inParallel(checks, async (check) => {
    const started = Date.now();
    const { fault } = await run(folder, check, TO_PROVE);
    if (fault) faults.push(`${check.name} ${fault}`);
    console.log(`${fault ? "FAILED" : "proven"} ${check.name} (${((Date.now() - started) / 1000).toFixed(0)} s)`);
  });
  if (faults.length > 0) fail(faults.join("\n\n"));
}

/** On broken copies, one after the other in one project, since they differ in the one contract. */
async function mutants(checks) {
  const all = JSON.parse(fs.readFileSync(path.join(root, "mutants", "mutants.json"), "utf8"));
  const text = fs.readFileSync(path.join(root, "src", "Modicum.sol"), "utf8");
  const faults = [];
  for (const check of checks) {
    const mutant = all.find((one) => [one.symbolic ?? []].flat().includes(check.name));
    if (!mutant) {
      faults.push(`${check.name}: no broken copy names it`);
      continue;
    }
    const folder = project(path.join(target, "symbolic-mutants"), { src: path.join(root, "src"), test: tests });
    fs.writeFileSync(path.join(folder, "src", "Modicum.sol"), text.replace(mutant.find, () => mutant.replace));
    build(folder);
    const { code, fault } = await run(folder, check, TO_REFUTE);
    if (code !== 1) faults.push(`${check.name} does not refute "${mutant.name}": ${fault ?? "it passes"}`);
    console.log(`${code === 1 ? "refuted" : "FAILED"} "${mutant.name}" by ${check.name}`);
  }
  if (faults.length > 0) fail(faults.join("\n\n"));
}

const started = Date.now();
const words = process.argv.slice(2);
const names = words.filter((word) => !word.startsWith("--"));
const checks = allChecks().filter(({ name }) => names.length === 0 || names.includes(name));
if (checks.length === 0) fail(`There is no check ${names.join(", ")}: see test/symbolic.`);
require("./install.js");
(words.includes("--mutants") ? mutants(checks) : main(checks)).then(() =>
  console.log(`symbolic: ${checks.length} properties ${words.includes("--mutants") ? "each refuted on a broken copy" : "proven"} (${Math.round((Date.now() - started) / 1000)} s)`),
);
