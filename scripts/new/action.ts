import { camelCase } from "../generate/indexes.ts";

/** An action that labels a ConfigMap, to be changed: it passes its tests as it stands. */
export function newAction(id: string): Readonly<Record<string, string>> {
  const name = camelCase(id);
  const folder = `packages/k8s-remediation/src/actions/${id}`;
  return {
    [`${folder}/action.ts`]: `import { defineAction } from "../../action.ts";

export interface Input {
  readonly namespace: string;
  readonly name: string;
}

/** What it does, and which kubectl command does the same. */
export const ${name} = defineAction<"configMaps", Input>({
  id: "${id.replaceAll("-", "_")}",
  target: ({ namespace, name }) => ({ resource: "configMaps", namespace, name }),
  needs: () => [],
  plan({ namespace, name }, { target }) {
    if (target.metadata.labels?.checked === "yes") return { unchanged: \`ConfigMap \${name} is labelled already.\` };
    const object = { resource: "configMaps", namespace, name } as const;
    return {
      summary: \`Label ConfigMap \${name}.\`,
      writes: [
        { verb: "patch", object, patch: { type: "strategic", value: { metadata: { labels: { checked: "yes" } } } } },
      ],
      facts: {},
      undo: { by: "nothing", why: "Say how it is taken back, or why it is not." },
      ends: [],
    };
  },
  verify: (_, __, { target }) =>
    target?.metadata.labels?.checked === "yes"
      ? { state: "done", message: "It is labelled." }
      : { state: "failed", message: "It was changed or deleted meanwhile." },
});
`,
    [`${folder}/action.test.ts`]: `import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { ${name} } from "./action.ts";

const { objects } = snapshotFromYaml(\`
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop, uid: u-1 }
\`);

describe(${name}.id, () => {
  it("labels what is not labelled", () => {
    const [target] = objects.configMaps.all;
    if (!target) throw new Error("no target");
    const before = { target, history: [], objects, now: "2026-01-01T12:00:00Z", seed: "abc123" };
    expect(${name}.plan({ namespace: "shop", name: "settings" }, before)).toMatchObject({
      writes: [{ verb: "patch", patch: { value: { metadata: { labels: { checked: "yes" } } } } }],
    });
  });
});
`,
  };
}
