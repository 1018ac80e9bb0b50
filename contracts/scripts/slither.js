// Static analysis of the contract: fails where slither finds anything that slither.exceptions.json does not answer, in the
// very function where it does, and where an answer is to nothing any more. `--list` prints the answers as a table.
"use strict";

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { root, target, tools, project, environmentOf, fail } = require("./tools.js");

const exceptions = JSON.parse(fs.readFileSync(path.join(__dirname, "slither.exceptions.json"), "utf8"));

/** All that slither finds, each as detector, place and sentence. */
function findings() {
  require("./install.js");
  const folder = project(path.join(target, "slither"), { src: path.join(root, "src") });
  const options = [".", "--config-file", path.join(root, "slither.config.json"), "--json", "-"];
  const command = path.join(tools(), "slither");
  const run = spawnSync(command, options, { cwd: folder, env: environmentOf(), encoding: "utf8", maxBuffer: 1 << 28 });
  let report;
  try {
    report = JSON.parse(run.stdout.slice(run.stdout.indexOf("{")));
  } catch {
    fail(`slither did not get through: ${run.error ?? run.stdout + run.stderr}`);
  }
  if (!report.success) fail(`slither did not get through: ${report.error}`);
  return (report.results.detectors ?? []).map(({ check, elements, description }) => ({
    check,
    place: elements[0].name,
    description: description.trim(),
  }));
}

function judge(found) {
  const isAnswered = ({ check, place }) => exceptions.some((one) => one.finding === check && one.in.includes(place));
  const unanswered = found.filter((finding) => !isAnswered(finding)).map(({ check, description }) => `${check}: ${description}`);
  const stale = exceptions.flatMap((one) =>
    one.in
      .filter((place) => !found.some((finding) => finding.check === one.finding && finding.place === place))
      .map((place) => `${one.finding} in ${place}: nothing is found there (any more), so the exception must go`),
  );
  return [...unanswered, ...stale];
}

if (process.argv.includes("--list")) {
  console.log("| finding | in | because |\n|---|---|---|");
  for (const one of exceptions) console.log(`| ${one.finding} | ${one.in.map((place) => `\`${place}\``).join(", ")} | ${one.because} |`);
} else {
  const started = Date.now();
  const found = findings();
  const faults = judge(found);
  if (faults.length > 0) fail(`${faults.join("\n")}\nCorrect what slither finds, or argue it in scripts/slither.exceptions.json.`);
  console.log(`slither: ${found.length} findings, each answered (${Math.round((Date.now() - started) / 1000)} s)`);
}
