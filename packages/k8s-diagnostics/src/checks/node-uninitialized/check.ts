import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding, type Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { toYaml } from "../../kube/patch.ts";
import { isReady, podsControlledBy } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { replicaSetsOf } from "../../kube/rollout.ts";
import {
  type CloudController,
  cloudControllerOf,
  isUninitialized,
  UNINITIALIZED_TAINT,
} from "../../kube/scheduling/cloud-controller.ts";
import { leftOut } from "../../kube/scheduling/left-out.ts";
import { podsHeldOff } from "../../kube/scheduling/node-conditions.ts";
import { PLACEMENT_READS } from "../../kube/scheduling/placement-failures.ts";
import { isControlPlaneTaint } from "../../kube/scheduling/tolerations.ts";
import { secondsBetween } from "../../kube/time.ts";

type Node = ObjectOf<"nodes">;
type Input = Pick<Objects, "nodes" | "pods" | "replicaSets" | "daemonSets" | "deployments">;

/** A cloud controller takes up a new Node within seconds. */
const PATIENCE_SECONDS = 180;
const OLD_ROLE = "node-role.kubernetes.io/master";
const ROLE = "node-role.kubernetes.io/control-plane";

export const nodeUninitialized = defineCheck({
  id: "node_uninitialized",
  title: "No cloud controller takes up the Node",
  when: "a Node has had the taint node.cloudprovider.kubernetes.io/uninitialized for more than three minutes; the cause lies on the cloud controller manager where its workload is known",
  severity: "high",
  level: "cause",
  reads: [...PLACEMENT_READS, "daemonSets", "deployments"],
  supersedes: ["pod_unschedulable"],
  run: ({ objects, asOf }) => {
    const waiting = objects.nodes.all.filter(
      (node) =>
        isUninitialized(node) &&
        (secondsBetween(node.metadata.creationTimestamp, asOf) ?? Infinity) > PATIENCE_SECONDS,
    );
    const [first] = waiting;
    if (!first) return [];
    const held = podsHeldOff(objects);
    const affects = waiting.flatMap((node) => [refOf(node), ...(held.get(node.metadata.name) ?? [])]);
    const controller = cloudControllerOf(objects);
    const finding = controller ? ofController(controller, objects) : withoutController(refOf(first));
    const taint = fieldEvidence(
      refOf(first),
      `spec.taints[${UNINITIALIZED_TAINT}]`,
      first.spec?.taints?.find(({ key }) => key === UNINITIALIZED_TAINT),
    );
    return [
      {
        ...finding,
        evidence: [taint, ...finding.evidence],
        affects,
        details: { nodes: waiting.slice(0, 10).map(({ metadata }) => metadata.name) },
      },
    ];
  },
});

function withoutController(node: ObjectRef): Finding {
  return {
    object: node,
    title: `${nameOf(node)} waits for a cloud controller manager to initialise it`,
    confidence: "possible",
    evidence: [fieldEvidence(node, "spec.providerID", undefined)],
    remedies: [
      {
        step: `Install the cloud controller manager of the provider, or look at its log where it runs outside the cluster; without one, start the kubelet of ${nameOf(node)} without --cloud-provider=external.`,
      },
    ],
  };
}

function ofController(controller: CloudController, objects: Input): Finding {
  const object = refOf(controller);
  const pods = podsOfController(controller, objects);
  if (pods.some(isReady)) return atWork(object, pods.map(refOf));
  const desired = (controller.status as { desiredNumberScheduled?: number } | undefined)
    ?.desiredNumberScheduled;
  const isLeftOut = controller.kind === "DaemonSet" && pods.length === 0;
  const why = isLeftOut ? leftOutOfAll(controller as ObjectOf<"daemonSets">, objects) : undefined;
  const replicas =
    controller.kind === "DaemonSet"
      ? fieldEvidence(object, "status.desiredNumberScheduled", desired)
      : fieldEvidence(object, "spec.replicas", (controller as ObjectOf<"deployments">).spec?.replicas);
  return {
    object,
    title: why
      ? `${nameOf(object)} runs on no Node, so that nothing initialises new ones: ${why.reason}`
      : `${nameOf(object)} has no Pod that is ready, so that nothing initialises new Nodes`,
    confidence: why ? "certain" : "likely",
    evidence: why ? [...why.evidence, replicas] : [replicas],
    because: pods.map(refOf),
    remedies: why?.remedies ?? [{ step: `Make the Pods of ${nameOf(object)} ready.` }],
  };
}

function atWork(object: ObjectRef, pods: readonly ObjectRef[]): Finding {
  return {
    object,
    title: `${nameOf(object)} runs, and does not initialise new Nodes`,
    confidence: "possible",
    evidence: [fieldEvidence(pods[0] ?? object, "status.conditions[Ready].status", "True")],
    because: pods,
    remedies: [
      {
        step: `Look at the log of ${nameOf(object)}: its rights in the cloud, and whether it finds the machine of the Node by its name.`,
      },
    ],
  };
}

function podsOfController(controller: CloudController, objects: Input): readonly ObjectOf<"pods">[] {
  if (controller.kind === "DaemonSet") return podsControlledBy(refOf(controller), objects);
  return replicaSetsOf(controller as ObjectOf<"deployments">, objects).flatMap((set) =>
    podsControlledBy(refOf(set), objects),
  );
}

/** Why the Node that comes nearest, mostly one of the control plane, is left out. */
function leftOutOfAll(set: ObjectOf<"daemonSets">, { nodes }: Input) {
  const byRole = nodes.all.toSorted((a, b) => Number(isControlPlane(b)) - Number(isControlPlane(a)));
  const [nearest] = byRole;
  const why = nearest && leftOut(set, nearest);
  if (!why || !nearest) return undefined;
  const selector = set.spec?.template?.spec?.nodeSelector ?? {};
  const isRenamed = selector[OLD_ROLE] !== undefined && nearest.metadata.labels?.[ROLE] !== undefined;
  return isRenamed ? { ...why, remedies: [renamedRole(refOf(set))] } : why;
}

function renamedRole(object: ObjectRef): Remedy {
  return {
    step: `Let ${nameOf(object)} select ${ROLE}: Kubernetes 1.24 removed the label ${OLD_ROLE}.`,
    patch: toYaml({ spec: { template: { spec: { nodeSelector: { [OLD_ROLE]: null, [ROLE]: "" } } } } }),
  };
}

function isControlPlane(node: Node): boolean {
  return node.metadata.labels?.[ROLE] !== undefined || (node.spec?.taints ?? []).some(isControlPlaneTaint);
}
