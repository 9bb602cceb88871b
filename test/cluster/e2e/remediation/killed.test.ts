import { join } from "node:path";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { openAuditLog, verifyAuditLog } from "@k8s-ops/mcp-telemetry/audit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditFiles, auditLines } from "./audit-files.ts";
import { makeDeployments, names, tally } from "./objects.ts";
import type { ReadyCall, Server } from "./server.ts";
import { openTrial, type Trial, until } from "./trial.ts";

const NAMESPACE = "remediation-killed";
const KILLS = 100;
/** At work at the same time when their server is killed. */
const ACTIONS = 2;
const LANES = 4;
/** A call takes about as long. */
const LONGEST_DELAY_MS = 400;
/** Beyond the deadline of every action. */
const LATER_MS = 10 * 60_000;

interface Moment {
  readonly lane: Lane;
  readonly name: string;
  /** What the server tells its client while it works. */
  readonly told: readonly string[];
  /** Files of the audit log that earlier servers wrote. */
  readonly earlier: ReadonlySet<string>;
  /** Of the record of actions, before the call. */
  readonly record: string | undefined;
}

/** Namespaces, servers and audit logs that have nothing to do with each other, so that several can go on side by side. */
interface Lane {
  readonly namespace: string;
  readonly state: string;
  readonly directory: string;
}

/** What is seen of a server from outside, in the order of its steps. */
const STEPS: Readonly<Record<string, (moment: Moment) => boolean | Promise<boolean>>> = {
  "the action is entered into the record of actions": async ({ lane, record }) =>
    (await recordOf(lane)) !== record,
  "its intent is in the audit log": (moment) => hasLine(moment, "intent"),
  "it is written": async ({ lane, name }) => (await deployment(lane, name)).generation > 1,
  "its outcome is in the audit log": (moment) => hasLine(moment, "outcome"),
  "its effect is waited for": ({ told }) => told.length > 0,
};

let trial: Trial;
const lanes: readonly Lane[] = Array.from({ length: LANES }, (_, index) => ({
  namespace: `${NAMESPACE}-${index}`,
  state: `lane-${index}`,
  get directory() {
    return join(trial.directory, this.state);
  },
}));

async function recordOf({ namespace }: Lane): Promise<string | undefined> {
  const key = { resource: "leases", namespace, name: "k8s-ops-mcp" } as const;
  return (await trial.writer.get(key))?.metadata.resourceVersion;
}

/** Of the action on the moment's object: the same server also carries the plan of its predecessor out. */
function hasLine({ lane, earlier, name }: Moment, event: "intent" | "outcome"): boolean {
  const lines = auditLines(auditFiles(lane.directory).filter((file) => !earlier.has(file)));
  const intent = lines.find((line) => line.event === "intent" && line.object?.name === name);
  return lines.some((line) => line.event === event && line.action_id === intent?.action_id);
}

async function deployment({ namespace }: Lane, name: string) {
  const found = await trial.writer.get({ resource: "deployments", namespace, name });
  const { generation = 0, uid = "" } = found?.metadata ?? {};
  return { generation, uid };
}

function serve({ namespace, state }: Lane): Promise<Server> {
  return trial.serve({ state, stateNamespace: namespace });
}

interface Killed {
  readonly name: string;
  readonly uid: string;
  readonly moment: string;
  /** 1: as it was made, 2: restarted once. */
  readonly generation: number;
  /** What the next server says of the same plan. */
  readonly again: string;
  readonly after: number;
}

const STEP_NAMES = Object.keys(STEPS);

/** Every second kill comes at a random moment of the call, the others right after a step. */
function momentOf(index: number): string | undefined {
  return index % 2 === 0 ? undefined : STEP_NAMES[((index - 1) / 2) % STEP_NAMES.length];
}

/** Calls, and kills the server while it is at it: right after the step of the first call, or at any time. */
async function killDuring(
  server: Server,
  calls: readonly ReadyCall[],
  step: string | undefined,
  place: Omit<Moment, "told">,
): Promise<void> {
  const told: string[] = [];
  let ended = false;
  const answers = calls.map(({ tool, arguments: given }, index) => {
    const onProgress = index === 0 ? (message: string) => told.push(message) : () => {};
    return server.call(tool, given, { onProgress }).catch(() => undefined);
  });
  const all = Promise.all(answers).then(() => {
    ended = true;
  });
  const isReached = step === undefined ? undefined : STEPS[step];
  if (isReached) {
    while (!ended && !(await isReached({ ...place, told }))) await setImmediate();
  } else {
    await sleep(Math.random() * LONGEST_DELAY_MS);
  }
  server.kill();
  await all;
}

async function planOf(server: Server, { namespace }: Lane, name: string): Promise<ReadyCall> {
  const args = { namespace, kind: "Deployment", name };
  const { next } = await server.result("remediate_rollout_restart", args);
  if (!next) throw new Error(`there is no plan for ${name}`);
  return next;
}

interface Work {
  readonly step: string | undefined;
  readonly all: readonly string[];
}

async function killAll(lane: Lane, work: readonly Work[]): Promise<readonly Killed[]> {
  const killed: Killed[] = [];
  let earlier: ReadonlySet<string> = new Set();
  let server = await serve(lane);
  for (const { step, all } of work) {
    const calls = await Promise.all(all.map((name) => planOf(server, lane, name)));
    const [name = ""] = all;
    await killDuring(server, calls, step, { lane, name, earlier, record: await recordOf(lane) });
    earlier = new Set(auditFiles(lane.directory));
    server = await serve(lane);
    for (const [index, { tool, arguments: given }] of calls.entries()) {
      const name = all[index] ?? "";
      const { generation, uid } = await deployment(lane, name);
      const { result, error } = await server.call(tool, given);
      killed.push({
        name,
        uid,
        generation,
        moment: step ?? "at any time",
        again: result?.status ?? error?.code ?? "nothing",
        after: (await deployment(lane, name)).generation,
      });
    }
  }
  await server.close();
  return killed;
}

/** The controller is done with what was made: what it still writes would be a change of its own. */
async function makeObserved({ namespace }: Lane, all: readonly string[]): Promise<void> {
  await makeDeployments(trial.writer, namespace, all);
  await until("all Deployments are observed", async () => {
    const found = await trial.writer.list({ resource: "deployments", namespace });
    return found.every(({ status, metadata }) => status?.observedGeneration === metadata.generation);
  });
}

describe(`a server that is killed ${KILLS} times while it carries out ${ACTIONS} actions`, () => {
  let killed: readonly Killed[] = [];

  beforeAll(async () => {
    const [first, ...rest] = lanes.map(({ namespace }) => namespace);
    trial = await openTrial([first ?? NAMESPACE, ...rest]);
    const work = names("web", KILLS).map((name, index) => ({
      step: momentOf(index),
      all: Array.from({ length: ACTIONS }, (_, number) => `${name}-${number}`),
    }));
    const each = await Promise.all(
      lanes.map(async (lane, number) => {
        const own = work.filter((_, index) => Math.floor(index / 2) % LANES === number);
        await makeObserved(
          lane,
          own.flatMap(({ all }) => all),
        );
        return killAll(lane, own);
      }),
    );
    killed = each.flat();
  });

  afterAll(async () => {
    await trial?.close();
  });

  it("is killed at every step, before the write and after it", () => {
    expect(killed).toHaveLength(KILLS * ACTIONS);
    expect(new Set(killed.map(({ moment }) => moment))).toEqual(new Set([...STEP_NAMES, "at any time"]));
    const written = killed.filter(({ generation }) => generation > 1);
    expect(written.length).toBeGreaterThan(KILLS / 10);
    expect(written.length).toBeLessThan(KILLS * ACTIONS);
  });

  it("has written nothing without an intent in the audit log", () => {
    const intended = new Set(
      lanes
        .flatMap(({ directory }) => auditLines(auditFiles(directory)))
        .flatMap(({ event, object }) => (event === "intent" ? [object?.uid] : [])),
    );
    const written = killed.filter(({ after }) => after > 1);
    expect(written.filter(({ uid }) => !intended.has(uid))).toEqual([]);
  });

  it("has written nothing twice, although the next server is given the same plan", () => {
    expect(killed.filter(({ after }) => after > 2)).toEqual([]);
    expect(killed.filter(({ generation, again }) => generation > 1 && again !== "plan_used")).toEqual([]);
  });

  it("carries the plan out the second time, or says that it was used", () => {
    const { success = 0, plan_used = 0, ...others } = tally(killed.map(({ again }) => again));
    expect(others).toEqual({});
    expect(success + plan_used).toBe(KILLS * ACTIONS);
    expect(killed.filter(({ again, after }) => again === "success" && after !== 2)).toEqual([]);
  });

  it("leaves an audit log whose every action has an outcome once its deadline has passed", async () => {
    for (const { directory } of lanes) {
      const log = await openAuditLog({
        directory: join(directory, "audit"),
        now: () => new Date(Date.now() + LATER_MS),
      });
      await log.close();
      const files = auditFiles(directory);
      const lines = auditLines(files);
      const ended = new Map(
        lines.flatMap(({ event, action_id, outcome }) =>
          event === "outcome" && action_id !== undefined ? [[action_id, outcome]] : [],
        ),
      );
      const intents = lines.filter(({ event }) => event === "intent");
      expect(intents.length).toBeGreaterThan(0);
      expect(intents.filter(({ action_id = "" }) => !ended.has(action_id))).toEqual([]);
      const outcomes = ["success", "failed", "unknown"];
      expect([...ended.values()].filter((outcome) => !outcomes.includes(outcome ?? ""))).toEqual([]);
      for (const file of files) expect(await verifyAuditLog(file)).toMatchObject({ ok: true });
    }
  });
});
