import process from "node:process";
import { fileURLToPath } from "node:url";
import type { ClusterReader } from "@k8s-ops/k8s-cluster";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyAll, makeStep, openReader, removeAll } from "../cluster.ts";
import { loadScenario, SCENARIOS, type Scenario } from "../scenario.ts";
import { settle } from "../settle.ts";
import { questionOf } from "../suite.ts";
import type { ReadyCall, Result, Server } from "./server.ts";
import { openTrial, type Trial, until } from "./trial.ts";

/** Scenarios whose verdict offers a call that repairs them. */
const OFFERED = [
  "limit-range",
  "quota-cpu-of-rollout",
  "quota-needs-limits",
  "rollout-changed-variable",
  "rollout-image",
  "rollout-paused",
  "rollout-replaces-all",
  "rollout-secret-key",
  "scaled-to-zero",
  "schedule-anti-affinity",
  "secret-rotated",
];
/** Made for this: a repair is possible with a call alone. */
const MADE = ["limit-range-default", "memory-below-need", "rollout-probe", "statefulset-reverted"];
const FAULTS = fileURLToPath(new URL("./faults/", import.meta.url));

const load = (root: string) => (name: string) =>
  loadScenario(name, `${root}${name}`, `remediation-loop-${name}`);
const scenarios = [...OFFERED.map(load(SCENARIOS)), ...MADE.map(load(FAULTS))];
const cordoned = load(FAULTS)("node-cordoned");

interface Diagnosis {
  readonly state: string;
  readonly causes: readonly {
    readonly code: string;
    readonly object: { readonly kind: string; readonly name: string };
    readonly remedies?: readonly { readonly call?: ReadyCall }[];
  }[];
}

interface Repair {
  readonly before: Diagnosis;
  readonly call: ReadyCall | undefined;
  readonly plan?: Result;
  readonly done?: Result;
  readonly after?: Diagnosis;
}

let trial: Trial;
let reader: ClusterReader;
let server: Server;

beforeAll(async () => {
  trial = await openTrial(["remediation-loop-state"]);
  reader = await openReader(trial.kubeconfig);
  server = await trial.serve();
});

afterAll(async () => {
  await removeAll([...scenarios, cordoned], trial.kubeconfig);
  await reader?.close();
  await trial?.close();
});

async function applied(all: readonly Scenario[]): Promise<void> {
  await removeAll(all, trial.kubeconfig);
  await applyAll(all, trial.kubeconfig);
}

async function settled(all: readonly Scenario[]): Promise<void> {
  const found = await settle(all, {
    reader,
    onStep: (scenario, step) => makeStep(scenario, step, trial.kubeconfig),
  });
  expect(
    found.flatMap(({ scenario, missing }) => missing.map((each) => `${scenario.name}: ${each}`)),
  ).toEqual([]);
}

async function diagnosisOf(scenario: Scenario): Promise<Diagnosis> {
  const [target] = scenario.targets;
  if (!target) throw new Error(`${scenario.name} asks nothing`);
  const question = await questionOf(reader, scenario, target);
  const { result, error } = await server.call(question.tool, question.arguments);
  if (!result) throw new Error(`${scenario.name}: ${error?.code}: ${error?.message}`);
  return result as unknown as Diagnosis;
}

/** What an agent does: asks, takes the first call that the verdict offers, looks at the plan, follows it, asks again. */
async function repair(scenario: Scenario): Promise<Repair> {
  const before = await diagnosisOf(scenario);
  const call = before.causes.flatMap(({ remedies = [] }) => remedies).find((remedy) => remedy.call)?.call;
  if (!call) return { before, call };
  const plan = await server.result(call.tool, call.arguments);
  if (!plan.next) return { before, call, plan };
  const done = await server.result(plan.next.tool, plan.next.arguments);
  let after = await diagnosisOf(scenario);
  await until(
    `${scenario.name} is healthy: ${JSON.stringify(after)}`,
    async () => {
      after = await diagnosisOf(scenario);
      return after.state === "healthy";
    },
    20,
  ).catch(() => undefined);
  return { before, call, plan, done, after };
}

function expectRepaired(scenario: Scenario, { before, call, plan, done, after }: Repair): void {
  expect(before.causes[0]).toMatchObject(scenario.cause ?? {});
  expect(call, "the verdict offers a call").toBeDefined();
  expect(plan?.status).toBe("cancelled");
  expect(plan?.plan?.refused).toEqual([]);
  expect([done?.status, done?.verified], JSON.stringify(done)).toEqual(["success", true]);
  expect(after?.causes.map(({ code }) => code)).not.toContain(scenario.cause?.code);
  expect(after?.state, JSON.stringify(after)).toBe("healthy");
}

describe("a fault is gone with the call that its verdict offers", () => {
  const repairs = new Map<Scenario, Repair>();

  beforeAll(async () => {
    await applied(scenarios);
    await settled(scenarios);
    await Promise.all(scenarios.map(async (scenario) => repairs.set(scenario, await repair(scenario))));
  });

  it.each(scenarios.map((scenario) => ({ name: scenario.name, title: scenario.title, scenario })))(
    "$name: $title",
    ({ scenario }) => {
      const found = repairs.get(scenario);
      if (!found) throw new Error("it was not repaired");
      expectRepaired(scenario, found);
    },
  );
});

// Only our own cluster's only Node may be cordoned.
describe.skipIf(process.env.K8S_OPS_KUBECONFIG !== undefined)("a Node that nobody uncordoned", () => {
  afterAll(async () => {
    await trial.kubectl(["uncordon", "localhost"]);
  });

  it(`node-cordoned: ${cordoned.title}`, async () => {
    await trial.kubectl(["cordon", "localhost"]);
    await applied([cordoned]);
    await settled([cordoned]);
    expectRepaired(cordoned, await repair(cordoned));
  });
});
