import { isDnsSubdomain, type ObjectOf, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { type Event, latestEvent } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { podSpecPath, workloadOf } from "../../kube/owners.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import { placesOf, stillMatters } from "../../kube/places.ts";
import { isFinished, isHealthyPod, podCondition } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { setResources } from "../../kube/resource-remedies.ts";
import { brokenNetworkPlugins } from "../../kube/scheduling/network-plugin.ts";

type Pod = ObjectOf<"pods">;

/** Far above what an empty Pod takes. */
const ENOUGH_MEMORY = "64Mi";

export const sandboxFailed = defineCheck({
  id: "sandbox_failed",
  title: "Node cannot set up a Pod's sandbox",
  when: "no container of a Pod could be started because its sandbox or its network could not be created (FailedCreatePodSandBox)",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "events"],
  run: ({ objects }) => {
    const refused = objects.pods.all
      .filter(
        (pod) => !isHealthyPod(pod) && !isFinished(pod) && stillMatters(pod, objects) && hasNoSandbox(pod),
      )
      .flatMap((pod) => {
        const event = latestEvent(pod, objects, "FailedCreatePodSandBox");
        return event ? [{ pod, event }] : [];
      });
    if (refused.length === 0) return [];
    const plugins = brokenNetworkPlugins(objects);
    return refused.map(({ pod, event }) => {
      const found = finding(pod, event, objects);
      const broken = plugins.get(pod.spec?.nodeName ?? "");
      return found.subject === "network" && broken ? { ...found, because: broken } : found;
    });
  },
});

/** The condition of Kubernetes 1.29 and later; before, no container has ever had a state but waiting. */
function hasNoSandbox(pod: Pod): boolean {
  const condition = podCondition(pod, "PodReadyToStartContainers");
  if (condition) return condition.status === "False";
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  return statuses.every(
    ({ state, lastState }) => !state?.running && !state?.terminated && !lastState?.terminated,
  );
}

function finding(pod: Pod, event: Event, objects: Pick<Objects, "replicaSets" | "jobs">): Finding {
  const message = (event.message ?? "").slice(0, 4_000);
  const common = {
    confidence: "likely" as const,
    evidence: [eventEvidence(refOf(pod), event)] as const,
    affects: [refOf(pod)],
  };
  if (/RuntimeHandler .{1,200} not supported|no runtime for .{1,200} is configured/.test(message)) {
    const workload = workloadOf(pod, objects);
    const field = `${podSpecPath(workload.kind)}.runtimeClassName`;
    return {
      ...common,
      object: workload,
      subject: "runtimeClassName",
      title: `${nameOf(workload)} asks for a runtime class that its Node does not have`,
      evidence: [...common.evidence, fieldEvidence(workload, field, pod.spec?.runtimeClassName)],
      remedies: [
        {
          step: `Correct ${field} of ${nameOf(workload)}, or install that runtime's handler on the Nodes.`,
          patch: podSpecPatch(workload.kind, { runtimeClassName: null }),
        },
      ],
    };
  }
  if (message.includes("init was OOM-killed")) return tooLittleMemory(pod, common, objects);
  const node = nodeRef(pod);
  if (
    /no IP addresses available|failed to assign an IP address|IP pool .{0,100}exhausted|out of addresses/i.test(
      message,
    )
  ) {
    return {
      ...common,
      object: node ?? refOf(pod),
      subject: "addresses",
      title: `${nameOf(node ?? refOf(pod))} has no Pod addresses left`,
      remedies: [
        {
          step: `Give the network plugin a larger range of addresses for ${nameOf(node ?? refOf(pod))}, or spread the Pods over more Nodes.`,
        },
      ],
    };
  }
  const network = /network|cni|plugin type=/i.test(message);
  return {
    ...common,
    object: node ?? refOf(pod),
    subject: network ? "network" : "runtime",
    title: `${nameOf(node ?? refOf(pod))} cannot set up ${network ? "the network of new Pods" : "sandboxes for new Pods"}`,
    remedies: [
      network
        ? { step: `Check the network plugin's Pods and its configuration on ${nameOf(node ?? refOf(pod))}.` }
        : { step: `Check the container runtime on ${nameOf(node ?? refOf(pod))}: its service and its log.` },
      ...(node
        ? [
            {
              step: `Until then, cordon ${nameOf(node)}, so that new Pods go elsewhere.`,
              call: { tool: "remediate_cordon_node" as const, arguments: { node_name: node.name } },
            },
          ]
        : []),
    ],
  };
}

/** The sandbox shares the Pod's memory, which its containers' limits add up to. */
function tooLittleMemory(
  pod: Pod,
  common: Pick<Finding, "confidence" | "evidence" | "affects">,
  objects: Pick<Objects, "replicaSets" | "jobs">,
): Finding {
  const places = placesOf(pod, objects).filter(({ spec }) => spec.resources?.limits?.memory !== undefined);
  const workload = workloadOf(pod, objects);
  return {
    ...common,
    object: workload,
    subject: "memory",
    title: `The memory limits of ${nameOf(workload)} are too low even for an empty Pod to start`,
    evidence: [
      ...common.evidence,
      ...places.map(({ field, spec }) =>
        fieldEvidence(workload, `${field}.resources.limits.memory`, spec.resources?.limits?.memory),
      ),
    ],
    remedies: [
      {
        step: `Raise the memory limits of the containers of ${nameOf(workload)}, for example to ${ENOUGH_MEMORY}.`,
        ...setResources(
          workload,
          places.map(({ name, role }) => ({
            container: name,
            role: role === "container" ? ("containers" as const) : ("initContainers" as const),
            limits: { memory: ENOUGH_MEMORY },
          })),
        ),
      },
    ],
  };
}

function nodeRef({ spec }: Pod): ObjectRef | undefined {
  const name = spec?.nodeName ?? "";
  return isDnsSubdomain(name) ? { kind: "Node", namespace: "", name } : undefined;
}
