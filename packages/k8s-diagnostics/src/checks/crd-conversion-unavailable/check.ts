import type { ObjectOf, ObjectRef } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { BACKEND_READS, type Callee, standingFault } from "../../kube/admission/callees.ts";
import { failedConversions } from "../../kube/admission/namespace-deletion.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nest, toYaml } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isYoung } from "../../kube/starting.ts";

type Definition = ObjectOf<"customResourceDefinitions">;

const FIELD = ["spec", "conversion", "webhook", "clientConfig"];

export const crdConversionUnavailable = defineCheck({
  id: "crd_conversion_unavailable",
  title: "The conversion webhook of a CustomResourceDefinition cannot be called",
  when: "a CustomResourceDefinition is stored in one version and served in another, and the Service, port, endpoints or caBundle of its conversion webhook show that a call must fail; grave when a namespace cannot be deleted for it",
  severity: "medium",
  level: "cause",
  reads: ["customResourceDefinitions", "namespaces", ...BACKEND_READS],
  run: ({ objects, asOf }) =>
    objects.customResourceDefinitions.all.flatMap((definition): readonly Finding[] => {
      const callee = calleeOf(definition);
      if (!callee || isYoung(definition, asOf)) return [];
      const fault = standingFault(callee, objects, asOf);
      if (!fault) return [];
      const object = refOf(definition);
      const held = objects.namespaces.all.filter((namespace) =>
        failedConversions(namespace).some((failed) => isOf(definition, failed)),
      );
      return [
        {
          object: fault.object,
          subject: object.name,
          title: fault.title,
          confidence: fault.confidence,
          ...(held.length > 0 && { severity: "high" as const }),
          evidence: [
            fieldEvidence(object, "spec.conversion.strategy", definition.spec?.conversion?.strategy),
            ...fault.evidence,
          ],
          affects: [object, ...held.map(refOf)],
          ...(fault.because && { because: fault.because }),
          remedies: [
            fault.remedy,
            {
              step: `Until then objects of ${nameOf(object)} can be neither read nor deleted in a version other than the stored one.`,
            },
          ],
          details: { stored_versions: definition.status?.storedVersions ?? [] },
        },
      ];
    }),
});

/** Undefined when nothing has to be converted, or the webhook is no Service. */
function calleeOf(definition: Definition): Callee | undefined {
  const { conversion, versions = [] } = definition.spec ?? {};
  const { service, caBundle } = conversion?.webhook?.clientConfig ?? {};
  if (conversion?.strategy !== "Webhook" || !service) return undefined;
  if (versions.filter(({ served }) => served).length < 2) return undefined;
  const owner = refOf(definition);
  const called: ObjectRef = { kind: "Service", namespace: service.namespace, name: service.name };
  return {
    who: `The conversion webhook of ${nameOf(owner)}`,
    service: called,
    port: service.port,
    caBundle,
    owner,
    field: FIELD.join("."),
    patch: (change) => toYaml(nest(FIELD, change)),
  };
}

function isOf(
  { spec }: Definition,
  { group, kind }: { readonly group: string; readonly kind: string },
): boolean {
  return spec?.group === group && spec.names?.kind === kind;
}
