// Runs the forge tests, with any further arguments. Quiet while all is well.
"use strict";

const { spawnSync } = require("node:child_process");
const { root, forge } = require("./tools.js");

const run = spawnSync(forge(), ["test", ...process.argv.slice(2)], { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
const passed = run.status === 0;
if (passed) console.log(run.stdout.trimEnd().split("\n").pop());
else console.error(run.error ?? (run.stdout + run.stderr).replace(/^\[PASS\].*\n/gm, ""));
process.exit(passed ? 0 : 1);
