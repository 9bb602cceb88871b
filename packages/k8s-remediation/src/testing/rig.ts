import type { Action } from "../action.ts";
import { ACTIONS } from "../actions/index.ts";
import type { Entry } from "../ledger/entry.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { WriteRules } from "../ledger/rules.ts";
import type { ActionRecord, ActionRequest, RunDeps } from "../run/deps.ts";
import { type RunResult, runAction } from "../run.ts";
import { undoAction, undoableAction } from "../undo.ts";
import { rulesOf } from "./entries.ts";
import type { FakeCluster } from "./fake-cluster.ts";
import { shop } from "./shop.ts";
import type { Draft } from "./store.ts";

type Done = Extract<RunResult, { status: "done" }>;

/** Everything that running an action needs, in memory, in the shop. */
export interface Rig {
  readonly cluster: FakeCluster;
  readonly deps: RunDeps;
  /** What happened, in order: writes, dry runs, records of ledger and audit log. */
  readonly events: string[];
  readonly records: ActionRecord[];
  entries(): readonly Entry[];
  setEntries(entries: readonly Entry[]): void;
  /** Before a record is stored: throws what keeps it from being stored. */
  onAudit: (record: ActionRecord) => void;
  /** Before the ledger is changed. */
  onLedger: (entries: readonly Entry[]) => void;
  /** Milliseconds since the epoch. */
  now: number;
  scale(more?: Partial<ActionRequest>, replicas?: number, deps?: Partial<RunDeps>): Promise<RunResult>;
  run<Input>(
    action: Action<never, Input>,
    input: Input,
    more?: Partial<ActionRequest>,
    deps?: Partial<RunDeps>,
  ): Promise<RunResult>;
  undo(id: string, more?: Partial<ActionRequest>): Promise<RunResult>;
}

export function rig(rules: Partial<WriteRules> = {}): Rig {
  const cluster = shop();
  const events: string[] = [];
  const records: ActionRecord[] = [];
  let entries: readonly Entry[] = [];
  const ledger: Ledger = {
    read: async () => entries,
    async update(change) {
      made.onLedger(entries);
      entries = change(entries, made.now);
      events.push(`ledger ${entries.at(-1)?.outcome}`);
    },
  };
  const deps: RunDeps = {
    cluster: { reader: cluster.reader, writer: cluster.writer, id: "uid-kube-system", ledger },
    audit: {
      async append(record) {
        made.onAudit(record);
        records.push(record);
        const isSeen = record.event === "outcome" && record.verified !== undefined;
        events.push(`audit ${isSeen ? "verification" : record.event}`);
      },
    },
    rules: rulesOf(rules),
    key: Buffer.alloc(32, 7),
    verifyMs: 20,
    now: () => made.now,
  };
  const request = (tool: string, given: object, more: Partial<ActionRequest>): ActionRequest => ({
    tool,
    arguments: { ...given },
    caller: "bob",
    confirm: true,
    overrides: [],
    signal: new AbortController().signal,
    ...more,
  });
  cluster.before = ({ verb, dryRun }) => void events.push(`${dryRun ? "dry run" : "write"} ${verb}`);
  const made: Rig = {
    cluster,
    deps,
    events,
    records,
    entries: () => entries,
    setEntries: (changed) => {
      entries = changed;
    },
    onAudit: () => {},
    onLedger: () => {},
    now: Date.now(),
    scale: (more = {}, replicas = 5, otherwise = {}) => {
      const input = { resource: "deployments", namespace: "shop", name: "web", replicas } as const;
      return runAction(ACTIONS.scale, input, request("remediate_scale_deployment", input, more), {
        ...deps,
        ...otherwise,
      });
    },
    run: (action, input, more = {}, otherwise = {}) =>
      runAction(action, input, request(`remediate_${action.id}`, input as object, more), {
        ...deps,
        ...otherwise,
      }),
    undo: async (id, more = {}) =>
      undoAction(await undoableAction(id, deps), request("remediate_undo", { action_id: id }, more), deps),
  };
  return made;
}

/** What somebody else does to Deployment web. */
export function editWeb(world: Rig, change: (object: Draft) => void): void {
  world.cluster.edit("deployments", "shop", "web", change);
}

/** The result of an action that was carried out. */
export function doneOf(result: RunResult): Done {
  if (result.status !== "done") throw new Error(`not done: ${JSON.stringify(result)}`);
  return result;
}

/** The id of the plan in a result. */
export function planIdOf(result: RunResult): string {
  const id = "plan" in result ? result.plan.plan_id : undefined;
  if (id === undefined) throw new Error(`no plan: ${JSON.stringify(result)}`);
  return id;
}
