import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./steps.ts";

/** Packs every published package and lets publint and attw judge the tarball: what users will get. */
const directory = mkdtempSync(join(tmpdir(), "k8s-ops-packages-"));
try {
  for (const folder of publishedFolders()) {
    execFileSync("pnpm", ["pack", "--pack-destination", directory], { cwd: folder, stdio: "pipe" });
  }
  for (const tarball of readdirSync(directory)) {
    judge("publint", ["--strict", join(directory, tarball)]);
    judge("attw", ["--profile", "esm-only", join(directory, tarball)]);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function publishedFolders(): readonly string[] {
  return ["packages", "apps"]
    .flatMap((parent) => readdirSync(join(ROOT, parent)).map((name) => join(ROOT, parent, name)))
    .filter((folder) => !JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).private);
}

function judge(tool: string, args: readonly string[]): void {
  try {
    execFileSync("pnpm", ["exec", tool, ...args], { cwd: ROOT, stdio: "pipe", encoding: "utf8" });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    console.error(`${tool} ${args.join(" ")}\n${stdout}${stderr}`);
    process.exitCode = 1;
  }
}
