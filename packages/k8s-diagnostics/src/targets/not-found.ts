import { ClusterError, type Gap, type Snapshot } from "@k8s-ops/k8s-cluster";
import { nearestName } from "../kube/nearest.ts";
import { TARGETS, type TargetName, WORKLOADS, type WorkloadKind } from "./table.ts";

/** Objects of one kind that were asked for and are not in the snapshot. `namespace` is `""` for cluster-scoped kinds. */
export interface Missing {
  readonly kind: TargetName | "Namespace";
  readonly namespace: string;
  readonly names: readonly [string, ...string[]];
}

const MAX_NAMES = 5;

/**
 * Why there is no answer about objects: they could not be read (`forbidden`, `server_error`), the recording lacks their
 * kind (`not_recorded`), or they do not exist (`not_found`, with the namespace, kind or name that was meant).
 */
export function notFound(snapshot: Snapshot, missing: Missing): ClusterError {
  const { kind, namespace, names } = missing;
  const gap = gapOf(snapshot, missing);
  if (gap && gap.reason !== "not_recorded") return unread(kind, names, gap);
  if (isNamespaceMissing(snapshot, namespace)) return noNamespace(snapshot, missing);
  if (gap) return notRecorded(snapshot, missing);
  const hint = elsewhere(snapshot, missing) ?? nearest(snapshot, missing);
  return new ClusterError(
    "not_found",
    `There is no ${kind} ${listed(names, "or")}${inside(namespace)}.${hint}`,
  );
}

/** Why there is nothing with the labels that were asked for, of one kind or of all kinds of workloads. */
export function noneSelected(
  snapshot: Snapshot,
  namespace: string,
  kind: WorkloadKind | undefined,
  /** Those that exist among the names that were asked for. */
  named: readonly string[],
): ClusterError {
  const gaps = (kind ? [kind] : WORKLOADS).flatMap((each) => {
    const missing: Missing = { kind: each, namespace, names: [""] };
    const gap = gapOf(snapshot, missing);
    return gap ? [{ missing, gap }] : [];
  });
  const [first] = gaps;
  if (isNamespaceMissing(snapshot, namespace)) {
    return notFound(snapshot, { kind: "Namespace", namespace: "", names: [namespace] });
  }
  if (first && gaps.length === (kind ? 1 : WORKLOADS.length)) {
    const { gap, missing } = first;
    return gap.reason === "not_recorded"
      ? notRecorded(snapshot, missing)
      : unread(missing.kind, ["with these labels"], gap);
  }
  if (kind && named.length > 0) {
    const verb = named.length === 1 ? "exists and has" : "exist and have";
    return new ClusterError(
      "not_found",
      `${kind} ${listed(named, "and")}${inside(namespace)} ${verb} other labels than the selector asks for.`,
    );
  }
  const unknown = gaps.map(({ missing }) => plural(missing.kind));
  return new ClusterError(
    "not_found",
    `No ${kind ?? "workload"}${inside(namespace)} has the labels that the selector asks for.${
      unknown.length > 0 ? ` ${listed(unknown, "and")} could not be read.` : ""
    }`,
  );
}

function gapOf({ gaps }: Snapshot, { kind, namespace, names }: Missing): Gap | undefined {
  return gaps.find(
    (gap) =>
      gap.resource === resourceOf(kind) &&
      (gap.namespace ?? namespace) === namespace &&
      (gap.name === undefined || names.includes(gap.name)),
  );
}

function resourceOf(kind: Missing["kind"]) {
  return kind === "Namespace" ? "namespaces" : TARGETS[kind].resource;
}

function unread(kind: string, names: readonly string[], { reason }: Gap): ClusterError {
  const code = reason === "forbidden" || reason === "forbidden_by_policy" ? "forbidden" : "server_error";
  return new ClusterError(code, `${kind} ${listed(names, "and")} could not be read: ${reason}.`);
}

function notRecorded(snapshot: Snapshot, missing: Missing): ClusterError {
  const { kind, namespace } = missing;
  const isPartial = snapshot.objects[resourceOf(kind)].in(namespace).length > 0;
  const what = isPartial
    ? `Not all ${plural(kind)} are in this recording`
    : `${plural(kind)} are not in this recording`;
  const known = isPartial ? nearest(snapshot, missing) : "";
  return new ClusterError(
    "not_recorded",
    `${what}, so that nothing can be said about ${missing.names[0] === "" ? "them" : listed(missing.names, "and")}.${known} Record the cluster again with rights to list them, or ask the live cluster.`,
  );
}

function isNamespaceMissing({ objects: { namespaces } }: Snapshot, namespace: string): boolean {
  return namespace !== "" && namespaces.knows("", namespace) && !namespaces.get("", namespace);
}

function noNamespace(snapshot: Snapshot, { kind, namespace, names }: Missing): ClusterError {
  const hint = nearest(snapshot, { kind: "Namespace", namespace: "", names: [namespace] });
  return new ClusterError(
    "not_found",
    `There is no namespace ${namespace}, and so no ${kind} ${listed(names, "or")} in it.${hint}`,
  );
}

/** A workload of the same name and another kind is what was meant before one of another name is. */
function elsewhere({ objects }: Snapshot, { kind, namespace, names }: Missing): string | undefined {
  if (kind !== "Pod" && !WORKLOADS.some((each) => each === kind)) return undefined;
  const found = names.flatMap((name) => {
    const other = WORKLOADS.find((each) => objects[resourceOf(each)].get(namespace, name));
    return other && other !== kind ? [`a ${other} ${name}`] : [];
  });
  return found.length > 0 ? ` There is ${listed(found, "and")}.` : undefined;
}

function nearest({ objects }: Snapshot, { kind, namespace, names }: Missing): string {
  const candidates = objects[resourceOf(kind)].in(namespace).map(({ metadata }) => metadata.name);
  const near = names.slice(0, MAX_NAMES).flatMap((name) => nearestName(name, candidates) ?? []);
  return near.length > 0 ? ` Did you mean ${listed([...new Set(near)], "or")}?` : "";
}

function listed(names: readonly string[], word: "and" | "or"): string {
  const shown = names.slice(0, MAX_NAMES);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(", ")} and ${more} more`;
  const last = shown.at(-1) ?? "";
  return shown.length > 1 ? `${shown.slice(0, -1).join(", ")} ${word} ${last}` : last;
}

function inside(namespace: string): string {
  return namespace === "" ? "" : ` in namespace ${namespace}`;
}

function plural(kind: string): string {
  return kind.endsWith("s") ? `${kind}es` : `${kind}s`;
}
