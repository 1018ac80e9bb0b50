// Measures which outcomes of which conditions of Modicum.sol the tests see, and fails where one is missing.
//
// forge counts a branch for what stands under an `if`, and none for what is left out, for the parts of `a || b`, or for
// `a ? b : c`. So the tests run on a copy in which every condition, and every part of one, goes through a function of its
// own, with one line for each outcome; these lines are looked up in forge's report.
"use strict";

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const { root, forge, fail } = require("./tools.js");

const project = path.join(root, "target", "coverage");
const CONTRACT = "src/Modicum.sol";
// What no call can bring about, as this script names it. test/README.md says why.
const UNREACHABLE = [];
// Each outcome shall have a test that is about it: not the invariants or the proofs, and few random draws.
const FOLDERS = ["tokens", "wallets"];
const FUZZ_RUNS = "10";
// The copy is larger than a chain takes, and dearer.
const NOT_OF_THE_COPY = ["--no-match-contract", "Gas", "--no-match-test", "FitsIntoAContract"];

function syntaxTree(source) {
  const solc = require(path.join(root, "node_modules", "solc"));
  const read = (file) => {
    const place = fs.existsSync(path.join(root, file)) ? root : path.join(root, "node_modules");
    return { contents: fs.readFileSync(path.join(place, file), "utf8") };
  };
  const settings = { outputSelection: { "*": { "": ["ast"] } } };
  const input = { language: "Solidity", sources: { [CONTRACT]: { content: source } }, settings };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: read }));
  const tree = output.sources?.[CONTRACT]?.ast;
  return tree ?? fail(output.errors.map((error) => error.formattedMessage).join("\n"));
}

/** Everything that is true or false and decides what is done next. */
function conditionsIn(tree) {
  const found = [];
  const isLogical = (node) => node.nodeType === "BinaryOperation" && ["&&", "||"].includes(node.operator);
  const add = (node, where) => {
    const [start, length] = node.src.split(":").map(Number);
    found.push({ start, end: start + length, where });
  };
  const visit = (node, where) => {
    if (node === null || typeof node !== "object") return;
    if (Array.isArray(node)) return node.forEach((one) => visit(one, where));
    const inside = node.nodeType === "FunctionDefinition" ? node.name || node.kind : where;
    if (["IfStatement", "Conditional", "ForStatement", "WhileStatement"].includes(node.nodeType)) add(node.condition, inside);
    if (isLogical(node)) [node.leftExpression, node.rightExpression].forEach((one) => add(one, inside));
    Object.values(node).forEach((child) => visit(child, inside));
  };
  visit(tree, "");
  // Some are a condition and a part of one: `a || b || c` is ((a || b) || c).
  const distinct = new Map(found.map((one) => [`${one.start}:${one.end}`, one]));
  return [...distinct.values()].sort((one, other) => one.start - other.start || other.end - one.end);
}

/** Of one condition: passes it on, and shows what it was. Returns on the third and on the fifth line. */
const passingOn = (i) => `
    function condition${i}(bool outcome) private pure returns (bool) {
        if (outcome) {
            return true;
        } else {
            return false;
        }
    }
`;

/** The source with its conditions passed on, each of which learns where in it its function begins. */
function passOn(source, conditions) {
  const inserts = conditions.flatMap((condition, i) => [
    // Of those that begin or end at one place, the outer one opens first and closes last.
    { at: condition.start, text: `condition${i}(`, rank: i },
    { at: condition.end, text: ")", rank: -i },
  ]);
  inserts.sort((one, other) => one.at - other.at || one.rank - other.rank);
  let text = "";
  let from = 0;
  for (const insert of inserts) {
    text += source.slice(from, insert.at) + insert.text;
    from = insert.at;
  }
  const end = source.lastIndexOf("}");
  text += source.slice(from, end);
  conditions.forEach((condition, i) => {
    condition.line = text.split("\n").length + 1;
    text += passingOn(i);
  });
  return text + source.slice(end);
}

function makeProject(copy) {
  for (const folder of ["src", "test"]) fs.rmSync(path.join(project, folder), { recursive: true, force: true });
  fs.mkdirSync(path.join(project, "test"), { recursive: true });
  fs.cpSync(path.join(root, "src"), path.join(project, "src"), { recursive: true });
  fs.writeFileSync(path.join(project, CONTRACT), copy);
  for (const entry of fs.readdirSync(path.join(root, "test"), { withFileTypes: true })) {
    const isOurs = entry.isDirectory() ? FOLDERS.includes(entry.name) : entry.name.endsWith(".sol");
    const [from, to] = [root, project].map((place) => path.join(place, "test", entry.name));
    if (isOurs) fs.cpSync(from, to, { recursive: true });
  }
  fs.copyFileSync(path.join(root, "foundry.toml"), path.join(project, "foundry.toml"));
  for (const link of ["node_modules", "bin"]) {
    if (!fs.existsSync(path.join(project, link))) fs.symlinkSync(path.join(root, link), path.join(project, link));
  }
}

/** @returns how often each line of the copy was reached */
function measure() {
  const report = path.join(project, "lcov.info");
  fs.rmSync(report, { force: true });
  const options = ["--ir-minimum", "--report", "lcov", "--report-file", report, ...NOT_OF_THE_COPY];
  const run = spawnSync(forge(), ["coverage", ...options], {
    cwd: project,
    env: { ...process.env, FOUNDRY_FUZZ_RUNS: FUZZ_RUNS },
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (run.status !== 0) fail(run.error ?? (run.stdout + run.stderr).replace(/^\[PASS\].*\n/gm, ""));
  const ours = fs
    .readFileSync(report, "utf8")
    .split("end_of_record")
    .find((record) => record.includes(`SF:${CONTRACT}\n`));
  return new Map([...ours.matchAll(/^DA:(\d+),(\d+)/gm)].map(([, line, hits]) => [Number(line), Number(hits)]));
}

const source = fs.readFileSync(path.join(root, CONTRACT), "latin1");
const conditions = conditionsIn(syntaxTree(source));
makeProject(Buffer.from(passOn(source, conditions), "latin1"));
const hits = measure();

const outcomes = conditions.flatMap((condition) => {
  const text = source.slice(condition.start, condition.end).replace(/\s+/g, " ");
  return [true, false].map((value) => {
    const line = condition.line + (value ? 2 : 4);
    if (!hits.has(line)) fail(`No count for line ${line} of the copy, ${text}: forge's report has changed.`);
    return { name: `${condition.where}: ${text} is ${value}`, seen: hits.get(line) > 0 };
  });
});
const missing = outcomes.filter((outcome) => !outcome.seen && !UNREACHABLE.includes(outcome.name));
const reached = outcomes.filter((outcome) => outcome.seen && UNREACHABLE.includes(outcome.name));
const unknown = UNREACHABLE.filter((name) => !outcomes.some((outcome) => outcome.name === name));
for (const outcome of missing) console.error(`No test sees that in ${outcome.name}.`);
for (const outcome of reached) console.error(`It is reached after all: ${outcome.name}.`);
for (const name of unknown) console.error(`There is no such condition any more: ${name}.`);
console.log(
  `${outcomes.filter((outcome) => outcome.seen).length} of ${outcomes.length} outcomes of ${conditions.length} conditions seen, ` +
    `${UNREACHABLE.length} unreachable.`,
);
process.exit(missing.length + reached.length + unknown.length > 0 ? 1 : 0);
