import { isDnsLabel } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isLabelValue, isQualifiedName } from "../../kube/grammar.ts";
import { nearestName } from "../../kube/nearest.ts";
import { toYaml } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const statefulsetServiceMissing = defineCheck({
  id: "statefulset_service_missing",
  title: "Governing Service of a StatefulSet is missing",
  when: "spec.serviceName of a StatefulSet with replicas names a Service that does not exist, so that its Pods have no DNS names",
  severity: "medium",
  level: "cause",
  reads: ["statefulSets", "services"],
  run: ({ objects }) =>
    objects.statefulSets.all.flatMap((set) => {
      const { namespace } = set.metadata;
      const name = set.spec?.serviceName ?? "";
      if (!isDnsLabel(name) || set.spec?.replicas === 0) return [];
      if (objects.services.get(namespace, name) || !objects.services.knows(namespace, name)) return [];
      const object = refOf(set);
      const near = nearestName(
        name,
        objects.services.in(namespace).map(({ metadata }) => metadata.name),
      );
      const service = { kind: "Service", namespace, name };
      return [
        {
          object,
          title: `${nameOf(object)} names the Service ${name}, which does not exist`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, "spec.serviceName", name),
            fieldEvidence(service, "metadata.name", undefined),
          ] as const,
          remedies: [
            {
              step: `Create the headless Service ${name} that selects the Pods of ${nameOf(object)}: kubectl create service clusterip ${name} --namespace ${namespace} --clusterip=None, then give it their labels by the patch${near ? `; or, if Service ${near} is meant, create the StatefulSet anew with that serviceName, because the field cannot be changed` : ""}.`,
              object: service,
              ...selectorPatch(set.spec?.selector?.matchLabels),
            },
          ],
        },
      ];
    }),
});

/** kubectl gives a new Service the label app alone. */
function selectorPatch(labels: Readonly<Record<string, string>> = {}) {
  const pairs = Object.entries(labels);
  const isPlain = pairs.every(([key, value]) => isQualifiedName(key) && isLabelValue(value));
  if (!isPlain || pairs.length === 0) return {};
  return {
    patch: toYaml({ spec: { selector: { ...(labels.app === undefined && { app: null }), ...labels } } }),
  };
}
