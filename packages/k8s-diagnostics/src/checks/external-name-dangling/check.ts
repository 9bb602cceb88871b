import { isDnsLabel, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nearestName } from "../../kube/nearest.ts";
import { servicesNamed } from "../../kube/network/service-hosts.ts";
import { toYaml } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

/** A Service's name inside the cluster; the cluster domain may be any. */
const CLUSTER_NAME = /^([a-z0-9-]{1,63})\.([a-z0-9-]{1,63})\.svc((?:\.[a-z0-9.-]{1,200})?)$/;

type Read = Pick<Objects, "services" | "namespaces">;

export const externalNameDangling = defineCheck({
  id: "external_name_dangling",
  title: "External name points to a Service that does not exist",
  when: "a Service of type ExternalName has no name, or one of this cluster that belongs to no Service",
  severity: "high",
  level: "cause",
  reads: ["services", "namespaces"],
  run: ({ objects }) =>
    objects.services.all.flatMap((service) => {
      if (service.spec?.type !== "ExternalName") return [];
      const match = CLUSTER_NAME.exec((service.spec.externalName ?? "").replace(/\.$/, ""));
      const [, name = "", namespace = "", rest = ""] = match ?? [];
      if (!match || !isDnsLabel(name) || !isDnsLabel(namespace)) return [];
      if (!isAbsent({ kind: "Service", namespace, name }, objects)) return [];
      const object = refOf(service);
      const isGone = isNamespaceGone(namespace, objects);
      const meant = meantBy({ kind: "Service", namespace, name }, objects);
      return [
        {
          object,
          title: `${nameOf(object)} stands for Service ${name} of namespace ${namespace}, which does not exist${isGone ? ": the namespace does not" : ""}`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, "spec.externalName", service.spec.externalName),
            isGone
              ? fieldEvidence(
                  { kind: "Namespace", namespace: "", name: namespace },
                  "metadata.name",
                  undefined,
                )
              : fieldEvidence({ kind: "Service", namespace, name }, "metadata.name", undefined),
          ] as const,
          affects: [object],
          remedies: [
            {
              step: `Set spec.externalName of ${nameOf(object)} to a Service that exists${meant ? `, such as ${meant.name} of namespace ${meant.namespace}` : ""}${isGone ? "." : `, or create Service ${name} in namespace ${namespace}.`}`,
              ...(meant && {
                patch: toYaml({ spec: { externalName: `${meant.name}.${meant.namespace}.svc${rest}` } }),
              }),
            },
          ],
        },
      ];
    }),
});

/** In a namespace that does not exist there is no Service either. */
function isAbsent({ namespace, name }: ObjectRef, { services, namespaces }: Read): boolean {
  if (services.get(namespace, name)) return false;
  if (services.knows(namespace, name)) return true;
  return isNamespaceGone(namespace, { services, namespaces });
}

function isNamespaceGone(name: string, { services, namespaces }: Read): boolean {
  return (
    namespaces.knows("", name) &&
    namespaces.get("", name) === undefined &&
    services.in(name).length === 0 &&
    namespaces.all.length > 0
  );
}

/** The one of a similar name there, else the only one of that name in the cluster. */
function meantBy({ kind, namespace, name }: ObjectRef, objects: Read): ObjectRef | undefined {
  const there = objects.services
    .in(namespace)
    .flatMap(({ metadata, spec }) => (spec?.type === "ExternalName" ? [] : metadata.name));
  const near = nearestName(name, there.filter(isDnsLabel));
  if (near !== undefined) return { kind, namespace, name: near };
  const [only, ...others] = servicesNamed(name, objects).filter(({ spec }) => spec?.type !== "ExternalName");
  return only && others.length === 0 && isDnsLabel(only.metadata.namespace)
    ? { kind, namespace: only.metadata.namespace, name }
    : undefined;
}
