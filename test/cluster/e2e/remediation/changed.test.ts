import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterWriter, ObjectOf } from "@k8s-ops/k8s-cluster";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forEachBounded } from "../../src/api.ts";
import { idleCronJob, makeCronJobs, names, tally } from "./objects.ts";
import type { Answer, ReadyCall, Server } from "./server.ts";
import { openTrial, type Trial } from "./trial.ts";

const NAMESPACE = "remediation-changed";
const PARALLEL = 8;
const TRIALS = 300;
const RACES = 200;
const LONGEST_DELAY_MS = 40;
const forReal = { dryRun: false } as const;

type CronJob = ObjectOf<"cronJobs">;

/** What somebody else does to the object, and the object as that leaves it. */
type Change = (writer: ClusterWriter, job: CronJob) => Promise<CronJob>;

function patched(value: Readonly<Record<string, unknown>>): Change {
  return (writer, { metadata: { namespace, name, uid = "" } }) =>
    writer.patch({ resource: "cronJobs", namespace, name }, { type: "merge", value }, { uid }, forReal);
}

const CHANGES: Readonly<Record<string, Change>> = {
  "is deleted and made anew": async (writer, { metadata: { namespace, name, uid = "" } }) => {
    await writer.delete({ resource: "cronJobs", namespace, name }, { uid }, forReal);
    return writer.create({ resource: "cronJobs", namespace }, idleCronJob(namespace, name), forReal);
  },
  "gets another schedule": patched({ spec: { schedule: "0 0 30 2 *" } }),
  "gets another template": patched({ spec: { jobTemplate: { spec: { backoffLimit: 1 } } } }),
  "gets another label": patched({ metadata: { labels: { owner: "someone-else" } } }),
  "gets another annotation": patched({ metadata: { annotations: { "example.com/note": "changed" } } }),
};

let trial: Trial;
let servers: readonly Server[];

beforeAll(async () => {
  trial = await openTrial([NAMESPACE, `${NAMESPACE}-state`]);
  servers = await Promise.all([
    trial.serve({ state: "one", stateNamespace: NAMESPACE }),
    trial.serve({ state: "two", stateNamespace: `${NAMESPACE}-state` }),
  ]);
});

afterAll(async () => {
  await trial?.close();
});

async function found(name: string): Promise<CronJob> {
  const job = await trial.writer.get({ resource: "cronJobs", namespace: NAMESPACE, name });
  if (!job) throw new Error(`there is no CronJob ${name}`);
  return job;
}

function serverOf(index: number): Server {
  const server = servers[index % servers.length];
  if (!server) throw new Error("there is no server");
  return server;
}

async function planOf(name: string, index: number): Promise<ReadyCall> {
  const planned = await serverOf(index).result("remediate_cronjob_suspend", {
    namespace: NAMESPACE,
    cronjob_name: name,
  });
  if (!planned.next) throw new Error(`there is no plan for ${name}`);
  return planned.next;
}

function outcome({ result, error }: Answer): string {
  return result?.status ?? error?.code ?? "nothing";
}

/** One change after the other, in turn. */
function changeOf(index: number): Change {
  const all = Object.values(CHANGES);
  const change = all[index % all.length];
  if (!change) throw new Error("there is no change");
  return change;
}

interface Trialled {
  readonly outcome: string;
  /** Whether a write hit the object after somebody else had changed it. */
  readonly hit: boolean;
}

describe(`an object that changes between plan and apply, ${TRIALS} times`, () => {
  const trialled: Trialled[] = [];

  beforeAll(async () => {
    const all = names("planned", TRIALS);
    await makeCronJobs(trial.writer, NAMESPACE, all);
    await forEachBounded(
      all.map((name, index) => ({ name, index })),
      PARALLEL,
      async ({ name, index }) => {
        const next = await planOf(name, index);
        const changed = await changeOf(index)(trial.writer, await found(name));
        const answer = await serverOf(index).call(next.tool, next.arguments);
        const now = await found(name);
        trialled.push({
          outcome: outcome(answer),
          hit: now.metadata.resourceVersion !== changed.metadata.resourceVersion,
        });
      },
    );
  });

  it("is not written", () => {
    expect(trialled.filter(({ hit }) => hit)).toEqual([]);
  });

  it("makes the plan stale", () => {
    expect(tally(trialled.map((each) => each.outcome))).toEqual({ plan_stale: TRIALS });
  });
});

describe(`an object that changes at the moment of apply, ${RACES} times`, () => {
  const trialled: (Trialled & { readonly earlier: boolean })[] = [];

  beforeAll(async () => {
    const all = names("raced", RACES);
    await makeCronJobs(trial.writer, NAMESPACE, all);
    await forEachBounded(
      all.map((name, index) => ({ name, index })),
      PARALLEL,
      async ({ name, index }) => {
        const next = await planOf(name, index);
        const before = await found(name);
        const [answer, changed] = await Promise.all([
          serverOf(index).call(next.tool, next.arguments),
          sleep(Math.random() * LONGEST_DELAY_MS).then(() => changeOf(index)(trial.writer, before)),
        ]);
        const now = await found(name);
        const isNew = now.metadata.uid !== before.metadata.uid;
        trialled.push({
          outcome: outcome(answer),
          hit: now.spec?.suspend === true && (isNew || changed.spec?.suspend !== true),
          earlier: changed.spec?.suspend === true,
        });
      },
    );
  });

  it("is written before the change or not at all", () => {
    expect(trialled.filter(({ hit }) => hit)).toEqual([]);
  });

  it("tells success only of what was written before the change", () => {
    const outcomes = tally(trialled.map((each) => each.outcome));
    const { success = 0, plan_stale = 0, conflict = 0, not_found = 0, ...others } = outcomes;
    expect(others).toEqual({});
    expect(plan_stale + conflict + not_found, "the moment of apply was hit").toBeGreaterThan(0);
    expect(success).toBeGreaterThanOrEqual(trialled.filter(({ earlier }) => earlier).length);
  });
});
