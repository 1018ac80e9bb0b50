// Installs the exact npm packages of package-lock.json, unless they are there already.
"use strict";

const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..");
// Written by us after a complete install, so that one that broke off is done again.
const stamp = path.join(root, "node_modules", ".installed-lock.json");
const lock = fs.readFileSync(path.join(root, "package-lock.json"), "utf8");

if (!fs.existsSync(stamp) || fs.readFileSync(stamp, "utf8") !== lock) {
  try {
    execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root, stdio: "inherit" });
  } catch (failure) {
    console.error(`npm ci failed in contracts/ (${failure.message}): check that npm can reach its registry, then build again.`);
    process.exit(1);
  }
  fs.writeFileSync(stamp, lock);
}
