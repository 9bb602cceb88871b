import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { containersOf } from "../../kube/containers.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { parseImage } from "../../kube/images/images.ts";
import { type PullFailure, type PullProblem, pullFailures } from "../../kube/images/pulls.ts";
import { isReady } from "../../kube/pods.ts";
import { nameOf, refKey, refOf } from "../../kube/refs.ts";

/** What the way from a Node to a registry can have; what the registry says itself concerns every Node alike. */
const ON_THE_WAY: ReadonlySet<PullProblem> = new Set([
  "dns",
  "timeout",
  "refused",
  "network",
  "certificate",
  "plain_http",
]);

export const nodeCannotReachRegistry = defineCheck({
  id: "node_cannot_reach_registry",
  title: "One Node cannot reach a registry that others pull from",
  when: "at least two Pods of different workloads on one Node fail to pull from a registry because of DNS, the network or TLS, none does elsewhere, and a Pod on another Node runs with an image of that registry",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "events", "nodes"],
  supersedes: ["image_registry_unreachable", "image_pull_failed"],
  run: ({ objects }) => {
    const failures = pullFailures(objects).filter(({ problem }) => ON_THE_WAY.has(problem));
    const byRegistry = Map.groupBy(failures, ({ place }) => registryOf(place.spec.image));
    return [...byRegistry].flatMap(([registry, some]) => {
      const nodes = new Set(some.map(({ place }) => place.pod.spec?.nodeName ?? ""));
      const workloads = new Set(some.map(({ place }) => refKey(place.workload)));
      const node = objects.nodes.get("", [...nodes][0] ?? "");
      if (registry === undefined || !node || nodes.size !== 1 || workloads.size < 2) return [];
      const elsewhere = runsElsewhere(registry, node.metadata.name, objects);
      return elsewhere ? [findingOf(refOf(node), registry, some, elsewhere)] : [];
    });
  },
});

function registryOf(image: string | undefined): string | undefined {
  return parseImage(image)?.registry;
}

/** A Pod that proves that the registry delivers. */
function runsElsewhere(
  registry: string,
  node: string,
  objects: Pick<Objects, "pods">,
): ObjectRef | undefined {
  const pod = objects.pods.all.find(
    (each) =>
      each.spec?.nodeName !== node &&
      isReady(each) &&
      containersOf(each).some(({ spec }) => registryOf(spec.image) === registry),
  );
  return pod && refOf(pod);
}

function findingOf(
  node: ObjectRef,
  registry: string,
  failures: readonly PullFailure[],
  elsewhere: ObjectRef,
): Finding {
  const said = failures.slice(0, 2).flatMap(({ evidence }) => evidence.slice(-1));
  return {
    object: node,
    subject: registry,
    title: `${nameOf(node)} cannot reach the registry of its Pods' images, which another Node pulls from`,
    confidence: "likely",
    evidence: [fieldEvidence(elsewhere, "status.conditions[Ready].status", "True"), ...said],
    affects: failures.map(({ place }) => place.podRef),
    remedies: [
      {
        step: `Check DNS servers, proxy, routes and trusted certificates of ${nameOf(node)} and of its container runtime; other Nodes reach the registry.`,
      },
      {
        step: `Until then, cordon ${nameOf(node)} and let the Pods run elsewhere.`,
        call: { tool: "remediate_cordon_node", arguments: { node_name: node.name } },
      },
    ],
    details: { registry, affected_pods: failures.length },
  };
}
