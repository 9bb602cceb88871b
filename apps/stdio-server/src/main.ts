#!/usr/bin/env node
import * as module from "node:module";
import process from "node:process";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `k8s-ops-mcp needs Node 22.19 or later; this is ${process.versions.node}. npx --yes --package=node@24 --package=k8s-ops-mcp k8s-ops-mcp brings one along.\n`,
  );
  process.exit(1);
}
// The rest is loaded after this, so that it is compiled only once per machine.
module.enableCompileCache();
const { run } = await import("./run.ts");
await run(process.argv.slice(2));
