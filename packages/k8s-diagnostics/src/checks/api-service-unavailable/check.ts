import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { missedMetricsApi, scaleTarget } from "../../kube/autoscalers.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isYoung } from "../../kube/starting.ts";

export const apiServiceUnavailable = defineCheck({
  id: "api_service_unavailable",
  title: "Aggregated API does not answer",
  when: "the condition Available of an APIService is not True",
  severity: "high",
  level: "symptom",
  reads: ["apiServices", "services", "horizontalPodAutoscalers", "namespaces"],
  run: ({ objects, asOf }) =>
    objects.apiServices.all.flatMap((api) => {
      const condition = api.status?.conditions?.find(({ type }) => type === "Available");
      if (condition === undefined || condition.status === "True" || isYoung(api, asOf)) return [];
      const object = refOf(api);
      const service = serviceOf(api);
      const isMissing =
        service !== undefined &&
        objects.services.knows(service.namespace, service.name) &&
        !objects.services.get(service.namespace, service.name);
      return [
        {
          object,
          title: `${nameOf(object)} does not answer`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, "status.conditions[Available]", condition),
            fieldEvidence(object, "spec.service", api.spec?.service),
          ] as const,
          affects: sufferers(api, objects),
          related: blindAutoscalers(api, objects)
            .map(scaleTarget)
            .filter(({ kind }) => kind !== ""),
          ...(service && !isMissing && { because: [service] }),
          remedies: [{ step: stepFor(nameOf(object), isMissing, condition.message ?? "") }],
          details: { reason: condition.reason ?? "", message: condition.message ?? "" },
        },
      ];
    }),
});

function stepFor(api: string, isMissing: boolean, message: string): string {
  if (isMissing)
    return `Install again what serves ${api}, or delete the APIService if that has been removed for good.`;
  const effect = "until then its objects cannot be read and no namespace can be deleted.";
  if (/x509:|tls: |certificate/.test(message))
    return `Put the authority of its server's certificate into spec.caBundle of ${api}, or renew the certificate; ${effect}`;
  if (/i\/o timeout|deadline exceeded|Client\.Timeout|no route to host/.test(message))
    return `Let the API server reach the Pods that serve ${api}: a firewall, a NetworkPolicy or the Node's network keeps it from them; ${effect}`;
  if (/bad status from .{0,500}: (?:401|403)/.test(message))
    return `Let the server of ${api} trust the API server: see its requestheader settings and its ClusterRoleBinding to system:auth-delegator; ${effect}`;
  return `Repair the Service and Pods that serve ${api}; ${effect}`;
}

function serviceOf({ spec }: ObjectOf<"apiServices">): ObjectRef | undefined {
  const { name, namespace } = spec?.service ?? {};
  return name === undefined || namespace === undefined ? undefined : { kind: "Service", namespace, name };
}

function blindAutoscalers(
  { metadata }: ObjectOf<"apiServices">,
  objects: Pick<Objects, "horizontalPodAutoscalers">,
) {
  return objects.horizontalPodAutoscalers.all.filter(
    (each) => missedMetricsApi(each)?.name === metadata.name,
  );
}

function sufferers(
  api: ObjectOf<"apiServices">,
  objects: Pick<Objects, "horizontalPodAutoscalers" | "namespaces">,
): readonly ObjectRef[] {
  const namespaces = objects.namespaces.all.filter(({ status }) =>
    status?.conditions?.some(
      (each) => each.type === "NamespaceDeletionDiscoveryFailure" && each.status === "True",
    ),
  );
  return [...blindAutoscalers(api, objects), ...namespaces].map(refOf);
}
