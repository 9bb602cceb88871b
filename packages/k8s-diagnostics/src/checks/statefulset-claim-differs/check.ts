import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

type Claim = ObjectOf<"persistentVolumeClaims">;
type Template = NonNullable<NonNullable<ObjectOf<"statefulSets">["spec"]>["volumeClaimTemplates"]>[number];

export const statefulsetClaimDiffers = defineCheck({
  id: "statefulset_claim_differs",
  title: "A StatefulSet's claims are not as its template says",
  when: "a claim of a StatefulSet asks for less storage, another class or other access modes than the volumeClaimTemplate, which counts for new claims only",
  severity: "low",
  level: "symptom",
  reads: ["statefulSets", "persistentVolumeClaims"],
  run: ({ objects }) =>
    objects.statefulSets.all.flatMap((set) =>
      (set.spec?.volumeClaimTemplates ?? []).flatMap((template): readonly Finding[] => {
        const name = template.metadata?.name ?? "";
        const prefix = `${name}-${set.metadata.name}-`;
        const differing = objects.persistentVolumeClaims
          .in(set.metadata.namespace)
          .filter(({ metadata }) => /^\d+$/.test(metadata.name.slice(prefix.length)))
          .filter(({ metadata }) => metadata.name.startsWith(prefix))
          .map((claim) => ({ claim, evidence: differences(claim, template) }))
          .filter(({ evidence }) => evidence.length > 0);
        const [first] = differing;
        const [evidence, ...more] = first?.evidence ?? [];
        if (!first || !evidence) return [];
        const ref = refOf(set);
        return [
          {
            object: ref,
            subject: name,
            title: `${differing.length} claims of ${nameOf(ref)} are not as its volumeClaimTemplate says`,
            confidence: "certain",
            evidence: [evidence, ...more, fieldEvidence(ref, "spec.volumeClaimTemplates", template.spec)],
            related: differing.slice(0, 10).map(({ claim }) => refOf(claim)),
            remedies: [
              {
                step: `Change the claims themselves, such as ${nameOf(refOf(first.claim))}: a larger request is carried out where its class allows expansion; other fields ask for a new claim and a copy of the data.`,
              },
            ],
          },
        ];
      }),
    ),
});

function differences(claim: Claim, { spec }: Template): readonly Evidence[] {
  const ref = refOf(claim);
  const wanted = spec?.resources?.requests?.storage;
  const has = claim.spec?.resources?.requests?.storage;
  const modes = claim.spec?.accessModes ?? [];
  return [
    ...((parseQuantity(wanted) ?? 0) > (parseQuantity(has) ?? 0)
      ? [fieldEvidence(ref, "spec.resources.requests.storage", has)]
      : []),
    ...(spec?.storageClassName !== undefined && spec.storageClassName !== claim.spec?.storageClassName
      ? [fieldEvidence(ref, "spec.storageClassName", claim.spec?.storageClassName)]
      : []),
    ...((spec?.accessModes ?? []).some((mode) => !modes.includes(mode))
      ? [fieldEvidence(ref, "spec.accessModes", modes.join(", "))]
      : []),
  ];
}
