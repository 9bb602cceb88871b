import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CHECKS_INDEX, checksIndex } from "./generate/checks-index.ts";

const root = new URL("../", import.meta.url);

const files: Readonly<Record<string, string>> = {
  [CHECKS_INDEX]: checksIndex(root),
};

for (const [path, text] of Object.entries(files)) {
  mkdirSync(new URL("./", new URL(path, root)), { recursive: true });
  writeFileSync(new URL(path, root), text);
}
execFileSync(
  "pnpm",
  ["exec", "biome", "check", "--write", ...Object.keys(files).filter((path) => path.endsWith(".ts"))],
  {
    cwd: fileURLToPath(root),
    stdio: ["ignore", "ignore", "inherit"],
  },
);
