import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** The version of the package `mcp` of PyPI that the server is tried with. */
const VERSION = "2.3.0";

export function hasPython(): boolean {
  return spawnSync("python3", ["--version"]).status === 0;
}

/** An interpreter that has the client, in a virtual environment that is kept for the next run. */
export function pythonWithClient(): string {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "k8s-ops-mcp", "conformance");
  const folder = join(cache, `python-mcp-${VERSION}`);
  const python = join(folder, "bin", "python");
  if (existsSync(python) && hasClient(python)) return python;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  execFileSync("python3", ["-m", "venv", folder], { stdio: "pipe" });
  execFileSync(python, ["-m", "pip", "install", "--quiet", `mcp==${VERSION}`], { stdio: "pipe" });
  return python;
}

function hasClient(python: string): boolean {
  return spawnSync(python, ["-c", "import mcp"]).status === 0;
}
