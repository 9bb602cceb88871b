import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const crdVersionNotServed = defineCheck({
  id: "crd_version_not_served",
  title: "Objects are stored in a version that is no longer served",
  when: "status.storedVersions of a CustomResourceDefinition holds a version that spec.versions does not serve, or that is marked as deprecated",
  severity: "low",
  level: "symptom",
  reads: ["customResourceDefinitions"],
  run: ({ objects }) =>
    objects.customResourceDefinitions.all.flatMap((definition) => {
      const versions = definition.spec?.versions ?? [];
      const stored = definition.status?.storedVersions ?? [];
      const old = stored.filter((name) => {
        const version = versions.find((each) => each.name === name);
        return version === undefined || !version.served || version.deprecated === true;
      });
      const storage = versions.find((version) => version.storage)?.name;
      if (old.length === 0 || storage === undefined || old.includes(storage)) return [];
      const object = refOf(definition);
      return [
        {
          object,
          title: `Some objects of ${nameOf(object)} are still stored in an old version`,
          confidence: "likely" as const,
          evidence: [
            fieldEvidence(object, "status.storedVersions", stored),
            fieldEvidence(object, "spec.versions[] (served)", servedNames(versions)),
          ] as const,
          remedies: [
            {
              step: `Write every object of ${nameOf(object)} once more, so that it is stored anew, then take the old versions out of status.storedVersions.`,
            },
          ],
          details: { old_versions: old },
        },
      ];
    }),
});

function servedNames(versions: readonly { readonly name: string; readonly served: boolean }[]): string {
  return versions
    .filter(({ served }) => served)
    .map(({ name }) => name)
    .join(", ");
}
