import { defineCheck } from "../../check.ts";
import { CREATE_READS, createFailures } from "../../kube/admission/create-failures.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import { nameOf } from "../../kube/refs.ts";
import { mendViolations } from "./mend.ts";

const REFUSAL = /violates PodSecurity "(baseline|restricted):(latest|v1\.\d{1,3})": ([^\n]{1,4000})/;
const LABEL = "pod-security.kubernetes.io/enforce";

export const podSecurityViolation = defineCheck({
  id: "pod_security_violation",
  title: "Pod Security forbids the Pod template",
  when: "a controller lacks Pods because the namespace enforces a Pod Security level that the template breaks",
  severity: "high",
  level: "cause",
  reads: [...CREATE_READS, "namespaces"],
  supersedes: ["replicas_not_created"],
  run: ({ objects }) =>
    createFailures(objects).flatMap((failure) => {
      const { owner, workload, base, evidence } = failure;
      const [, level = "", version = "", text = ""] = REFUSAL.exec(failure.message) ?? [];
      if (level === "") return [];
      const violations = splitViolations(text);
      const namespace = { kind: "Namespace", namespace: "", name: owner.namespace };
      const label = objects.namespaces.get("", owner.namespace)?.metadata.labels?.[LABEL];
      const change = mendViolations(failure.template, violations);
      return [
        {
          object: workload,
          title: `The Pod Security level ${level} of namespace ${owner.namespace} forbids the Pods of ${nameOf(workload)}`,
          confidence: "certain" as const,
          evidence: [
            evidence,
            ...(label === undefined ? [] : [fieldEvidence(namespace, `metadata.labels[${LABEL}]`, label)]),
          ] as const,
          affects: [owner],
          related: [namespace],
          remedies: [
            {
              step: change
                ? `Set in ${base} of ${nameOf(workload)} what the level asks for, and see that the image runs without root where it must not be root.`
                : `Correct securityContext and what else the message names in ${base} of ${nameOf(workload)}.`,
              ...(change && { patch: podSpecPatch(workload.kind, change) }),
            },
            {
              step: `Or run ${nameOf(workload)} in a namespace that enforces a lower level, when it needs these rights.`,
            },
          ],
          details: { level, version, violations },
        },
      ];
    }),
});

/** Splits at the commas between violations, not at those inside parentheses. */
function splitViolations(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "(") depth++;
    if (text[at] === ")") depth = Math.max(0, depth - 1);
    if (depth === 0 && text.startsWith(", ", at)) {
      parts.push(text.slice(start, at));
      start = at + 2;
    }
  }
  return [...parts, text.slice(start)].map((part) => part.trim()).filter((part) => part !== "");
}
