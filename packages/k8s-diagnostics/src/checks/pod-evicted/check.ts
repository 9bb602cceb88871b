import { isDnsLabel, type ObjectOf, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding, type Severity } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { controllerOf, podSpecPath, workloadOf } from "../../kube/owners.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import { isHealthyPod, isTerminating } from "../../kube/pods.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

type Pod = ObjectOf<"pods">;

const RESOURCE = /low on resource: (memory|ephemeral-storage|inodes|pids)\b/;
const CONTAINER =
  /Container ([a-z0-9][-a-z0-9]{0,62}) (?:was using|exceeded its local ephemeral storage limit)/;

const STORAGE = "ephemeral-storage";

export const podEvicted = defineCheck({
  id: "pod_evicted",
  title: "The kubelet evicted the Pod",
  when: "a Pod failed with the reason Evicted; of little weight when its controller has a healthy Pod in its place",
  severity: "medium",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "nodes"],
  run: ({ objects }) => {
    const evicted = objects.pods.all.filter(
      (pod) => pod.status?.phase === "Failed" && pod.status.reason === "Evicted" && !isTerminating(pod),
    );
    if (evicted.length === 0) return [];
    const replaced = replacedOwners(objects);
    return evicted.map((pod) => findingOf(pod, objects, replaced));
  },
});

/** Controllers that have a Pod that works. */
function replacedOwners(objects: Pick<Objects, "pods">): ReadonlySet<string> {
  return new Set(
    objects.pods.all
      .filter(isHealthyPod)
      .flatMap(({ metadata }) => (metadata.ownerReferences ?? []).map(({ uid }) => uid)),
  );
}

function findingOf(
  pod: Pod,
  objects: Pick<Objects, "replicaSets" | "jobs" | "nodes">,
  replaced: ReadonlySet<string>,
): Finding {
  const workload = workloadOf(pod, objects);
  const message = pod.status?.message ?? "";
  const resource = RESOURCE.exec(message)?.[1];
  const overLimit = /exceed(?:s|ed) (?:its local|the (?:total )?limit)/.test(message);
  const container = CONTAINER.exec(message)?.[1];
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
  const leftover = owner !== undefined && replaced.has(owner.uid);
  const severity: Severity = leftover ? "low" : "medium";
  return {
    object: workload,
    ...(container !== undefined && { subject: container }),
    title: overLimit
      ? `${whoOf(workload)} was evicted because it used more storage than its limit`
      : `${whoOf(workload)} was evicted because its Node ran short of ${resource ?? "a resource"}`,
    confidence: overLimit ? "certain" : "likely",
    severity,
    evidence: [
      fieldEvidence(refOf(pod), "status.message", message),
      fieldEvidence(refOf(pod), "status.reason", "Evicted"),
    ],
    affects: [refOf(pod)],
    ...(!overLimit && isPressed(pod, objects) && { because: [nodeRef(pod)] }),
    remedies: remediesOf(pod, workload, overLimit, resource),
    details: {
      ...(resource !== undefined && { resource }),
      ...(pod.spec?.nodeName && { node: pod.spec.nodeName }),
    },
  };
}

function nodeRef({ spec }: Pod): ObjectRef {
  return { kind: "Node", namespace: "", name: spec?.nodeName ?? "" };
}

/** Whether the Node runs short even now: then it explains the eviction better than what the Pod used. */
function isPressed(pod: Pod, objects: Pick<Objects, "nodes">): boolean {
  const conditions = objects.nodes.get("", pod.spec?.nodeName ?? "")?.status?.conditions ?? [];
  return conditions.some(({ type, status }) => type.endsWith("Pressure") && status === "True");
}

function whoOf(workload: ObjectRef): string {
  return workload.kind === "Pod" ? nameOf(workload) : `A Pod of ${nameOf(workload)}`;
}

function remediesOf(pod: Pod, workload: ObjectRef, overLimit: boolean, resource: string | undefined) {
  const base = podSpecPath(workload.kind);
  const remove = controllerOf(pod)
    ? [{ step: `Delete ${nameOf(refOf(pod))}: it only remains as a record.` }]
    : [];
  if (overLimit) {
    return [
      {
        step: `Raise the ephemeral-storage limit or the sizeLimit of the emptyDir in ${base} of ${nameOf(workload)}, or write less to local disk.`,
        ...doubledStorage(pod, workload),
      },
      ...remove,
    ];
  }
  return [
    {
      step: `Set ${base}.containers[].resources.requests of ${nameOf(workload)} to what it really uses of ${resource ?? "the resource"}, so that it is placed where there is room.`,
    },
    ...remove,
  ];
}

/** Twice the limit that the message names: of an emptyDir, or of a container. */
function doubledStorage(pod: Pod, { kind }: ObjectRef): { readonly patch?: string } {
  const message = pod.status?.message ?? "";
  const volume = pod.spec?.volumes?.find(
    ({ name, emptyDir }) => emptyDir?.sizeLimit !== undefined && message.includes(`"${name}"`),
  );
  const sizeLimit = twice(volume?.emptyDir?.sizeLimit);
  if (volume && isDnsLabel(volume.name) && sizeLimit !== undefined)
    return { patch: podSpecPatch(kind, { volumes: [{ name: volume.name, emptyDir: { sizeLimit } }] }) };
  const named = CONTAINER.exec(message)?.[1];
  const limited = (pod.spec?.containers ?? []).filter(
    ({ name, resources }) =>
      resources?.limits?.[STORAGE] !== undefined && (named === undefined || name === named),
  );
  const changes = limited.flatMap(({ name, resources }) => {
    const amount = twice(resources?.limits?.[STORAGE]);
    return amount === undefined || !isDnsLabel(name)
      ? []
      : [{ name, resources: { limits: { [STORAGE]: amount } } }];
  });
  return changes.length > 0 ? { patch: podSpecPatch(kind, { containers: changes }) } : {};
}

function twice(size: string | undefined): string | undefined {
  const bytes = parseQuantity(size);
  return bytes ? `${Math.ceil((2 * bytes) / 2 ** 20)}Mi` : undefined;
}
