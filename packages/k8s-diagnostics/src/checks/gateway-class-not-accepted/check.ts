import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isYoung } from "../../kube/starting.ts";

export const gatewayClassNotAccepted = defineCheck({
  id: "gateway_class_not_accepted",
  title: "No controller has accepted a GatewayClass",
  when: "a GatewayClass that a Gateway names, older than a minute, has not the condition Accepted",
  severity: "high",
  level: "cause",
  reads: ["gatewayClasses", "gateways"],
  run: ({ objects, asOf }) => {
    const byClass = Map.groupBy(objects.gateways.all, ({ spec }) => spec?.gatewayClassName ?? "");
    return objects.gatewayClasses.all.flatMap((gatewayClass) => {
      const users = (byClass.get(gatewayClass.metadata.name) ?? []).filter(
        ({ status }) =>
          !status?.conditions?.some(({ type, status: value }) => type === "Programmed" && value === "True"),
      );
      const condition = gatewayClass.status?.conditions?.find(({ type }) => type === "Accepted");
      if (users.length === 0 || condition?.status === "True" || isYoung(gatewayClass, asOf)) return [];
      const object = refOf(gatewayClass);
      const isRefused = condition?.status === "False";
      return [
        {
          object,
          title: isRefused
            ? `The controller of ${nameOf(object)} does not accept it`
            : `No controller has looked at ${nameOf(object)}`,
          confidence: "likely" as const,
          evidence: [
            fieldEvidence(object, "status.conditions[Accepted]", condition),
            fieldEvidence(object, "spec.controllerName", gatewayClass.spec?.controllerName),
          ] as const,
          affects: [object, ...users.map(refOf)],
          remedies: [
            {
              step: isRefused
                ? `Correct in ${nameOf(object)} what the message of its condition names.`
                : `Install and run the controller that spec.controllerName of ${nameOf(object)} names, or let the Gateways name another class.`,
            },
          ],
        },
      ];
    });
  },
});
