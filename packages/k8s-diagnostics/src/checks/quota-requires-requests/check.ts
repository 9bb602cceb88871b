import { isDnsLabel, isDnsSubdomain, type ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { CREATE_READS, createFailures } from "../../kube/admission/create-failures.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isQualifiedName } from "../../kube/grammar.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { nameOf } from "../../kube/refs.ts";
import { setResources } from "../../kube/resource-remedies.ts";
import { changesFor, type Demand, type Share } from "./change.ts";

/** Since 1.26 with the containers' names: `must specify limits.cpu for: app,log; limits.memory for: app`. */
const REFUSAL = /failed quota: ([^:\s]{1,253}): must specify ([^\n]{1,2000})/;

export const quotaRequiresRequests = defineCheck({
  id: "quota_requires_requests",
  title: "A ResourceQuota demands requests or limits that the Pod template lacks",
  when: "a controller lacks Pods because a quota counts a resource of which a container states no request or limit",
  severity: "high",
  level: "cause",
  reads: [...CREATE_READS, "resourceQuotas"],
  supersedes: ["replicas_not_created"],
  run: ({ objects }) =>
    createFailures(objects).flatMap(
      ({ owner, workload, base, template, missing: pods, message, evidence }) => {
        const [, quota, demands] = REFUSAL.exec(message) ?? [];
        if (!quota || !demands) return [];
        const missing = parseDemands(demands);
        const known = new Set((template?.containers ?? []).map(({ name }) => name));
        const containers = [...new Set(missing.flatMap((demand) => demand.containers))].filter((name) =>
          known.has(name),
        );
        const resources = missing.map(({ resource }) => resource).join(", ");
        const ref = { kind: "ResourceQuota", namespace: owner.namespace, name: quota };
        return [
          {
            object: workload,
            title: `${nameOf(workload)} does not state the resources that a quota of its namespace counts`,
            confidence: "certain" as const,
            evidence: [
              evidence,
              ...containers.map((name) =>
                fieldEvidence(
                  workload,
                  `${base}.containers[${name}].resources`,
                  template?.containers.find((one) => one.name === name)?.resources,
                ),
              ),
            ] as const,
            affects: [owner],
            ...(isDnsSubdomain(quota) && { related: [ref] }),
            remedies: [
              {
                step: `Set ${resources || "the demanded requests and limits"} in ${base}.containers[${containers.join(", ")}].resources of ${nameOf(workload)} to what the containers need; the patch holds an example.`,
                ...setResources(
                  workload,
                  changesFor(
                    template,
                    missing,
                    shareOf(objects.resourceQuotas.get(owner.namespace, quota), pods * containers.length),
                  ),
                ),
              },
              {
                step: `Or create a LimitRange in namespace ${owner.namespace} that gives containers defaults: spec.limits[].defaultRequest and spec.limits[].default.`,
              },
            ],
            details: { quota, missing },
          },
        ];
      },
    ),
});

/** What is left of a quota, for each of so many containers. */
function shareOf(quota: ObjectOf<"resourceQuotas"> | undefined, containers: number): Share {
  return (resource) => {
    const hard = parseQuantity(quota?.status?.hard?.[resource]);
    const used = parseQuantity(quota?.status?.used?.[resource]) ?? 0;
    return hard === undefined || containers === 0 ? undefined : (hard - used) / containers;
  };
}

function parseDemands(text: string): readonly Demand[] {
  return text.split("; ").flatMap((part) => {
    const [resources = "", names = ""] = part.split(" for: ");
    const containers = names
      .split(",")
      .map((name) => name.trim())
      .filter(isDnsLabel);
    return resources
      .split(",")
      .map((resource) => resource.trim())
      .filter(isQualifiedName)
      .map((resource) => ({ resource, containers }));
  });
}
