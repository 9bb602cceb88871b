import type { KubeObject, ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { isLabelValue, isQualifiedName } from "../../kube/grammar.ts";
import { nearestName } from "../nearest.ts";
import { podsMatching } from "../pod-index.ts";
import { matchesLabels } from "../selectors.ts";
import { templateLabels, type Workload, type WorkloadSources, workloadsIn } from "../workloads.ts";
import { hasSelector } from "./services.ts";

type Service = ObjectOf<"services">;
type Sources = WorkloadSources & Pick<Objects, "pods">;

/** A workload whose template has all labels that a Service selects but one. */
export interface NearWorkload {
  readonly workload: Workload;
  readonly key: string;
  readonly wanted: string;
  /** The label's value in the template; undefined when it lacks the label. */
  readonly present: string | undefined;
  /** Another key under which the template has the wanted value, when it lacks the label. */
  readonly renamed: string | undefined;
  /** How many further workloads are as near. */
  readonly others: number;
}

/** Whether it is known that no Pod (finished ones included) and no template has what the Service selects. */
export function selectsNothing(service: Service, objects: Sources): boolean {
  const { namespace } = service.metadata;
  if (!hasSelector(service) || !objects.pods.knows(namespace)) return false;
  const selector = service.spec?.selector;
  return (
    podsMatching(selector, namespace, objects).length === 0 &&
    !workloadsIn(objects, namespace).some((workload) => matchesLabels(selector, templateLabels(workload)))
  );
}

/**
 * The workload that a Service most likely means. Where the selector has one key only, its value must look like the
 * label's (a slip of the keys) or stand under another key, or the workload must have the Service's name.
 */
export function nearestWorkload(service: Service, objects: Sources): NearWorkload | undefined {
  return nearestTo(service, service.spec?.selector, objects);
}

/** The same for another object that selects by labels. */
export function nearestTo(
  { metadata }: KubeObject,
  selector: Readonly<Record<string, string>> | undefined,
  objects: WorkloadSources,
): NearWorkload | undefined {
  const wanted = Object.entries(selector ?? {});
  const near = workloadsIn(objects, metadata.namespace).flatMap((workload) => {
    const labels = templateLabels(workload);
    const different = wanted.filter(([key, value]) => labels[key] !== value);
    const [pair] = different;
    if (!pair || different.length !== 1) return [];
    const [key, value] = pair;
    const present = labels[key];
    const isSlip = present !== undefined && nearestName(value, [present]) !== undefined;
    const isNamesake = workload.metadata.name === metadata.name;
    const renamed =
      present === undefined ? Object.keys(labels).find((other) => labels[other] === value) : undefined;
    if (wanted.length === 1 && !isSlip && renamed === undefined && !isNamesake) return [];
    const score = (isNamesake ? 2 : 0) + (isSlip || renamed !== undefined ? 1 : 0);
    return [{ workload, key, wanted: value, present, renamed, score }];
  });
  const best = Math.max(...near.map(({ score }) => score));
  const [first, ...others] = near.filter(({ score }) => score === best);
  if (!first) return undefined;
  const { score: _, ...found } = first;
  return { ...found, others: others.length };
}

/** The labels of the only nearest workload in place of those that select nothing; undefined where they are no labels. */
export function correctedLabels(
  selector: Readonly<Record<string, string>>,
  near: NearWorkload | undefined,
): Readonly<Record<string, string>> | undefined {
  if (!near || near.others > 0) return undefined;
  const { key, wanted, present, renamed } = near;
  const added = present !== undefined ? [key, present] : [renamed ?? "", wanted];
  const labels = [...Object.entries(selector).filter(([other]) => other !== key), added];
  const isPlain = labels.every(([name = "", value = ""]) => isQualifiedName(name) && isLabelValue(value));
  return isPlain ? Object.fromEntries(labels) : undefined;
}
