// Runs the forge tests, with any further arguments. Quiet while all is well.
"use strict";

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..");

// Not the package's own starter, bin.mjs: that one ends with 0 even where a test fails.
function forge() {
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const name = process.platform === "win32" ? "forge.exe" : "forge";
  const binary = path.join(root, "node_modules", "@foundry-rs", `forge-${process.platform}-${architecture}`, "bin", name);
  if (fs.existsSync(binary)) return binary;
  console.error(`There is no ${binary}: run 'npm ci' in contracts/, on a platform that forge is built for.`);
  process.exit(1);
}

const run = spawnSync(forge(), ["test", ...process.argv.slice(2)], { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
const passed = run.status === 0;
if (passed) console.log(run.stdout.trimEnd().split("\n").pop());
else console.error(run.error ?? (run.stdout + run.stderr).replace(/^\[PASS\].*\n/gm, ""));
process.exit(passed ? 0 : 1);
