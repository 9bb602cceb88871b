import { isDnsLabel, type ObjectOf, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding, type Remedy, type Severity } from "../../check.ts";
import { type Eviction, evictionOf } from "../../kube/evictions.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { controllerOf, podSpecPath, workloadOf } from "../../kube/owners.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import { isHealthyPod, isTerminating } from "../../kube/pods.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";

type Pod = ObjectOf<"pods">;

/** So many evictions of one controller's Pods within this time are no accident, though others take their place. */
const OFTEN = 3;
const WINDOW_SECONDS = 6 * 3_600;

const STORAGE = "ephemeral-storage";

export const podEvicted = defineCheck({
  id: "pod_evicted",
  title: "The kubelet evicted the Pod",
  when: "a Pod failed with the reason Evicted; of little weight when its controller has a healthy Pod in its place, unless that happens again and again",
  severity: "medium",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "nodes"],
  run: ({ objects, asOf }) => {
    const evicted = objects.pods.all.flatMap((pod): readonly Evicted[] => {
      const eviction = isTerminating(pod) ? undefined : evictionOf(pod);
      return eviction ? [{ pod, eviction }] : [];
    });
    if (evicted.length === 0) return [];
    const replaced = replacedOwners(objects);
    const recent = evicted.filter(
      ({ eviction: { at } }) => (secondsBetween(at, asOf) ?? WINDOW_SECONDS) < WINDOW_SECONDS,
    );
    const again = Map.groupBy(recent, ({ pod }) => ownerOf(pod)?.uid);
    return evicted
      .toSorted((a, b) => secondsBetween(a.eviction.at, b.eviction.at ?? "") ?? 0)
      .map((each) => {
        const owner = ownerOf(each.pod)?.uid;
        const times = owner === undefined ? 1 : (again.get(owner)?.length ?? 0);
        const isLeftover = owner !== undefined && replaced.has(owner) && times < OFTEN;
        return findingOf(each, objects, times, isLeftover ? "low" : "medium");
      });
  },
});

interface Evicted {
  readonly pod: Pod;
  readonly eviction: Eviction;
}

function ownerOf({ metadata }: Pod) {
  return metadata.ownerReferences?.find(({ controller }) => controller);
}

/** Controllers that have a Pod that works. */
function replacedOwners(objects: Pick<Objects, "pods">): ReadonlySet<string> {
  return new Set(
    objects.pods.all
      .filter(isHealthyPod)
      .flatMap(({ metadata }) => (metadata.ownerReferences ?? []).map(({ uid }) => uid)),
  );
}

function findingOf(
  { pod, eviction }: Evicted,
  objects: Pick<Objects, "replicaSets" | "jobs" | "nodes">,
  times: number,
  severity: Severity,
): Finding {
  const workload = workloadOf(pod, objects);
  const { resource, overLimit, container, volume } = eviction;
  const subject = container ?? volume;
  return {
    object: workload,
    ...(subject !== undefined && { subject }),
    title: titleOf(workload, eviction),
    confidence: overLimit ? "certain" : "likely",
    severity,
    evidence: [
      fieldEvidence(refOf(pod), "status.message", eviction.message),
      fieldEvidence(refOf(pod), "status.reason", "Evicted"),
      ...(times >= OFTEN ? [fieldEvidence(workload, "Pods evicted within six hours", times)] : []),
    ],
    affects: [refOf(pod)],
    ...(!overLimit && isPressed(pod, objects) && { because: [nodeRef(pod)] }),
    remedies: remediesOf(pod, workload, eviction),
    details: {
      ...(resource !== undefined && { resource }),
      ...(pod.spec?.nodeName && { node: pod.spec.nodeName }),
      ...(times >= OFTEN && { times }),
    },
  };
}

function titleOf(workload: ObjectRef, { overLimit, volume, resource }: Eviction): string {
  const who = `${workload.kind === "Pod" ? nameOf(workload) : `A Pod of ${nameOf(workload)}`} was evicted because`;
  if (volume !== undefined) return `${who} its emptyDir volume ${volume} outgrew its sizeLimit`;
  return overLimit
    ? `${who} it used more storage than its limit`
    : `${who} its Node ran short of ${resource ?? "a resource"}`;
}

function nodeRef({ spec }: Pod): ObjectRef {
  return { kind: "Node", namespace: "", name: spec?.nodeName ?? "" };
}

/** Whether the Node runs short even now: then it explains the eviction better than what the Pod used. */
function isPressed(pod: Pod, objects: Pick<Objects, "nodes">): boolean {
  const conditions = objects.nodes.get("", pod.spec?.nodeName ?? "")?.status?.conditions ?? [];
  return conditions.some(({ type, status }) => type.endsWith("Pressure") && status === "True");
}

function remediesOf(
  pod: Pod,
  workload: ObjectRef,
  { overLimit, volume, limit, resource, container }: Eviction,
): readonly Remedy[] {
  const base = podSpecPath(workload.kind);
  const remove = controllerOf(pod)
    ? [{ step: `Delete ${nameOf(refOf(pod))}: it only remains as a record.` }]
    : [];
  if (volume !== undefined) {
    return [
      {
        step: `Raise the sizeLimit of the emptyDir volume ${volume} in ${base} of ${nameOf(workload)}, or let its program write less there or remove what it has written.`,
        ...raisedLimit(workload, volume, limit),
      },
      ...remove,
    ];
  }
  if (overLimit) {
    return [
      {
        step: `Raise the ephemeral-storage limit or the sizeLimit of the emptyDir in ${base} of ${nameOf(workload)}, or write less to local disk.`,
        ...doubledStorage(pod, workload, container),
      },
      ...remove,
    ];
  }
  return [
    {
      step: `Set ${base}.containers[${container ?? ""}].resources.requests of ${nameOf(workload)} to what it really uses of ${resource ?? "the resource"}, so that it is placed where there is room.`,
    },
    ...remove,
  ];
}

/** Twice the sizeLimit that the message names. */
function raisedLimit({ kind }: ObjectRef, volume: string, limit: string | undefined) {
  const sizeLimit = twice(limit);
  if (sizeLimit === undefined) return {};
  return { patch: podSpecPatch(kind, { volumes: [{ name: volume, emptyDir: { sizeLimit } }] }) };
}

/** Twice the limits of the container that the message names, or of all that have one. */
function doubledStorage({ spec }: Pod, { kind }: ObjectRef, named: string | undefined) {
  const containers = (spec?.containers ?? []).flatMap(({ name, resources }) => {
    const amount = twice(resources?.limits?.[STORAGE]);
    const isMeant = isDnsLabel(name) && (named === undefined || name === named);
    return isMeant && amount !== undefined ? [{ name, resources: { limits: { [STORAGE]: amount } } }] : [];
  });
  return containers.length > 0 ? { patch: podSpecPatch(kind, { containers }) } : {};
}

function twice(size: string | undefined): string | undefined {
  const bytes = parseQuantity(size);
  return bytes === undefined || bytes <= 0 ? undefined : `${Math.ceil((2 * bytes) / 2 ** 20)}Mi`;
}
