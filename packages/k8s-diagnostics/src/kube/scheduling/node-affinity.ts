import type { ObjectOf, Wire } from "@k8s-ops/k8s-cluster";
import type { V1NodeSelector, V1NodeSelectorRequirement, V1NodeSelectorTerm } from "@kubernetes/client-node";

type Node = ObjectOf<"nodes">;
type Pod = ObjectOf<"pods">;
type Requirement = Wire<V1NodeSelectorRequirement>;

/** One requirement on a Node that it does not meet. `path` is relative to the Pod's spec. */
export interface NodeMismatch {
  readonly path: string;
  readonly key: string;
  readonly operator: string;
  readonly wanted: readonly string[];
  /** Undefined when the Node has no such label. */
  readonly actual: string | undefined;
}

const REQUIRED = "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution";

/**
 * What the Pod's nodeSelector and required node affinity ask of this Node in vain: of several terms, the one that
 * comes nearest. Empty when the Node satisfies both.
 * Source: k8s.io/component-helpers scheduling/corev1/nodeaffinity GetRequiredNodeAffinity
 */
export function nodeMismatches(pod: Pod, node: Node): readonly NodeMismatch[] {
  const labels = node.metadata.labels ?? {};
  const selector = Object.entries(pod.spec?.nodeSelector ?? {})
    .filter(([key, value]) => labels[key] !== value)
    .map(([key, value]) => ({
      path: `nodeSelector.${key}`,
      key,
      operator: "In",
      wanted: [value],
      actual: labels[key],
    }));
  const required = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return [...selector, ...selectorMismatches(required, node, REQUIRED)];
}

/** What a node selector (as PersistentVolumes have, too) asks of this Node in vain. */
export function selectorMismatches(
  selector: Wire<V1NodeSelector> | undefined,
  node: Node,
  path: string,
): readonly NodeMismatch[] {
  if (!selector) return [];
  const terms = (selector.nodeSelectorTerms ?? []).map((term, index) =>
    termMismatches(term, node, `${path}.nodeSelectorTerms[${index}]`),
  );
  const nearest = terms.reduce<readonly NodeMismatch[] | undefined>(
    (best, term) => (best === undefined || term.length < best.length ? term : best),
    undefined,
  );
  return nearest ?? [{ path, key: "", operator: "In", wanted: [], actual: undefined }];
}

function termMismatches(term: Wire<V1NodeSelectorTerm>, node: Node, path: string): readonly NodeMismatch[] {
  const labels = node.metadata.labels ?? {};
  return [
    ...(term.matchExpressions ?? []).flatMap((requirement) =>
      requirementMismatch(
        requirement,
        labels[requirement.key],
        `${path}.matchExpressions[${requirement.key}]`,
      ),
    ),
    ...(term.matchFields ?? []).flatMap((requirement) =>
      requirementMismatch(requirement, node.metadata.name, `${path}.matchFields[${requirement.key}]`),
    ),
  ];
}

function requirementMismatch(
  { key, operator, values = [] }: Requirement,
  actual: string | undefined,
  path: string,
): readonly NodeMismatch[] {
  return satisfies(operator, values, actual) ? [] : [{ path, key, operator, wanted: values, actual }];
}

function satisfies(operator: string, values: readonly string[], actual: string | undefined): boolean {
  if (operator === "Exists") return actual !== undefined;
  if (operator === "DoesNotExist") return actual === undefined;
  if (operator === "NotIn") return actual === undefined || !values.includes(actual);
  if (actual === undefined) return false;
  if (operator === "Gt") return Number(actual) > Number(values[0]);
  if (operator === "Lt") return Number(actual) < Number(values[0]);
  return operator === "In" && values.includes(actual);
}
