import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { containersOf, isContainerHealthy } from "../../kube/containers.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isReady, isTerminating, podsControlledBy } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { REVISION_READS, revisionsOf } from "../../kube/revisions.ts";
import { isStarting } from "../../kube/starting.ts";
import { mayMendContainer, TEMPLATE_FAILURES } from "../../kube/template-failures.ts";

type Pod = ObjectOf<"pods">;
type StatefulSet = ObjectOf<"statefulSets">;
type Read = Pick<Objects, (typeof REVISION_READS)[number]>;

const REVISION = "controller-revision-hash";
const MAX_CHANGES = 2;

export const statefulsetKeepsBrokenPod = defineCheck({
  id: "statefulset_keeps_broken_pod",
  title: "StatefulSet keeps a broken Pod of an old or reverted template",
  when: "a container of a Pod does not work, the Pod has another revision than the StatefulSet now wants, and with the policy OrderedReady the controller waits for it instead of replacing it",
  severity: "high",
  level: "cause",
  reads: REVISION_READS,
  supersedes: [...TEMPLATE_FAILURES, "rollout_regression"],
  supersedesMoreSpecific: true,
  run: ({ objects, asOf }) =>
    objects.statefulSets.all
      .filter((set) => isOrdered(set) && (set.status?.readyReplicas ?? 0) < (set.spec?.replicas ?? 1))
      .flatMap((set) =>
        podsControlledBy(refOf(set), objects)
          .filter((pod) => isOutdated(pod, set) && isBroken(pod) && !isStarting(pod, asOf))
          .flatMap((pod) => findingOf(pod, set, objects)),
      ),
});

/** With OnDelete and with Parallel the controller waits for no Pod. */
function isOrdered({ spec, metadata }: StatefulSet): boolean {
  return (
    metadata.deletionTimestamp === undefined &&
    spec?.podManagementPolicy !== "Parallel" &&
    spec?.updateStrategy?.type !== "OnDelete"
  );
}

function isOutdated({ metadata }: Pod, { spec, status }: StatefulSet): boolean {
  const revision = metadata.labels?.[REVISION];
  const ordinal = Number(/-(\d{1,9})$/.exec(metadata.name)?.[1] ?? -1);
  if (revision === undefined || status?.updateRevision === undefined) return false;
  return (
    revision !== status.updateRevision && ordinal >= (spec?.updateStrategy?.rollingUpdate?.partition ?? 0)
  );
}

/** Whether a container fails by itself; a Pod that only lacks a Node or its volumes has other reasons. */
function isBroken(pod: Pod): boolean {
  if (isReady(pod) || isTerminating(pod) || !pod.spec?.nodeName) return false;
  return containersOf(pod).some((container) => {
    const { state, lastState } = container.status ?? {};
    const isHeldUp = ["PodInitializing", "ContainerCreating"].includes(state?.waiting?.reason ?? "");
    const hasFailed =
      state?.waiting !== undefined || state?.terminated !== undefined || lastState?.terminated;
    return !isContainerHealthy(container) && !isHeldUp && Boolean(hasFailed);
  });
}

function findingOf(pod: Pod, set: StatefulSet, objects: Read): readonly Finding[] {
  const object = refOf(pod);
  const owner = refOf(set);
  const revision = pod.metadata.labels?.[REVISION];
  const earlier = revisionsOf(set, objects)?.earlier.find(({ object: { name } }) => name === revision);
  const changed = earlier?.changed.filter(mayMendContainer);
  if (changed?.length === 0) return [];
  const wanted = set.status?.updateRevision;
  const works = podsControlledBy(owner, objects).some(
    (other) => isReady(other) && other.metadata.labels?.[REVISION] === wanted,
  );
  const { namespace, name } = object;
  return [
    {
      object,
      title: `${nameOf(object)} keeps a revision of ${nameOf(owner)} that is not wanted any more, and does not become ready`,
      confidence: works && changed !== undefined ? "certain" : "likely",
      evidence: [
        fieldEvidence(object, `metadata.labels[${REVISION}]`, revision),
        fieldEvidence(owner, "status.updateRevision", wanted),
        ...(changed ?? [])
          .slice(0, MAX_CHANGES)
          .map((path) => fieldEvidence(owner, `spec.template.${path}`, "differs from the Pod's revision")),
      ],
      affects: [owner],
      details: { stateful_set: owner.name, revision: revision ?? "" },
      remedies: [
        {
          step: `Delete Pod ${name}: the controller waits for it to become ready before it replaces it by one of the template that ${nameOf(owner)} has now (a forced rollback).`,
          call: { tool: "remediate_pod_restart", arguments: { namespace, pod_name: name } },
        },
      ],
    },
  ];
}
