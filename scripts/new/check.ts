import { camelCase } from "../generate/indexes.ts";

/** A check that finds Pods in phase Failed, to be replaced: it passes its tests as it stands. */
export function newCheck(id: string): Readonly<Record<string, string>> {
  const name = camelCase(id);
  const code = id.replaceAll("-", "_");
  const folder = `packages/k8s-diagnostics/src/checks/${id}`;
  return {
    [`${folder}/check.ts`]: `import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const ${name} = defineCheck({
  id: "${code}",
  title: "What it finds, in a few words",
  when: "the condition under which it reports, in a sentence",
  severity: "high",
  level: "cause",
  reads: ["pods"],
  run: ({ objects }) =>
    objects.pods.all
      .filter((pod) => pod.status?.phase === "Failed" && pod.status.reason === "${name}")
      .map((pod) => ({
        object: refOf(pod),
        title: \`\${nameOf(refOf(pod))} failed\`,
        confidence: "certain" as const,
        evidence: [fieldEvidence(refOf(pod), "status.reason", pod.status?.reason)] as const,
        remedies: [{ step: \`Say what to change in \${nameOf(refOf(pod))}.\` }],
      })),
});
`,
    [`${folder}/check.test.ts`]: `import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { ${name} } from "./check.ts";

describe(${name}.id, () => {
  it("names the Pod and its reason", () => {
    expect(runOnFixture(${name}, "fault")).toMatchObject([
      { object: { kind: "Pod", namespace: "shop", name: "web-1" }, evidence: [{ field: "status.reason" }] },
    ]);
  });
});
`,
    [`${folder}/fixtures/fault.yaml`]: `apiVersion: v1
kind: Pod
metadata: { name: web-1, namespace: shop }
status: { phase: Failed, reason: ${name} }
`,
    [`${folder}/fixtures/healthy.yaml`]: `apiVersion: v1
kind: Pod
metadata: { name: web-1, namespace: shop }
status: { phase: Running, conditions: [{ type: Ready, status: "True" }] }
`,
  };
}
