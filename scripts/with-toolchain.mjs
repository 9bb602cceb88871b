// Runs a command with the Node and pnpm that the workspace needs. On a machine that has only npm, or an older Node,
// npm brings both along. Plain JavaScript, because an old Node has to read it.
import { spawn, spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const NODE = "24";
const PNPM = "12.21.0";
const root = fileURLToPath(new URL("..", import.meta.url));
const command = process.argv.slice(2);

function hasToolchain() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 22 || (major === 22 && minor < 19)) return false;
  const pnpm = spawnSync("pnpm", ["--version"], { encoding: "utf8", shell: process.platform === "win32" });
  return pnpm.status === 0 && Number.parseInt(pnpm.stdout, 10) >= Number.parseInt(PNPM, 10);
}

function run(name, args, options = {}) {
  const child = spawn(name, args, {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
    ...options,
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`${name} could not be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal ? 1 : 0);
  });
}

if (command.length === 0) {
  console.error("usage: node scripts/with-toolchain.mjs COMMAND [ARGUMENT ...]");
  process.exitCode = 2;
} else if (process.env.K8S_OPS_TOOLCHAIN === "1" || hasToolchain()) {
  const bin = join(root, "node_modules", ".bin");
  const [name, ...args] = command;
  // What npx was told about the toolchain would be told to every npx that a step starts.
  const { npm_config_package: _package, npm_config_yes: _yes, ...env } = process.env;
  run(name, args, { env: { ...env, PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` } });
} else {
  console.error(`Getting Node ${NODE} and pnpm ${PNPM} through npm (once, about 15 s) ...`);
  const packages = [`--package=node@${NODE}`, `--package=pnpm@${PNPM}`];
  run("npx", ["--yes", ...packages, "--", "node", "scripts/with-toolchain.mjs", ...command], {
    env: { ...process.env, K8S_OPS_TOOLCHAIN: "1" },
  });
}
