import type { ObjectOf, ObjectRef } from "@k8s-ops/k8s-cluster";
import type { Evidence, Finding, Severity } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isLabelValue, isQualifiedName } from "../../kube/grammar.ts";
import type { NearPolicy } from "../../kube/network/policy-gaps.ts";
import { podSpecPath, workloadOf } from "../../kube/owners.ts";
import { nest, toYaml } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import type { Client, Read } from "./client.ts";
import type { BlockedPath } from "./paths.ts";

type Pod = ObjectOf<"pods">;

/** A policy lets Pods with a label through, and the Pods of the workload are without that label: it is what must change. */
export function deselectedFinding(
  { service, servicePort, target, barrier, use, said }: BlockedPath,
  { policy, key, wanted }: NearPolicy,
  { place, troubled }: Client,
  severity: Severity,
  objects: Read,
): Finding {
  const isEgress = barrier.direction === "Egress";
  const isolated: Pod = isEgress ? place.pod : target;
  const workload = workloadOf(isolated, objects);
  const [denying = policy] = barrier.policies;
  const named = isQualifiedName(key) ? ` ${key}` : "";
  const shown: readonly Evidence[] = [
    ...(said ? [said.evidence] : []),
    fieldEvidence(refOf(policy), "spec.podSelector", policy.spec?.podSelector),
    fieldEvidence(refOf(isolated), `metadata.labels[${key}]`, undefined),
    ...(said?.evidence === use ? [] : [use]),
    fieldEvidence(refOf(denying), "spec.podSelector", denying.spec?.podSelector),
  ];
  const [first = use, ...rest] = shown;
  return {
    object: workload,
    ...(severity === "low" && { subject: `${service.namespace}/${service.name}:${servicePort}` }),
    severity,
    title: `Pods of ${nameOf(workload)} are without the label${named} by which ${nameOf(refOf(policy))} lets ${isEgress ? "Pods out" : "traffic in"} to port ${servicePort} of ${nameOf(service)}`,
    confidence: said ? "likely" : "possible",
    evidence: [first, ...rest],
    ...(severity !== "low" && { affects: troubled.length > 0 ? troubled : [place.podRef] }),
    related: [place.podRef, place.workload, service, refOf(policy)],
    details: {
      direction: barrier.direction,
      client: place.workload.name,
      service: service.name,
      port: servicePort,
    },
    remedies: [
      {
        step: `Give the Pod template of ${nameOf(workload)} the label${named} that spec.podSelector of ${nameOf(refOf(policy))} asks for.`,
        ...patchFor(workload, key, wanted),
      },
      {
        step: `Or let spec.podSelector of ${nameOf(refOf(policy))} select the Pods of ${nameOf(workload)}.`,
        object: refOf(policy),
      },
    ],
  };
}

function patchFor({ kind }: ObjectRef, key: string, wanted: string): { readonly patch?: string } {
  if (!isQualifiedName(key) || !isLabelValue(wanted)) return {};
  const path = podSpecPath(kind).split(".").slice(0, -1);
  return { patch: toYaml(nest(path, { metadata: { labels: { [key]: wanted } } })) };
}
