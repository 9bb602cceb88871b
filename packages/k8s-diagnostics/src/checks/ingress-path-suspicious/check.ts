import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { toYaml } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

const REWRITE = "nginx.ingress.kubernetes.io/rewrite-target";
/** What no plain path holds. */
const EXPRESSION = /[()[\]*^$|+\\]/;

export const ingressPathSuspicious = defineCheck({
  id: "ingress_path_suspicious",
  title: "Path of an Ingress does not do what its annotations say",
  when: "rewrite-target of ingress-nginx names a capture group that no path has; or it names none, so that all below a path goes to one place; or a path with an expression is not of type ImplementationSpecific",
  severity: "low",
  level: "cause",
  reads: ["ingresses"],
  run: ({ objects }) =>
    objects.ingresses.all.flatMap((ingress) => [...rewriteFindings(ingress), ...typeFindings(ingress)]),
});

function pathsOf({ spec }: ObjectOf<"ingresses">) {
  return (spec?.rules ?? []).flatMap(({ http }, rule) =>
    (http?.paths ?? []).map(({ path = "/", pathType }, index) => ({
      path,
      pathType,
      field: `spec.rules[${rule}].http.paths[${index}]`,
    })),
  );
}

function rewriteFindings(ingress: ObjectOf<"ingresses">): readonly Finding[] {
  const target = ingress.metadata.annotations?.[REWRITE];
  if (target === undefined) return [];
  const object = refOf(ingress);
  const wanted = Math.max(0, ...[...target.matchAll(/\$(\d)/g)].map(([, digit]) => Number(digit)));
  return pathsOf(ingress)
    .filter(({ path, pathType }) =>
      wanted > 0 ? groupsIn(path) < wanted : pathType === "Prefix" && path !== "/" && target === "/",
    )
    .map(({ path, field }) => ({
      object,
      subject: field,
      title:
        wanted > 0
          ? `rewrite-target of ${nameOf(object)} names a capture group that a path does not have`
          : `rewrite-target of ${nameOf(object)} sends all requests below a path to /`,
      confidence: "likely",
      evidence: [
        fieldEvidence(object, `metadata.annotations[${REWRITE}]`, target),
        fieldEvidence(object, `${field}.path`, path),
      ],
      remedies: [
        {
          step: `Write the path as PATH(/|$)(.*) with pathType ImplementationSpecific and rewrite-target as /$2 in ${nameOf(object)}, or remove the annotation metadata.annotations[${REWRITE}], as the patch does.`,
          patch: toYaml({ metadata: { annotations: { [REWRITE]: null } } }),
        },
      ],
    }));
}

function groupsIn(path: string): number {
  return (path.match(/\((?!\?)/g) ?? []).length;
}

function typeFindings(ingress: ObjectOf<"ingresses">): readonly Finding[] {
  const object = refOf(ingress);
  return pathsOf(ingress)
    .filter(({ path, pathType }) => pathType !== "ImplementationSpecific" && EXPRESSION.test(path))
    .map(({ path, pathType, field }) => ({
      object,
      subject: `${field}.pathType`,
      title: `A path of ${nameOf(object)} looks like an expression and is not of type ImplementationSpecific`,
      confidence: "likely",
      evidence: [
        fieldEvidence(object, `${field}.path`, path),
        fieldEvidence(object, `${field}.pathType`, pathType),
      ],
      remedies: [
        {
          step: `Set ${field}.pathType of ${nameOf(object)} to ImplementationSpecific.`,
        },
      ],
    }));
}
