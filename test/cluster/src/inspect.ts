import { existsSync, readFileSync } from "node:fs";
import { ApiClient } from "./api.ts";
import { memberPids } from "./cgroups.ts";
import { type Component, components, kwok } from "./components.ts";
import { messageOf } from "./errors.ts";
import { probe } from "./health.ts";
import { files, nodeName, stateDir } from "./layout.ts";
import { describeLog, isAlive, type ProcessRecord, processRecords } from "./processes.ts";

/** One part of the cluster and how it does; without a problem it is well. */
export interface PartState {
  readonly name: string;
  readonly pid?: number;
  readonly problem?: string;
}

/** Whether there is a cluster of ours on this machine, in whatever state. */
export function isPresent(): boolean {
  return existsSync(stateDir);
}

/** Looks at every component and at the node. */
export async function inspectCluster(): Promise<PartState[]> {
  const records = new Map(processRecords().map((record) => [record.name, record]));
  const expected = components.filter((component) => component !== kwok || records.has(kwok.name));
  const states = await Promise.all(
    expected.map((component) => inspectComponent(component, records.get(component.name))),
  );
  if (states.some((state) => state.problem !== undefined)) return states;
  if (!existsSync(files.ready))
    return [...states, { name: "start", problem: "`up` did not come to its end" }];
  return [...states, await inspectNode()];
}

async function inspectComponent(component: Component, record: ProcessRecord | undefined): Promise<PartState> {
  const { name } = component;
  if (record === undefined) return { name, problem: "was not started" };
  if (!isAlive(record)) return { name, pid: record.pid, problem: `is dead; ${describeLog(record)}` };
  const problem = await probe(component.health);
  if (problem === undefined) return { name, pid: record.pid };
  return { name, pid: record.pid, problem: `runs, but is not healthy: ${problem}; ${describeLog(record)}` };
}

async function inspectNode(): Promise<PartState> {
  const name = `node ${nodeName}`;
  const api = new ApiClient(1);
  try {
    return (await isNodeReady(api)) ? { name } : { name, problem: "is not Ready" };
  } catch (error) {
    return { name, problem: `cannot be read: ${messageOf(error)}` };
  } finally {
    api.close();
  }
}

interface NodeStatus {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Whether the real node says that it is Ready. */
export async function isNodeReady(api: ApiClient): Promise<boolean> {
  const node = await api.json<NodeStatus>({ path: `/api/v1/nodes/${nodeName}` }, [404]);
  return node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}

/** The memory of all processes of the cluster, with shared pages counted once. */
export function memoryUse(): { readonly processes: number; readonly megabytes: number } {
  const pids = memberPids();
  const kilobytes = pids.map((pid) => {
    try {
      return Number(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8").match(/^Pss:\s+(\d+)/m)?.[1] ?? 0);
    } catch {
      return 0;
    }
  });
  return {
    processes: pids.length,
    megabytes: Math.round(kilobytes.reduce((sum, value) => sum + value, 0) / 1024),
  };
}
