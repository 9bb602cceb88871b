import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";

/** A server as a child process, spoken to in lines. */
export interface Session {
  readonly pid: number;
  /** Sends a request and resolves with the whole line of its answer. */
  ask(method: string, params?: object): Promise<string>;
  notify(method: string): void;
  close(): Promise<void>;
}

export function open(command: string, args: readonly string[]): Session {
  const child = spawn(command, [...args], { stdio: ["pipe", "pipe", "ignore"] });
  const waiting = new Map<number, (line: string) => void>();
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let lastId = 0;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { id } = JSON.parse(line) as { id?: number };
    if (id !== undefined) waiting.get(id)?.(line);
  });
  const send = (message: object): void => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  };
  return {
    pid: child.pid ?? 0,
    ask(method, params = {}) {
      const id = ++lastId;
      const answer = new Promise<string>((resolve, reject) => {
        waiting.set(id, resolve);
        ended.then(() => reject(new Error(`${command} ended before it answered ${method}`)));
      });
      send({ id, method, params });
      return answer;
    },
    notify: (method) => send({ method }),
    async close() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill("SIGKILL"), 2_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Resident memory of a process in MB (10^6 bytes), where the system tells it as Linux does. */
export function residentMegabytes(pid: number): number | undefined {
  if (process.platform !== "linux") return undefined;
  const kibibytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return kibibytes === undefined ? undefined : (Number(kibibytes) * 1024) / 1e6;
}
