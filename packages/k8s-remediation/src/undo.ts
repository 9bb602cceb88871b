import type { ResourceKey } from "@k8s-ops/k8s-cluster";
import { rollback } from "./actions/rollback/action.ts";
import { outcomeBy } from "./apply/outcome.ts";
import { RemediationError } from "./errors.ts";
import type { Entry } from "./ledger/entry.ts";
import type { ActionRequest, RunDeps } from "./run/deps.ts";
import { type RunResult, runAction } from "./run.ts";
import { undoDelete } from "./undo/undo-delete/action.ts";
import { undoFields } from "./undo/undo-fields/action.ts";

/**
 * The action of this id, if it can be taken back.
 * @throws RemediationError `unknown_action`, `not_undoable`, `already_undone`, `ledger_unavailable`
 */
export async function undoableAction(id: string, { cluster }: Pick<RunDeps, "cluster">): Promise<Entry> {
  const entries = await cluster.ledger.read();
  const entry = entries.find((each) => each.id === id);
  if (!entry) {
    throw new RemediationError(
      "unknown_action",
      `No action ${id} is on record for this cluster. Actions are kept for a day.`,
    );
  }
  const { undo, undoes, outcome } = entry;
  if (undoes !== undefined || undo.by === "nothing") {
    const why = undo.by === "nothing" ? undo.why : "It took an action back itself.";
    throw new RemediationError("not_undoable", `${entry.tool} cannot be taken back: ${why}`);
  }
  if (outcome === "not_applied") {
    throw new RemediationError("not_undoable", `${id} changed nothing: there is nothing to take back.`);
  }
  const later = entries.find((each) => each.undoes === id && each.outcome !== "not_applied");
  if (later) throw new RemediationError("already_undone", `${id} was taken back already by ${later.id}.`);
  return entry;
}

/**
 * Takes an action back, through the same sequence as every write, if nobody has changed the object since.
 * @throws RemediationError `drifted`, and what {@link runAction} throws; ClusterError
 */
export async function undoAction(entry: Entry, request: ActionRequest, deps: RunDeps): Promise<RunResult> {
  const { undo, id } = entry;
  if (undo.by === "nothing") throw new RemediationError("not_undoable", undo.why);
  await assertWritten(entry, deps);
  const undoing = {
    ...request,
    undoes: { id, at: entry.at },
    ...(entry.expected !== undefined && { requiredIntent: entry.expected }),
  };
  const { object } = undo;
  switch (undo.by) {
    case "fields":
      return runAction(undoFields, { object, changes: undo.changes }, undoing, deps);
    case "delete":
      return runAction(undoDelete, { object }, undoing, deps);
    case "revision": {
      const { namespace, name, resource } = object;
      if (!isRolled(resource)) throw new RemediationError("not_undoable", "It has no revisions.");
      const exactly = { ...undoing, requiredResult: entry.before };
      return runAction(rollback, { resource, namespace, name, revision: undo.revision }, exactly, deps);
    }
  }
}

/** An action whose end nobody recorded is taken back only when the object shows that it was written. */
async function assertWritten(entry: Entry, { cluster }: RunDeps): Promise<void> {
  if (entry.outcome === "success" || entry.undo.by === "nothing") return;
  const { resource, name } = entry.undo.object;
  if (outcomeBy(entry, await cluster.writer.get(entry.undo.object)) === "success") return;
  throw new RemediationError(
    "not_undoable",
    `Nobody knows whether ${entry.id} was written. Look at ${resource} ${name} and change it with its own tool.`,
  );
}

const ROLLED = ["deployments", "statefulSets", "daemonSets"] as const;

function isRolled(resource: ResourceKey): resource is (typeof ROLLED)[number] {
  return ROLLED.some((each) => each === resource);
}
