import { isDnsSubdomain, type ObjectOf, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding, type Remedy } from "../../check.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { isReady, podsControlledBy } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { replacementOf } from "../../kube/remedy-parts.ts";
import { leftOut } from "../../kube/scheduling/left-out.ts";
import { claimRef, claimsOf } from "../../kube/storage/claims.ts";
import { driverNotRegistered, nodePartOf } from "../../kube/storage/csi-drivers.ts";
import { mountFailures } from "../../kube/storage/mount-failures.ts";

type Input = Pick<Objects, "pods" | "daemonSets" | "csiNodes" | "csiDrivers" | "nodes">;

export const csiDriverNotRegistered = defineCheck({
  id: "csi_driver_not_registered",
  title: "A storage driver does not run on the Node",
  when: "a Pod cannot start because the CSI driver of one of its volumes is not registered on its Node",
  severity: "high",
  level: "cause",
  reads: ["pods", "events", "daemonSets", "csiNodes", "csiDrivers", "nodes"],
  supersedes: ["volume_mount_failed"],
  run: ({ objects, asOf }) =>
    mountFailures(objects, asOf).flatMap(({ pod, events }): readonly Finding[] => {
      const event = events.find(({ message = "" }) => driverNotRegistered(message) !== undefined);
      const driver = driverNotRegistered(event?.message ?? "");
      const node = pod.spec?.nodeName ?? "";
      if (!event || driver === undefined || !isDnsSubdomain(node) || isRegistered(driver, node, objects))
        return [];
      const { object, title, evidence, remedies, because } = placeOf(driver, node, objects);
      return [
        {
          object,
          title,
          confidence: "likely",
          evidence: [eventEvidence(refOf(pod), event), ...evidence, ...nodeEvidence(node, objects)],
          affects: [refOf(pod)],
          related: [
            { kind: "Node", namespace: "", name: node },
            ...claimsOf(pod).map(({ name }) => claimRef(pod.metadata.namespace, name)),
          ],
          ...(because && { because }),
          remedies,
          details: { driver, node },
        },
      ];
    }),
});

/** Registered by now: the kubelet will succeed at its next try. */
function isRegistered(driver: string, node: string, { csiNodes }: Input): boolean {
  return csiNodes.get("", node)?.spec?.drivers?.some(({ name }) => name === driver) ?? false;
}

function nodeEvidence(node: string, { csiNodes }: Input): readonly Evidence[] {
  const registered = csiNodes.get("", node);
  if (!registered) return [];
  const names = registered.spec?.drivers?.map(({ name }) => name).join(", ");
  return [fieldEvidence(refOf(registered), "spec.drivers[].name", names || undefined)];
}

interface Place extends Pick<Finding, "object" | "title"> {
  readonly evidence: readonly Evidence[];
  readonly remedies: readonly Remedy[];
  readonly because?: readonly ObjectRef[];
}

function placeOf(driver: string, node: string, objects: Input): Place {
  const set = nodePartOf(driver, objects);
  if (!set) return withoutDaemonSet(driver, node, objects);
  const ref = refOf(set);
  const pod = podsControlledBy(ref, objects).find(({ spec }) => spec?.nodeName === node);
  if (!pod) return withoutPod(set, driver, node, objects);
  return {
    object: ref,
    title: isReady(pod)
      ? `The CSI driver ${driver} has not registered itself on Node ${node}`
      : `The Pod of ${nameOf(ref)} that brings the CSI driver ${driver} to Node ${node} is not ready`,
    evidence: [fieldEvidence(refOf(pod), "status.phase", pod.status?.phase)],
    remedies: [
      {
        step: isReady(pod)
          ? `Look at the log of the container node-driver-registrar of ${nameOf(refOf(pod))}, and restart that Pod.`
          : `Mend ${nameOf(refOf(pod))} in namespace ${ref.namespace}.`,
        ...(isReady(pod) && replacementOf(refOf(pod))),
      },
    ],
    because: [refOf(pod)],
  };
}

function withoutPod(set: ObjectOf<"daemonSets">, driver: string, node: string, { nodes }: Input): Place {
  const ref = refOf(set);
  const target = nodes.get("", node);
  const why = target && leftOut(set, target);
  return {
    object: ref,
    title: `${nameOf(ref)}, which brings the CSI driver ${driver}, has no Pod on Node ${node}${why ? `: ${why.reason}` : ""}`,
    evidence: why?.evidence ?? [
      fieldEvidence(ref, "status.desiredNumberScheduled", set.status?.desiredNumberScheduled),
    ],
    remedies: why?.remedies ?? [
      {
        step: `Let ${nameOf(ref)} run on Node ${node}: compare its nodeSelector, affinity and tolerations with the Node.`,
      },
    ],
  };
}

function withoutDaemonSet(driver: string, node: string, { csiDrivers }: Input): Place {
  const object: ObjectRef = { kind: "CSIDriver", namespace: "", name: driver };
  const unheardOf = !csiDrivers.get("", driver) && csiDrivers.knows("", driver);
  return {
    object,
    title: unheardOf
      ? `The CSI driver ${driver} is not installed`
      : `The CSI driver ${driver} does not run on Node ${node}`,
    evidence: unheardOf ? [fieldEvidence(object, "metadata.name", undefined)] : [],
    remedies: [
      {
        step: unheardOf
          ? `Install the CSI driver ${driver}, or use a volume of another driver.`
          : `Run the node part of the CSI driver ${driver} on Node ${node}.`,
      },
    ],
  };
}
