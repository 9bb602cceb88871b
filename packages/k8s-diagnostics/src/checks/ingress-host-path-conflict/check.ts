import type { ObjectOf, ObjectRef } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { ingressClassOf } from "../../kube/network/ingress.ts";
import { nameOf, refKey, refOf } from "../../kube/refs.ts";

interface Route {
  readonly key: string;
  readonly field: string;
  readonly object: ObjectRef;
  readonly value: string;
  readonly created: string;
  /** What it sends the traffic to. */
  readonly services: readonly ObjectRef[];
}

const CANARY = /\/canary$/;

export const ingressHostPathConflict = defineCheck({
  id: "ingress_host_path_conflict",
  title: "Two Ingresses claim the same host and path",
  when: "Ingresses of one class have a rule for the same host, path and path type with different backends",
  severity: "medium",
  level: "cause",
  reads: ["ingresses"],
  run: ({ objects }) => {
    const routes = objects.ingresses.all.filter((ingress) => !isCanary(ingress)).flatMap(routesOf);
    return [...Map.groupBy(routes, ({ key }) => key).values()].flatMap((group) => {
      const [first, ...rest] = group.toSorted((a, b) => (a.created < b.created ? -1 : 1));
      if (!first) return [];
      return rest
        .filter((route) => refKey(route.object) !== refKey(first.object) && route.value !== first.value)
        .map((route) => ({
          object: route.object,
          subject: route.field,
          title: `${nameOf(route.object)} claims a host and path that ${nameOf(first.object)} of namespace ${first.object.namespace} has`,
          confidence: "likely" as const,
          evidence: [
            fieldEvidence(route.object, route.field, route.value),
            fieldEvidence(first.object, first.field, first.value),
          ] as const,
          affects: [route.object],
          related: [first.object, ...route.services],
          remedies: [
            {
              step: `Give the rule ${route.field} of ${nameOf(route.object)} another host or path, or remove it; most controllers serve only the older Ingress.`,
            },
          ],
        }));
    });
  },
});

function routesOf(ingress: ObjectOf<"ingresses">): readonly Route[] {
  const object = refOf(ingress);
  return (ingress.spec?.rules ?? []).flatMap((rule, ruleIndex) =>
    (rule.http?.paths ?? []).map(({ path = "/", pathType, backend }, index) => ({
      key: [ingressClassOf(ingress) ?? "", rule.host ?? "", path, pathType].join("\n"),
      field: `spec.rules[${ruleIndex}].http.paths[${index}]`,
      object,
      value: JSON.stringify({ host: rule.host, path, backend, namespace: object.namespace }),
      created: ingress.metadata.creationTimestamp ?? "",
      services:
        backend.service?.name === undefined
          ? []
          : [{ kind: "Service", namespace: object.namespace, name: backend.service.name }],
    })),
  );
}

function isCanary({ metadata }: ObjectOf<"ingresses">): boolean {
  return Object.entries(metadata.annotations ?? {}).some(
    ([key, value]) => CANARY.test(key) && value === "true",
  );
}
