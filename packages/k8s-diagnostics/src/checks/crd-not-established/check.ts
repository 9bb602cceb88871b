import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isYoung } from "../../kube/starting.ts";
import { secondsBetween } from "../../kube/time.ts";

type Definition = ObjectOf<"customResourceDefinitions">;

const PATIENCE_SECONDS = 120;

export const crdNotEstablished = defineCheck({
  id: "crd_not_established",
  title: "A CustomResourceDefinition is not in force, or cannot be deleted",
  when: "NamesAccepted or Established of a CustomResourceDefinition that is not new is False, or it has been Terminating for more than two minutes",
  severity: "medium",
  level: "cause",
  reads: ["customResourceDefinitions"],
  run: ({ objects, asOf }) =>
    objects.customResourceDefinitions.all.flatMap((definition) => [
      ...notEstablished(definition, asOf),
      ...stuckTerminating(definition, asOf),
    ]),
});

function conditionOf({ status }: Definition, type: string) {
  return status?.conditions?.find((condition) => condition.type === type);
}

function notEstablished(definition: Definition, asOf: string): readonly Finding[] {
  if (isYoung(definition, asOf) || definition.metadata.deletionTimestamp) return [];
  const object = refOf(definition);
  const names = conditionOf(definition, "NamesAccepted");
  const established = conditionOf(definition, "Established");
  if (names?.status === "False") {
    return [
      {
        object,
        title: `The names of ${nameOf(object)} are taken by another one`,
        confidence: "certain",
        evidence: [
          fieldEvidence(object, "status.conditions[NamesAccepted]", names),
          fieldEvidence(object, "spec.names", definition.spec?.names),
        ],
        remedies: [
          {
            step: `Delete the other CustomResourceDefinition of the same group that has these names, or change spec.names of ${nameOf(object)}.`,
          },
        ],
      },
    ];
  }
  if (established?.status !== "False") return [];
  return [
    {
      object,
      title: `${nameOf(object)} is not in force`,
      confidence: "certain",
      evidence: [fieldEvidence(object, "status.conditions[Established]", established)],
      remedies: [{ step: `Mend what the condition of ${nameOf(object)} says.` }],
    },
  ];
}

function stuckTerminating(definition: Definition, asOf: string): readonly Finding[] {
  const { deletionTimestamp, finalizers } = definition.metadata;
  if ((secondsBetween(deletionTimestamp, asOf) ?? 0) < PATIENCE_SECONDS) return [];
  const object = refOf(definition);
  const terminating = conditionOf(definition, "Terminating");
  return [
    {
      object,
      title: `${nameOf(object)} was deleted and cannot go away: some of its objects remain`,
      confidence: "likely",
      evidence: [
        fieldEvidence(object, "metadata.deletionTimestamp", deletionTimestamp),
        fieldEvidence(object, "metadata.finalizers", finalizers),
        ...(terminating ? [fieldEvidence(object, "status.conditions[Terminating]", terminating)] : []),
      ],
      remedies: [
        {
          step: `Find the objects of ${nameOf(object)} that finalizers hold, and bring back the controller that should release them.`,
        },
      ],
    },
  ];
}
