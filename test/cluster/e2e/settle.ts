import { setTimeout as sleep } from "node:timers/promises";
import {
  type ClusterReader,
  type KubeObject,
  RESOURCES,
  type ResourceKey,
  resourceOfKind,
} from "@k8s-ops/k8s-cluster";
import { forEachBounded } from "../src/api.ts";
import { isLike } from "./like.ts";
import type { Condition, Scenario, Step } from "./scenario.ts";

/** All objects of the kinds that somebody waits for, read at one time. */
export type World = ReadonlyMap<ResourceKey, readonly KubeObject[]>;

export interface Settled {
  readonly scenario: Scenario;
  readonly seconds: number;
  /** What was not seen in time. Empty when all was. */
  readonly missing: readonly string[];
}

const PARALLEL = 4;

export interface SettleOptions {
  readonly reader: ClusterReader;
  readonly onStep: (scenario: Scenario, step: Step) => Promise<void>;
  /** Default 1.5 s. */
  readonly pollMs?: number;
  /** Throws when the cluster itself is broken, so that nobody waits for what cannot come. */
  readonly assertWell?: () => Promise<void>;
  readonly onSettled?: (settled: Settled, left: number) => void;
}

/** Waits for all scenarios at once, makes their steps in between, and says of each whether it became what it must. */
export async function settle(
  scenarios: readonly Scenario[],
  options: SettleOptions,
): Promise<readonly Settled[]> {
  const { pollMs = 1_500 } = options;
  const resources = [...new Set(scenarios.flatMap(conditionsOf).map(({ kind }) => keyOf(kind)))];
  const waiting = new Map(scenarios.map((scenario) => [scenario, newProgress()]));
  const started = Date.now();
  const settled: Settled[] = [];
  while (waiting.size > 0) {
    await options.assertWell?.();
    const world = await readWorld(options.reader, resources);
    await forEachBounded([...waiting], PARALLEL, async ([scenario, progress]) => {
      const step = scenario.steps[progress.step];
      const missing = (step?.when ?? scenario.settle.until).filter((each) => !holds(each, scenario, world));
      if (step && missing.length === 0) {
        await options.onStep(scenario, step);
        progress.step++;
        progress.since = Date.now();
        return;
      }
      if (isToWait(scenario, progress, missing.length === 0)) return;
      waiting.delete(scenario);
      const result = {
        scenario,
        seconds: (Date.now() - started) / 1_000,
        missing: missing.map((condition) => JSON.stringify(condition)),
      };
      settled.push(result);
      options.onSettled?.(result, waiting.size);
    });
    if (waiting.size > 0) await sleep(pollMs);
  }
  return settled;
}

interface Progress {
  step: number;
  /** When the last step was made. */
  since: number;
  /** Since when the conditions have held. */
  holding?: number | undefined;
}

function newProgress(): Progress {
  return { step: 0, since: Date.now() };
}

function isToWait(
  { settle: { seconds, rest = 0 } }: Scenario,
  progress: Progress,
  isHolding: boolean,
): boolean {
  const now = Date.now();
  progress.holding = isHolding ? (progress.holding ?? now) : undefined;
  if (progress.holding !== undefined) return now - progress.holding < rest * 1_000;
  return now - progress.since <= seconds * 1_000;
}

function conditionsOf({ steps, settle: { until } }: Scenario): readonly Condition[] {
  return [...steps.flatMap(({ when }) => when), ...until];
}

function keyOf(kind: string): ResourceKey {
  const key = resourceOfKind(kind);
  if (key === undefined) throw new Error(`there is no kind ${kind} to wait for`);
  return key;
}

async function readWorld(reader: ClusterReader, resources: readonly ResourceKey[]): Promise<World> {
  const entries = resources.map(
    async (resource) => [resource, (await reader.read({ resource })).items] as const,
  );
  return new Map(await Promise.all(entries));
}

/** Whether enough objects look like what the condition says. */
export function holds(condition: Condition, scenario: Pick<Scenario, "namespace">, world: World): boolean {
  const key = keyOf(condition.kind);
  const namespace = RESOURCES[key].namespaced ? (condition.namespace ?? scenario.namespace) : "";
  const { name, like, count = 1 } = condition;
  const found = (world.get(key) ?? []).filter(
    (object) =>
      object.metadata.namespace === namespace &&
      (name === undefined || object.metadata.name === name) &&
      (like === undefined || isLike(object, like)),
  );
  return count === 0 ? found.length === 0 : found.length >= count;
}
