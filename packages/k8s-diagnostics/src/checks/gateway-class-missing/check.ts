import { isDnsSubdomain } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nearestName } from "../../kube/nearest.ts";
import { toYaml } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const gatewayClassMissing = defineCheck({
  id: "gateway_class_missing",
  title: "Gateway names a class that does not exist",
  when: "spec.gatewayClassName of a Gateway names a GatewayClass that does not exist",
  severity: "high",
  level: "cause",
  reads: ["gateways", "gatewayClasses"],
  run: ({ objects }) =>
    objects.gateways.all.flatMap((gateway) => {
      const name = gateway.spec?.gatewayClassName ?? "";
      if (!isDnsSubdomain(name) || !objects.gatewayClasses.knows("", name)) return [];
      if (objects.gatewayClasses.get("", name)) return [];
      const object = refOf(gateway);
      const near = nearestName(
        name,
        objects.gatewayClasses.all.map(({ metadata }) => metadata.name),
      );
      return [
        {
          object,
          title: `${nameOf(object)} names GatewayClass ${name}, which does not exist`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, "spec.gatewayClassName", name),
            fieldEvidence({ kind: "GatewayClass", namespace: "", name }, "metadata.name", undefined),
          ] as const,
          affects: [object],
          remedies: [
            near && isDnsSubdomain(near)
              ? {
                  step: `Set spec.gatewayClassName of ${nameOf(object)} to ${near}.`,
                  patch: toYaml({ spec: { gatewayClassName: near } }),
                }
              : {
                  step: `Install a Gateway controller that brings GatewayClass ${name}, or name one that exists.`,
                },
          ],
        },
      ];
    }),
});
