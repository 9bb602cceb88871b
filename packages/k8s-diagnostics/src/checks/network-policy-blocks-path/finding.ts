import type { ObjectRef } from "@k8s-ops/k8s-cluster";
import type { Evidence, Finding, Remedy, Severity } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isQualifiedName } from "../../kube/grammar.ts";
import { gapOf, nearPolicy, type PolicyGap } from "../../kube/network/policy-gaps.ts";
import { nameOf, refKey, refOf } from "../../kube/refs.ts";
import type { Client, Read } from "./client.ts";
import { deselectedFinding } from "./deselected.ts";
import type { BlockedPath } from "./paths.ts";
import { admittingRule, labelPatch, rulePatch } from "./remedy.ts";

const RANK: Readonly<Record<Severity, number>> = { high: 0, medium: 1, low: 2 };

export function blockedFinding(path: BlockedPath, client: Client, objects: Read): Finding {
  const { service, servicePort, arrival, target, barrier, use, said } = path;
  const { place, troubled } = client;
  const { direction } = barrier;
  const isEgress = direction === "Egress";
  const other = isEgress ? target : place.pod;
  const gap = gapOf(barrier, other, target, arrival, objects);
  // A policy that already selects the Pod and lacks one label of the other end is nearer than one that does not.
  const near =
    gap?.lacks.kind === "label" ? undefined : nearPolicy(barrier, [place.pod, target], arrival, objects);
  if (near) return deselectedFinding(path, near, client, severityOf(client, said !== undefined), objects);
  const policy = refOf(gap?.policy ?? barrier.policies[0] ?? target);
  const severity = severityOf(client, said !== undefined);
  const rules = `spec.${direction.toLowerCase()}`;
  const shown: Evidence =
    gap?.rule === undefined
      ? fieldEvidence(policy, rules, ruleList(gap, direction))
      : fieldEvidence(policy, `${rules}[${gap.rule}]`, ruleList(gap, direction)?.[gap.rule]);
  const evidence: readonly Evidence[] = [
    ...(said ? [said.evidence] : []),
    shown,
    ...labelEvidence(gap, refOf(other)),
    ...(said?.evidence === use ? [] : [use]),
    fieldEvidence(service, `spec.ports[${servicePort}].targetPort`, `${arrival.number}/${arrival.protocol}`),
  ];
  const [first = shown, ...rest] = evidence;
  const way = isEgress ? "out" : "in";
  return {
    object: policy,
    ...(severity === "low" && { subject: `${service.namespace}/${service.name}:${servicePort}` }),
    severity,
    title: `${nameOf(policy)} does not let Pods of ${nameOf(place.workload)} ${way} to port ${servicePort} of ${nameOf(service)}${reasonOf(gap, isEgress)}`,
    confidence: said ? "likely" : "possible",
    evidence: [first, ...rest],
    ...(severity !== "low" && { affects: troubled.length > 0 ? troubled : [place.podRef] }),
    related: [place.podRef, place.workload, service],
    details: { direction, client: place.workload.name, service: service.name, port: servicePort },
    remedies: remediesOf(path, gap, client, objects),
  };
}

function ruleList(
  gap: PolicyGap | undefined,
  direction: "Ingress" | "Egress",
): readonly unknown[] | undefined {
  const spec = gap?.policy.spec;
  return direction === "Ingress" ? spec?.ingress : spec?.egress;
}

/** What runs well may never use what it is configured with. */
function severityOf({ place, troubled, isSilent }: Client, isSaid: boolean): Severity {
  if (isSaid) return "high";
  const hasRun = place.status?.state?.running ?? place.status?.lastState?.terminated;
  return troubled.length > 0 && isSilent && hasRun !== undefined && place.status?.ready !== true
    ? "medium"
    : "low";
}

function reasonOf(gap: PolicyGap | undefined, isEgress: boolean): string {
  if (gap?.lacks.kind === "port") return ": it admits other ports";
  if (gap?.lacks.kind !== "label" || !isQualifiedName(gap.lacks.key)) return "";
  const { on, key, present } = gap.lacks;
  const who = isEgress ? "those of the Service" : "they";
  const whose = isEgress ? "whose namespace" : "their namespace";
  const lacks = present === undefined ? "without the label" : "with another value of the label";
  return on === "Namespace"
    ? `: ${whose} is ${lacks} ${key} that it asks for`
    : `: ${who} are ${lacks} ${key} that it asks for`;
}

function labelEvidence(gap: PolicyGap | undefined, other: ObjectRef): readonly Evidence[] {
  if (gap?.lacks.kind !== "label") return [];
  const { on, key, present } = gap.lacks;
  const object = on === "Pod" ? other : { kind: "Namespace", namespace: "", name: other.namespace };
  return [fieldEvidence(object, `metadata.labels[${key}]`, present)];
}

function remediesOf(
  { barrier: { direction }, target, arrival }: BlockedPath,
  gap: PolicyGap | undefined,
  { place }: Client,
  objects: Read,
): readonly Remedy[] {
  if (!gap) return [];
  const policy = refOf(gap.policy);
  const other = direction === "Egress" ? target : place.pod;
  const rule = admittingRule(other, gap.policy.metadata.namespace, direction, arrival, objects);
  const patch = rule === undefined ? undefined : rulePatch(gap.policy, direction, rule);
  const preposition = direction === "Egress" ? "to" : "from";
  const admit: Remedy = {
    step: `Add to spec.${direction.toLowerCase()} of ${nameOf(policy)} in namespace ${policy.namespace} a rule for port ${arrival.number} over ${arrival.protocol} ${preposition} the Pods of ${direction === "Egress" ? "the Service" : `${nameOf(place.workload)} of namespace ${place.workload.namespace}`}.`,
    ...(patch !== undefined && { patch }),
  };
  return [admit, ...labelPatch(gap, other, objects)];
}

/** One finding for all that one policy blocks; the gravest one's words stand for all. */
export function merged(findings: readonly Finding[]): readonly Finding[] {
  const rank = ({ severity = "high" }: Finding) => RANK[severity];
  const ordered = findings.toSorted((a, b) => rank(a) - rank(b));
  const groups = Map.groupBy(ordered, ({ object, subject }) => `${refKey(object)} ${subject ?? ""}`);
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const remedies = [first, ...others].flatMap(({ remedies: steps = [] }) => steps);
    const affects = [first, ...others].flatMap(({ affects: refs = [] }) => refs);
    const related = [first, ...others].flatMap(({ related: refs = [] }) => refs);
    const unique = new Map(remedies.map((remedy) => [remedy.step, remedy]));
    return [{ ...first, affects, related, remedies: [...unique.values()].slice(0, 6) }];
  });
}
