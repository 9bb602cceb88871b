import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { indexes } from "./generate/indexes.ts";
import { ROOT } from "./steps.ts";

/** `pnpm generate` writes what is generated from the code. `--check` changes nothing and fails where it would. */
const isCheck = process.argv.includes("--check");

for (const [path, text] of Object.entries(indexes(ROOT))) update(path, text);
// The references read the tables that were just written.
const { REFERENCES } = await import("./generate/references.ts");
for (const [path, text] of Object.entries(REFERENCES)) update(path, text);

function update(path: string, made: string): void {
  const text = path.endsWith(".md") ? made : formatted(path, made);
  const file = join(ROOT, path);
  if (readIfThere(file) === text) return;
  if (isCheck) {
    console.error(`${path} is not up to date: run pnpm generate and commit it.`);
    process.exitCode = 1;
    return;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`wrote ${path}`);
}

function formatted(path: string, text: string): string {
  return execFileSync("pnpm", ["exec", "biome", "format", `--stdin-file-path=${path}`], {
    cwd: ROOT,
    input: text,
    encoding: "utf8",
  });
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
