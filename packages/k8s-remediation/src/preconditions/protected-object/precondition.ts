import { isDnsLabel, type KubeObject, type ObjectOf, type Objects } from "@k8s-ops/k8s-cluster";
import { controllerOf, isFinished } from "@k8s-ops/k8s-diagnostics/kube";
import { definePrecondition, type Situation } from "../precondition.ts";
import { told } from "../told.ts";

type Pod = ObjectOf<"pods">;

const PROTECTED = "k8s-ops-mcp/protected";
/** Source: kubernetes/autoscaler cluster-autoscaler/FAQ.md */
const SAFE_TO_EVICT = "cluster-autoscaler.kubernetes.io/safe-to-evict";
/** Source: https://karpenter.sh/docs/concepts/disruption/ */
const DO_NOT_DISRUPT = "karpenter.sh/do-not-disrupt";
const MOST_VERDICTS = 5;

/**
 * Objects whose owners ask for caution. Labels and annotations are written by whoever may deploy: they can only add
 * protection, and no value of theirs permits anything.
 */
export const protectedObject = definePrecondition({
  code: "protected_object",
  when: "the object, what owns it or its namespace is marked `k8s-ops-mcp/protected`, or a Pod that ends asks not to be disrupted",
  liftedBy: "call",
  judgesBy: ({ target, planned: { ends } }) => [
    ...(target.metadata.namespace === "" ? [] : (["namespaces"] as const)),
    ...(ends.length > 0 ? (["replicaSets", "jobs"] as const) : []),
  ],
  judge: (situation) =>
    reasons(situation)
      .slice(0, MOST_VERDICTS)
      .map((message) => ({ verdict: "refuse", message, override: "call" })),
});

function reasons({ target, planned: { ends }, objects }: Situation): readonly string[] {
  const namespaces = new Set([target, ...ends].map(({ metadata }) => metadata.namespace));
  const inherited = [...namespaces].filter((name) => {
    const namespace = objects.namespaces.get("", name);
    return namespace !== undefined && asksForProtection(namespace);
  });
  const others = ends.filter(({ metadata }) => metadata.uid !== target.metadata.uid);
  return [
    ...[target, ...others].flatMap((object) => markOn(object, objects)),
    ...inherited.map((name) => `Namespace${isDnsLabel(name) ? ` ${name}` : ""} is marked with ${PROTECTED}.`),
    ...ends.flatMap(wordsAgainstEviction),
  ];
}

function asksForProtection({ metadata: { labels, annotations } }: KubeObject): boolean {
  return [labels?.[PROTECTED], annotations?.[PROTECTED]].some(
    (value) => value !== undefined && value !== "false",
  );
}

function markOn(object: KubeObject, objects: Objects): readonly string[] {
  if (asksForProtection(object)) return [`${told(object)} is marked with ${PROTECTED}.`];
  const owner = ownerOf(object, objects);
  if (!owner || !asksForProtection(owner)) return [];
  return [
    `${told(owner)}, which owns ${told(object)}, is marked with ${PROTECTED}; without the mark it is not protected.`,
  ];
}

/** A Deployment's annotations are copied to its ReplicaSets, and stay there. Source: k8s.io/kubernetes pkg/controller/deployment/util */
function ownerOf(object: KubeObject, { replicaSets, jobs }: Objects): KubeObject | undefined {
  const controller = controllerOf(object);
  if (object.kind !== "Pod" || !controller) return undefined;
  const { kind, namespace, name } = controller;
  if (kind === "ReplicaSet") return replicaSets.get(namespace, name);
  return kind === "Job" ? jobs.get(namespace, name) : undefined;
}

function wordsAgainstEviction(pod: Pod): readonly string[] {
  if (isFinished(pod)) return [];
  const { annotations = {} } = pod.metadata;
  const disrupt = annotations[DO_NOT_DISRUPT];
  return [
    ...(annotations[SAFE_TO_EVICT] === "false" ? [`${told(pod)} has ${SAFE_TO_EVICT}: "false".`] : []),
    // Newer versions take a duration, too.
    ...(disrupt !== undefined && disrupt !== "false" ? [`${told(pod)} has ${DO_NOT_DISRUPT}.`] : []),
  ];
}
