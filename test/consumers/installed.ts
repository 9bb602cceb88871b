import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

/** The tarballs of all published packages by name, in a folder of their own. */
export interface Tarballs {
  readonly folder: string;
  readonly files: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** Packs what `pnpm run build` has built: exactly what a registry would get. */
export async function packAll(): Promise<Tarballs> {
  const folder = await mkdtemp(join(tmpdir(), "k8s-ops-consumers-"));
  const files: Record<string, string> = {};
  for (const parent of ["packages", "apps"]) {
    for (const name of await readdir(join(ROOT, parent))) {
      const cwd = join(ROOT, parent, name);
      const manifest = JSON.parse(await readFile(join(cwd, "package.json"), "utf8"));
      const { stdout } = await run("pnpm", ["pack", "--json", "--pack-destination", folder], { cwd });
      files[manifest.name] = JSON.parse(stdout).filename;
    }
  }
  return { folder, files, remove: () => rm(folder, { recursive: true, force: true }) };
}

export interface Installed {
  readonly folder: string;
  /** Runs a program of the folder and returns its standard output. */
  run(command: string, args: readonly string[]): Promise<string>;
  /** Compiles with all declarations checked, and returns what is wrong in the example or in ours. */
  compile(): Promise<readonly string[]>;
}

/**
 * Installs packages with npm into an empty folder. Ours come from the tarballs, also where others of ours need them.
 * @param example a folder beside this file, whose sources are copied
 * @param dependencies ours by name; others with the version that this workspace tests with
 */
export async function install(
  { folder, files }: Tarballs,
  example: string | undefined,
  dependencies: readonly string[],
): Promise<Installed> {
  const target = join(folder, example ?? "app");
  await mkdir(target);
  if (example !== undefined) await cp(join(import.meta.dirname, example), target, { recursive: true });
  const versions = await Promise.all(
    dependencies.map(async (name) => [name, files[name] ? `file:${files[name]}` : await testedVersion(name)]),
  );
  const overrides = Object.entries(files).filter(([name]) => !dependencies.includes(name));
  await writeFile(
    join(target, "package.json"),
    JSON.stringify({
      name: "consumer",
      private: true,
      type: "module",
      dependencies: Object.fromEntries(versions),
      overrides: Object.fromEntries(overrides.map(([name, file]) => [name, `file:${file}`])),
    }),
  );
  await writeFile(join(target, "tsconfig.json"), JSON.stringify({ compilerOptions: COMPILER_OPTIONS }));
  const quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  await run("npm", ["install", "--prefer-offline", ...quiet], { cwd: target });
  return {
    folder: target,
    run: async (command, args) => (await run(command, [...args], { cwd: target })).stdout,
    compile: async () => {
      const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
      const { stdout } = await run(process.execPath, [tsc, "-p", target]).catch(
        (failed: { stdout: string }) => failed,
      );
      return stdout.split("\n").filter((line) => line.includes("error TS") && !isOthers(line));
    },
  };
}

const COMPILER_OPTIONS = {
  target: "es2024",
  lib: ["es2024"],
  module: "nodenext",
  types: ["node"],
  strict: true,
  noEmit: true,
  skipLibCheck: false,
};

/** The 1.x SDK takes DOM types for granted and client-node those of ws: neither is ours to mend. */
function isOthers(line: string): boolean {
  return line.includes("/node_modules/") && !line.includes("/node_modules/@k8s-ops/");
}

async function testedVersion(name: string): Promise<string> {
  for (const folder of [import.meta.dirname, ROOT]) {
    const manifest = await readFile(join(folder, "node_modules", name, "package.json"), "utf8").catch(
      () => "",
    );
    if (manifest !== "") return JSON.parse(manifest).version;
  }
  throw new Error(`${name} is not a dependency of this workspace`);
}
