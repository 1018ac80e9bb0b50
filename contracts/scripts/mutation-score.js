// Mutation testing of the contract: makes every small change to it that the operators below know, one at a time, and runs the
// forge tests against each copy until one fails. Prints the score and the survivors; target/mutants/score.json has all of it.
//   mutation-score.js [--sample COUNT] [--seed NUMBER] [--minutes NUMBER] [--list]
// A sample is drawn with the seed (default 1); what the minutes do not suffice for is left out, and the count says so.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { target, fail } = require("./tools.js");
const { source, prepare, run, NOT_OF_COPIES } = require("./mutation.js");

/* OPERATORS */

// Each: name, pattern, and what is put in place of the match, one mutant for each.
const swap = (name, one, other) => [
  [name, new RegExp(`\\b${one}\\b`, "g"), [other]],
  [name, new RegExp(`\\b${other}\\b`, "g"), [one]],
];
const OPERATORS = [
  ["relation", / < (?!<)/g, [" <= ", " >= "]],
  ["relation", / <= /g, [" < ", " > "]],
  ["relation", / > (?!>)/g, [" >= ", " <= "]],
  ["relation", / >= /g, [" > ", " < "]],
  ["relation", / == /g, [" != "]],
  ["relation", / != /g, [" == "]],
  ["logic", / && /g, [" || "]],
  ["logic", / \|\| /g, [" && "]],
  ["logic", /\(!(?=\w)/g, ["("]],
  ["logic", /\b(?:true|false)\b/g, [(word) => (word === "true" ? "false" : "true")]],
  ["arithmetic", / \+ /g, [" - "]],
  ["arithmetic", / - /g, [" + "]],
  ["arithmetic", / \* /g, [" + "]],
  ["arithmetic", / \/ /g, [" * "]],
  ["arithmetic", / \+= /g, [" -= ", " = "]],
  ["arithmetic", / -= /g, [" += ", " = "]],
  ["bits", / << /g, [" >> "]],
  ["bits", / >> /g, [" << "]],
  ["bits", / & /g, [" | "]],
  ["bits", / \| /g, [" & "]],
  ["bits", / \|= /g, [" = "]],
  ["constant", /(?<![\w.])(?:0x[0-9a-f]+|\d+)(?![\w.])/g, [(number) => String(Number(number) + 1), (number) => (Number(number) > 0 ? String(Number(number) - 1) : undefined)]],
  ["condition", /\bif \((.*)\) (?=revert|return|settlement|latest|emit|_|accounts)/g, [() => "if (true) ", () => "if (false) "]],
  ["condition", /\bif \((.*)\) \{$/g, [() => "if (true) {", () => "if (false) {"]],
  ["deletion", /^ +(?:\+\+|_\w+\(|emit |(?:accounts|records|state|settlement|owed|isTrusted|registered\w+|resourceProviders|step|lastDeadline|balances)\b).*;$/g, [""]],
  ...swap("operand", "jobCreator", "resourceProvider"),
  ...swap("operand", "mediator", "directory"),
  ...swap("operand", "mediatorAvailability", "directoryAvailability"),
  ...swap("operand", "instructions", "bandwidth"),
  ...swap("operand", "instructionPrice", "bandwidthPrice"),
  ...swap("operand", "instructionLimit", "bandwidthLimit"),
  ...swap("operand", "maxInstructionPrice", "maxBandwidthPrice"),
  ...swap("operand", "REACTION_WINDOW", "MEDIATION_WINDOW"),
  ...swap("operand", "PENALTY_RATE", "VERIFICATION_COUNT"),
  ...swap("operand", "rest", "share"),
  ...swap("operand", "AwaitingResult", "AwaitingReaction"),
  ...swap("operand", "AwaitingReaction", "InMediation"),
  ...swap("operand", "Posted", "Cancelled"),
];

/** Every mutant: { operator, line, before, after, text }. */
function mutants(text) {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => line.includes("constructor("));
  const all = [];
  const seen = new Set();
  lines.forEach((line, index) => {
    if (index < first || /^\s*(\/\/|\/\*|\*)/.test(line)) return;
    // What stands after // is not code.
    const code = line.replace(/\s*\/\/.*$/, "");
    for (const [operator, pattern, replacements] of OPERATORS) {
      for (const match of code.matchAll(pattern)) {
        for (const replacement of replacements) {
          const by = typeof replacement === "function" ? replacement(match[0]) : replacement;
          if (by === undefined) continue;
          const after = code.slice(0, match.index) + by + code.slice(match.index + match[0].length);
          const key = `${index} ${after}`;
          if (after === code || seen.has(key)) continue;
          seen.add(key);
          const changed = [...lines.slice(0, index), after, ...lines.slice(index + 1)].join("\n");
          all.push({ operator, line: index + 1, before: code.trim(), after: after.trim(), text: changed });
        }
      }
    }
  });
  return all;
}

/* SAMPLE AND SCORE */

/** Mulberry32: small, and the same everywhere. */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffled(items, seed) {
  const draw = random(seed);
  const all = [...items];
  for (let last = all.length - 1; last > 0; --last) {
    const other = Math.floor(draw() * (last + 1));
    [all[last], all[other]] = [all[other], all[last]];
  }
  return all;
}

function option(name, otherwise) {
  const at = process.argv.indexOf(`--${name}`);
  if (at < 0) return otherwise;
  const value = Number(process.argv[at + 1]);
  if (!Number.isFinite(value) || value < 0) fail(`--${name} needs a number`);
  return value;
}

const without = (...suites) => ["--no-match-contract", `^(${suites.join("|")})$`, "--no-match-test", NOT_OF_COPIES.tests];
// The quick ones first: most copies fall there.
const SETS = [
  ["--fail-fast", "--fuzz-runs", "8", ...without(...NOT_OF_COPIES.suites, ".*InvariantsTest")],
  ["--fail-fast", ...without(...NOT_OF_COPIES.suites)],
];

async function main() {
  const started = Date.now();
  const text = source();
  const seed = option("seed", 1);
  const all = mutants(text);
  const sample = shuffled(all, seed).slice(0, option("sample", all.length));
  const end = started + option("minutes", Infinity) * 60_000;
  if (process.argv.includes("--list")) {
    for (const one of all) console.log(`${one.line} ${one.operator}: ${one.before}  ->  ${one.after}`);
    return console.log(`${all.length} mutants`);
  }
  prepare();
  const faults = [];
  await run([{ text, sets: SETS }], (_, { errors, failed = [] }) => faults.push(...(errors ? [errors] : failed)), 1);
  if (faults.length > 0) fail(`Without any change these fail: ${faults.join(", ")}`);

  const done = [];
  const file = path.join(target, "mutants", "score.json");
  await run(sample.map((one) => ({ one, text: one.text, sets: SETS })), ({ one }, { errors, isSame, failed = [] }) => {
    const { text: _, ...rest } = one;
    const outcome = errors ? "does not compile" : isSame ? "same code" : failed.length > 0 ? "caught" : "survived";
    done.push({ ...rest, outcome, by: failed[0] });
    if (outcome === "survived") console.log(`survived: line ${one.line}, ${one.operator}: ${one.before}  ->  ${one.after}`);
    fs.writeFileSync(file, JSON.stringify({ seed, all: all.length, done }, null, 1));
    return Date.now() < end;
  });
  summarize(all, done, seed, Math.round((Date.now() - started) / 1000));
}

function summarize(all, done, seed, seconds) {
  const count = (outcome, operator) => done.filter((one) => one.outcome === outcome && (!operator || one.operator === operator)).length;
  console.log("| operator | tried | caught | survived |\n|---|---|---|---|");
  for (const operator of new Set(OPERATORS.map(([name]) => name))) {
    const [caught, survived] = [count("caught", operator), count("survived", operator)];
    console.log(`| ${operator} | ${caught + survived} | ${caught} | ${survived} |`);
  }
  const tried = count("caught") + count("survived");
  const score = tried === 0 ? "-" : `${((100 * count("caught")) / tried).toFixed(1)}%`;
  console.log(`${all.length} mutants, ${done.length} drawn with seed ${seed}: ${count("does not compile")} do not compile, ${count("same code")} are the same code,`);
  console.log(`${count("caught")} of ${tried} others caught: ${score} (${seconds} s)`);
}

main();
