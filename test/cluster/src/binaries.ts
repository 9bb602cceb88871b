import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ClusterError } from "./errors.ts";
import {
  buildKey,
  type GoModule,
  goModules,
  linkerFlags,
  moduleFolder,
  moduleVersion,
} from "./go-modules.ts";
import { cacheDir } from "./layout.ts";
import { withLock } from "./lock.ts";
import { progress } from "./report.ts";
import { lastLines, mustRun, run } from "./run.ts";

/** The Stages under kwok's own `kustomize/stage` that make nodes ready and Pods run at once. */
const kwokStages = [
  "node/fast/node-initialize.yaml",
  "node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
  "pod/fast/pod-complete.yaml",
  "pod/fast/pod-delete.yaml",
  "pod/fast/pod-ready.yaml",
] as const;

export const stagesFile = "kwok-stages.yaml";

/** Where the binaries lie once they are built. */
export function finishedBin(goVersion: string): string {
  return join(cacheDir(), buildKey(goVersion, process.arch), "bin");
}

/** Builds all binaries unless the cache has them, and returns their folder. */
export async function ensureBinaries(goVersion: string, signal: AbortSignal): Promise<string> {
  const key = buildKey(goVersion, process.arch);
  const finished = join(cacheDir(), key);
  if (existsSync(finished)) return join(finished, "bin");
  const lock = {
    file: join(cacheDir(), `${key}.lock`),
    purpose: "building the binaries",
    waitMs: 45 * 60_000,
    onWait: (holder: string) => progress(`waiting for ${holder}`),
  };
  return withLock(lock, async () => {
    if (!existsSync(finished)) await buildInto(finished, signal);
    return join(finished, "bin");
  });
}

async function buildInto(finished: string, signal: AbortSignal): Promise<void> {
  // The rename at the end makes the folder appear whole or not at all.
  const unfinished = `${finished}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(join(unfinished, "bin"), { recursive: true });
  for (const module of goModules) await buildModule(module, join(unfinished, "bin"), signal);
  await collectStages(join(unfinished, "bin"));
  renameSync(unfinished, finished);
}

async function buildModule(module: GoModule, bin: string, signal: AbortSignal): Promise<void> {
  const version = moduleVersion(module);
  const names = Object.values(module.binaries);
  progress(`building ${names.join(", ")} ${version} (minutes with a cold Go cache, then never again)`);
  const built = `${bin}.${module.folder}`;
  mkdirSync(built, { recursive: true });
  const result = await run(
    "nice",
    [
      "go",
      "build",
      "-trimpath",
      "-buildvcs=false",
      "-ldflags",
      linkerFlags(module, version),
      "-o",
      `${built}/`,
      "tool",
    ],
    // Without cgo the binaries do not depend on a C compiler or on this machine's libc.
    { cwd: moduleFolder(module), env: { ...process.env, CGO_ENABLED: "0" }, signal },
  );
  signal.throwIfAborted();
  if (result.code !== 0) {
    throw new ClusterError(`cannot build ${names.join(", ")} ${version}:\n${lastLines(result.stderr, 20)}`);
  }
  for (const [builtName, name] of Object.entries(module.binaries))
    renameSync(join(built, builtName), join(bin, name));
  rmSync(built, { recursive: true });
}

async function collectStages(bin: string): Promise<void> {
  const kwok = goModules.find(({ folder }) => folder === "kwok") as GoModule;
  const source = await mustRun("go", ["list", "-m", "-f", "{{.Dir}}", kwok.versionOf], {
    cwd: moduleFolder(kwok),
  });
  const stages = kwokStages.map((path) =>
    readFileSync(join(source.trim(), "kustomize", "stage", path), "utf8"),
  );
  writeFileSync(join(bin, stagesFile), stages.join("\n---\n"));
}
