import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isQualifiedName } from "../../kube/grammar.ts";
import { podSpecPath, workloadOf } from "../../kube/owners.ts";
import { stillMatters } from "../../kube/places.ts";
import { isReady, podCondition } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";

type Pod = ObjectOf<"pods">;
type Read = Pick<Objects, "pods" | "replicaSets" | "jobs" | "deployments">;

/** Controllers take about this long to tell of a Pod whose containers have become ready. */
const PATIENCE_SECONDS = 60;

export const readinessGateNotMet = defineCheck({
  id: "readiness_gate_not_met",
  title: "Pod waits for a readiness gate",
  when: "all containers of a Pod have been ready for a minute, and a condition that its readinessGates ask for is False or was never set",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "deployments"],
  run: ({ objects, asOf }) =>
    objects.pods.all
      .filter(
        (pod) =>
          (pod.spec?.readinessGates ?? []).length > 0 && waits(pod, asOf) && stillMatters(pod, objects),
      )
      .flatMap((pod) =>
        (pod.spec?.readinessGates ?? [])
          .map(({ conditionType }) => conditionType)
          .filter((type) => isQualifiedName(type) && podCondition(pod, type)?.status !== "True")
          .map((type) => findingOf(pod, type, objects)),
      ),
});

function waits(pod: Pod, asOf: string): boolean {
  const containers = podCondition(pod, "ContainersReady");
  if (isReady(pod) || containers?.status !== "True") return false;
  return (secondsBetween(containers.lastTransitionTime, asOf) ?? Infinity) > PATIENCE_SECONDS;
}

function findingOf(pod: Pod, type: string, objects: Read): Finding {
  const ref = refOf(pod);
  const workload = workloadOf(pod, objects);
  const condition = podCondition(pod, type);
  const owner = controllerFor(type, objects);
  const field = `${podSpecPath(workload.kind)}.readinessGates`;
  return {
    object: workload,
    subject: type,
    title: condition
      ? `The readiness gate ${type} of ${nameOf(workload)} is not met`
      : `Nobody sets the readiness gate ${type} of ${nameOf(workload)}`,
    confidence: "certain",
    evidence: [
      fieldEvidence(ref, `status.conditions[${type}]`, condition),
      fieldEvidence(ref, "status.conditions[Ready].message", podCondition(pod, "Ready")?.message),
      fieldEvidence(workload, field, pod.spec?.readinessGates),
    ],
    affects: [ref],
    ...(owner.found && { because: [owner.found], related: [owner.found] }),
    details: { condition: type, ...(condition?.reason !== undefined && { reason: condition.reason }) },
    remedies: [
      {
        step: condition
          ? `Look at why status.conditions[${type}] of ${nameOf(ref)} is not True: its reason and message are in the evidence${owner.name === undefined ? "" : `, and the log of ${owner.name} tells more`}.`
          : `Install or repair ${owner.name ?? "the controller that sets the condition"}: without it the Pods of ${nameOf(workload)} never become ready.`,
      },
      ...(condition ? [] : [{ step: `Or remove the gate from ${field} of ${nameOf(workload)}.` }]),
    ],
  };
}

/** Whose conditions they are, and in which Deployment that controller usually runs. */
const CONTROLLERS: readonly (readonly [string, string, string])[] = [
  ["target-health.elbv2.k8s.aws/", "the AWS Load Balancer Controller", "aws-load-balancer-controller"],
  ["target-health.alb.ingress.k8s.aws/", "the AWS Load Balancer Controller", "aws-load-balancer-controller"],
  ["cloud.google.com/load-balancer-neg-ready", "the GKE NEG controller", ""],
  ["azure-application-gateway-ingress", "the Application Gateway Ingress Controller", "ingress-azure"],
];

function controllerFor(
  type: string,
  objects: Read,
): { readonly name: string | undefined; readonly found: ObjectRef | undefined } {
  const [, name, deployment = ""] = CONTROLLERS.find(([prefix]) => type.startsWith(prefix)) ?? [];
  const found =
    deployment === ""
      ? undefined
      : objects.deployments.all.find(({ metadata }) => metadata.name === deployment);
  return { name, found: found && refOf(found) };
}
