import { isDnsLabel } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nearestName } from "../../kube/nearest.ts";
import { toYaml } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

/** A Service's name inside the cluster; the cluster domain may be any. */
const CLUSTER_NAME = /^([a-z0-9-]{1,63})\.([a-z0-9-]{1,63})\.svc(?:\.[a-z0-9.-]{1,200})?$/;

export const externalNameDangling = defineCheck({
  id: "external_name_dangling",
  title: "External name points to a Service that does not exist",
  when: "a Service of type ExternalName has no name, or one of this cluster that belongs to no Service",
  severity: "high",
  level: "cause",
  reads: ["services"],
  run: ({ objects }) =>
    objects.services.all.flatMap((service) => {
      if (service.spec?.type !== "ExternalName") return [];
      const match = CLUSTER_NAME.exec((service.spec.externalName ?? "").replace(/\.$/, ""));
      const [, name = "", namespace = ""] = match ?? [];
      if (!match || !isDnsLabel(name) || !isDnsLabel(namespace)) return [];
      if (objects.services.get(namespace, name) || !objects.services.knows(namespace, name)) return [];
      const object = refOf(service);
      const near = nearestName(
        name,
        objects.services.in(namespace).flatMap((other) => (other === service ? [] : other.metadata.name)),
      );
      return [
        {
          object,
          title: `${nameOf(object)} stands for Service ${name} of namespace ${namespace}, which does not exist`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, "spec.externalName", service.spec.externalName),
            fieldEvidence({ kind: "Service", namespace, name }, "metadata.name", undefined),
          ] as const,
          affects: [object],
          remedies: [
            {
              step: `Set spec.externalName of ${nameOf(object)} to a Service that exists${near ? `, such as ${near} of namespace ${namespace}` : ""}, or create Service ${name} in namespace ${namespace}.`,
              ...(near &&
                isDnsLabel(near) && {
                  patch: toYaml({
                    spec: { externalName: service.spec.externalName?.replace(name, near) ?? near },
                  }),
                }),
            },
          ],
        },
      ];
    }),
});
