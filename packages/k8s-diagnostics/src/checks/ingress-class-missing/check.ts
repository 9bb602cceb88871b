import { isDnsSubdomain } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nearestName } from "../../kube/nearest.ts";
import { ingressClassOf } from "../../kube/network/ingress.ts";
import { toYaml } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

const DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class";

export const ingressClassMissing = defineCheck({
  id: "ingress_class_missing",
  title: "No controller serves an Ingress, because its class does not exist",
  when: "an Ingress names an IngressClass that does not exist, or names none while there is no default class and no controller has taken it",
  severity: "high",
  level: "cause",
  reads: ["ingresses", "ingressClasses"],
  run: ({ objects }) => {
    if (!objects.ingressClasses.knows("")) return [];
    const classes = objects.ingressClasses.all;
    const hasDefault = classes.some(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === "true");
    const names = classes.map(({ metadata }) => metadata.name);
    return objects.ingresses.all.flatMap((ingress) => {
      const wanted = ingressClassOf(ingress);
      const isServed = (ingress.status?.loadBalancer?.ingress?.length ?? 0) > 0;
      if (isServed || (wanted === undefined && hasDefault)) return [];
      if (names.some((name) => name === wanted)) return [];
      const object = refOf(ingress);
      const isField = ingress.spec?.ingressClassName !== undefined;
      return [
        {
          object,
          title:
            wanted === undefined
              ? `${nameOf(object)} names no class, and no IngressClass is the default`
              : `${nameOf(object)} names an IngressClass that does not exist`,
          confidence: isField ? ("certain" as const) : ("likely" as const),
          evidence: [
            fieldEvidence(
              object,
              isField || wanted === undefined
                ? "spec.ingressClassName"
                : "metadata.annotations[kubernetes.io/ingress.class]",
              wanted,
            ),
            fieldEvidence(object, "IngressClasses of the cluster", names),
          ] as const,
          affects: [object],
          remedies: [remedyFor(nameOf(object), wanted, names)],
        },
      ];
    });
  },
});

function remedyFor(ingress: string, wanted: string | undefined, names: readonly string[]): Remedy {
  const only = names.length === 1 ? names[0] : undefined;
  const suggestion = (wanted === undefined ? undefined : nearestName(wanted, names)) ?? only;
  if (suggestion === undefined || !isDnsSubdomain(suggestion)) {
    return {
      step: `Install an ingress controller with its IngressClass, and set spec.ingressClassName of ${ingress} to it.`,
    };
  }
  return {
    step: `Set spec.ingressClassName of ${ingress} to ${suggestion}.`,
    patch: toYaml({ spec: { ingressClassName: suggestion } }),
  };
}
