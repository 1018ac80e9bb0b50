// Proves that the tests catch each broken copy of mutants/mutants.json: one for every guard, every row of the money table and
// every write. Each names the test that catches it, and only that test is run. Fails where a copy survives, where it can no
// longer be made of the contract, and where the test fails without it.
//   mutants.js [WORDS...]    only those whose name, group or test has one of the words
//   mutants.js --list        prints the table of mutants/README.md
//   mutants.js --check-list  fails where that table is not up to date
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { root, fail } = require("./tools.js");
const { source, prepare, run } = require("./mutation.js");

const folder = path.join(root, "mutants");
const mutants = JSON.parse(fs.readFileSync(path.join(folder, "mutants.json"), "utf8"));

function table() {
  const lines = [];
  for (const group of new Set(mutants.map((mutant) => mutant.group))) {
    const rows = mutants.filter((mutant) => mutant.group === group).map((one) => `| ${one.name} | ${one.breaks} | \`${one.test}\` |`);
    lines.push(`### ${group}`, "", "| broken copy | what it breaks | caught by |", "|---|---|---|", ...rows, "");
  }
  return `${lines.join("\n").trimEnd()}\n`;
}

function checkList() {
  const readme = fs.readFileSync(path.join(folder, "README.md"), "utf8");
  if (!readme.includes(table())) fail("mutants/README.md is not up to date: put what 'node scripts/mutants.js --list' prints in place of its table.");
}

/** @returns the contract with the mutant's change; its text to find must be there once */
function broken(text, { name, find, replace }) {
  const parts = text.split(find);
  if (parts.length !== 2) fail(`"${name}" can no longer be made: its text is ${parts.length - 1} times in the contract. Adapt mutants/mutants.json.`);
  return parts.join(replace);
}

const anyOf = (names) => `^(${[...new Set(names)].join("|")})`;

function only(tests) {
  const split = tests.map((one) => one.split("."));
  const suites = `${anyOf(split.map(([suite]) => suite))}$`;
  // A test's name is followed by its parameters.
  return ["--match-contract", suites, "--match-test", `${anyOf(split.map(([, name]) => name))}\\(`];
}

async function main(words) {
  const started = Date.now();
  const text = source();
  const chosen = mutants.filter((one) => words.length === 0 || words.some((word) => `${one.name} ${one.group} ${one.test}`.includes(word)));
  if (chosen.length === 0) fail(`There is no broken copy of these words: ${words.join(" ")}. See 'node scripts/mutants.js --list'.`);
  const copies = chosen.map((mutant) => ({ mutant, text: broken(text, mutant), sets: [only([mutant.test])] }));
  prepare();

  const faults = [];
  const tests = chosen.map((mutant) => mutant.test);
  await run([{ text, sets: [only(tests)] }], (_, { errors, passed = [], failed = [] }) => {
    if (errors) fail(errors);
    const isNamed = new Set(tests);
    for (const one of failed) if (isNamed.has(one) || one.includes("setUp") || one.startsWith("(")) faults.push(`${one} fails without any change`);
    for (const one of isNamed) if (!passed.includes(one) && !failed.includes(one)) faults.push(`${one}: there is no such test`);
  }, 1);
  if (faults.length > 0) fail(faults.join("\n"));

  await run(copies, ({ mutant }, { errors, isSame, failed = [] }) => {
    if (isSame) faults.push(`"${mutant.name}" changes nothing`);
    else if (errors) faults.push(`"${mutant.name}" does not compile:\n${errors}`);
    else if (!failed.includes(mutant.test)) faults.push(`"${mutant.name}" survives ${mutant.test}${failed.length > 0 ? ` (but: ${failed})` : ""}`);
  });
  if (faults.length > 0) fail(`${faults.join("\n")}\n${faults.length} of ${copies.length} broken copies are not caught as they should be.`);
  console.log(`mutants: ${copies.length} broken copies, each caught by its test (${Math.round((Date.now() - started) / 1000)} s)`);
}

if (process.argv.includes("--list")) process.stdout.write(table());
else if (process.argv.includes("--check-list")) checkList();
else {
  checkList();
  main(process.argv.slice(2));
}
