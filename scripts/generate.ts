import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { CHECKS_INDEX, checksIndex } from "./generate/checks-index.ts";
import { ROOT } from "./steps.ts";

/** What is generated from the code, by path. `--check` changes nothing and fails when something is not up to date. */
const FILES: Readonly<Record<string, () => string | Promise<string>>> = {
  [CHECKS_INDEX]: () => formatted(CHECKS_INDEX, checksIndex(ROOT)),
};

const isCheck = process.argv.includes("--check");
for (const [path, make] of Object.entries(FILES)) {
  const text = await make();
  const file = join(ROOT, path);
  if (readIfThere(file) === text) continue;
  if (isCheck) {
    console.error(`${path} is not up to date: run pnpm generate and commit it.`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${path}`);
  }
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
