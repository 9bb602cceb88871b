import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { componentsCgroup } from "./cgroups.ts";
import { ClusterError } from "./errors.ts";
import { files, stateDir } from "./layout.ts";
import { lastLines } from "./run.ts";

/** What is remembered of a started process. A pid alone may be recycled; with its start time it cannot. */
export interface ProcessRecord {
  readonly name: string;
  readonly pid: number;
  readonly startTime: string;
  readonly log: string;
}

export interface ProcessStat {
  readonly state: string;
  readonly startTime: string;
}

/** Reads the fields of /proc/PID/stat that matter here; the command's name may contain anything. */
export function parseProcStat(text: string): ProcessStat {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", startTime: fields[19] ?? "" };
}

/** The state of a pid now, or undefined when there is no such process. */
export function processStat(pid: number): ProcessStat | undefined {
  try {
    return parseProcStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return undefined;
  }
}

/** Whether exactly this process still runs. */
export function isAlive(record: Pick<ProcessRecord, "pid" | "startTime">): boolean {
  const stat = processStat(record.pid);
  return (
    stat !== undefined && stat.startTime === record.startTime && stat.state !== "Z" && stat.state !== "X"
  );
}

const recordFile = (name: string) => join(files.processes, `${name}.json`);

/** Starts a component detached from this process, in the cluster's cgroup, and remembers it. */
export function startProcess(name: string, argv: readonly string[]): ProcessRecord {
  mkdirSync(files.logs, { recursive: true });
  mkdirSync(files.processes, { recursive: true });
  const log = join(files.logs, `${name}.log`);
  const descriptor = openSync(log, "a");
  const [shell, ...args] = inCgroup(argv);
  const child = spawn(shell, args, {
    cwd: stateDir,
    detached: true,
    stdio: ["ignore", descriptor, descriptor],
    env: componentEnv(),
  });
  child.on("error", () => {});
  child.unref();
  closeSync(descriptor);
  const startTime = child.pid === undefined ? undefined : processStat(child.pid)?.startTime;
  if (child.pid === undefined || startTime === undefined) {
    throw new ClusterError(`${name} could not be started; log: ${log}`);
  }
  const record: ProcessRecord = { name, pid: child.pid, startTime, log };
  writeFileSync(recordFile(name), JSON.stringify(record));
  return record;
}

/** A command line that runs another one inside the cluster's cgroup, where `down` finds it. */
export function inCgroup(argv: readonly string[]): [string, ...string[]] {
  // The shell enters the cgroup before it becomes the command, so no child can be born outside of it.
  return ["/bin/sh", "-c", `echo $$ > ${componentsCgroup()}/cgroup.procs && exec "$@"`, "sh", ...argv];
}

/** Nothing of the caller's environment: a proxy set there must not reach the cluster. */
function componentEnv(): Record<string, string> {
  return {
    PATH: `${files.bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    HOME: stateDir,
  };
}

/** Every process that was started and not forgotten since. */
export function processRecords(): ProcessRecord[] {
  let names: string[];
  try {
    names = readdirSync(files.processes).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
  return names
    .sort()
    .map((name) => JSON.parse(readFileSync(join(files.processes, name), "utf8")) as ProcessRecord);
}

/** Ends one recorded process, politely at first, and forgets it. */
export async function stopProcess(record: ProcessRecord): Promise<void> {
  for (const [signal, patience] of [
    ["SIGTERM", 5_000],
    ["SIGKILL", 5_000],
  ] as const) {
    const until = Date.now() + patience;
    if (isAlive(record)) process.kill(record.pid, signal);
    while (isAlive(record) && Date.now() < until) await sleep(50);
  }
  if (isAlive(record)) throw new ClusterError(`${record.name} (pid ${record.pid}) does not end`);
  rmSync(recordFile(record.name), { force: true });
}

/** What a reader needs to know about a component that failed: its log's path and last lines. */
export function describeLog(record: Pick<ProcessRecord, "log">): string {
  let text = "";
  try {
    text = lastLines(readFileSync(record.log, "utf8"), 10).replace(/^(.{240}).+$/gm, "$1…");
  } catch {
    // A log that cannot be read has nothing to add.
  }
  return `log: ${record.log}${text === "" ? " (empty)" : `\n${text.replace(/^/gm, "  | ")}`}`;
}
