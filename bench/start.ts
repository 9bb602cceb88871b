import { spawnSync } from "node:child_process";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { open, residentMegabytes } from "./session.ts";

export interface Starts {
  /** Milliseconds from the start of the process to the answer to initialize. */
  readonly initialize: number[];
  /** Milliseconds from the start of the process to the answer to tools/list. */
  readonly list: number[];
  /** Resident MB right after tools/list was answered. */
  readonly memory: number[];
  /** Bytes of the answer to tools/list. */
  listBytes: number;
  tools: number;
}

const INITIALIZE = {
  protocolVersion: "2025-11-25",
  capabilities: {},
  clientInfo: { name: "bench", version: "1.0.0" },
};

export function noStarts(): Starts {
  return { initialize: [], list: [], memory: [], listBytes: 0, tools: 0 };
}

/** Starts a server, shakes hands, lists its tools, and adds what was measured. */
export async function measureStart(command: string, args: readonly string[], starts: Starts): Promise<void> {
  const began = performance.now();
  const session = open(command, args);
  await session.ask("initialize", INITIALIZE);
  starts.initialize.push(performance.now() - began);
  session.notify("notifications/initialized");
  const list = await session.ask("tools/list");
  starts.list.push(performance.now() - began);
  starts.listBytes = Buffer.byteLength(list);
  starts.tools = (JSON.parse(list) as { result: { tools: unknown[] } }).result.tools.length;
  await sleep(300);
  const memory = residentMegabytes(session.pid);
  if (memory !== undefined) starts.memory.push(memory);
  await session.close();
}

/** Milliseconds that Node itself takes to start and end. */
export function bareNode(): number {
  const began = performance.now();
  spawnSync(process.execPath, ["--eval", ""]);
  return performance.now() - began;
}
