import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isYoung } from "../../kube/starting.ts";

export const gatewayNotProgrammed = defineCheck({
  id: "gateway_not_programmed",
  title: "Gateway or one of its listeners does not work",
  when: "a Gateway older than a minute, or one of its listeners, has not the condition Accepted, Programmed or ResolvedRefs",
  severity: "high",
  level: "symptom",
  reads: ["gateways"],
  run: ({ objects, asOf }) =>
    objects.gateways.all
      .filter((gateway) => !isYoung(gateway, asOf) && gateway.metadata.deletionTimestamp === undefined)
      .flatMap((gateway) => {
        const object = refOf(gateway);
        const className = gateway.spec?.gatewayClassName;
        return problems(gateway).map(({ listener, field, condition }) => ({
          object,
          ...(listener !== undefined && { subject: listener }),
          title:
            listener === undefined
              ? `${nameOf(object)} is not programmed`
              : `A listener of ${nameOf(object)} does not work`,
          confidence: "certain" as const,
          evidence: [fieldEvidence(object, field, condition)] as const,
          ...(className !== undefined && {
            because: [{ kind: "GatewayClass", namespace: "", name: className }],
          }),
          details: { reason: condition.reason ?? "", message: condition.message ?? "" },
        }));
      }),
});

interface Problem {
  readonly listener?: string;
  readonly field: string;
  readonly condition: { readonly type: string; readonly reason?: string; readonly message?: string };
}

/** The first condition of the Gateway that is wrong, else the wrong ones of its listeners. */
function problems({ status }: ObjectOf<"gateways">): readonly Problem[] {
  for (const type of ["Accepted", "Programmed"]) {
    const condition = status?.conditions?.find((each) => each.type === type);
    if (condition?.status === "True") continue;
    const own = { field: `status.conditions[${type}]`, condition: condition ?? { type, reason: "Absent" } };
    const inner = listenerProblems(status);
    return inner.length > 0 ? inner : [own];
  }
  return listenerProblems(status);
}

function listenerProblems(status: ObjectOf<"gateways">["status"]): readonly Problem[] {
  return (status?.listeners ?? []).flatMap(({ name, conditions = [] }) => {
    const condition =
      conditions.find(({ type, status: value }) => type === "ResolvedRefs" && value === "False") ??
      conditions.find(
        ({ type, status: value }) => ["Accepted", "Programmed"].includes(type) && value === "False",
      );
    if (!condition) return [];
    return [{ listener: name, field: `status.listeners[${name}].conditions[${condition.type}]`, condition }];
  });
}
