import { bind } from "@k8s-ops/mcp-contract";
import { describe, expect, it } from "vitest";
import { readerFromYaml } from "../testing/reader.ts";
import { DIAGNOSE_TOOLS } from "./index.ts";

/** Many broken Pods, each with a fault of its own. */
const MANY = Array.from(
  { length: 120 },
  (_, index) => `
apiVersion: v1
kind: Pod
metadata: { name: web-${index}, namespace: shop }
spec: { nodeName: n1, containers: [{ name: app, image: "registry.example/web:${index}" }] }
status:
  phase: Pending
  startTime: "2026-01-01T11:00:00Z"
  conditions: [{ type: Ready, status: "False" }]
  containerStatuses: [{ name: app, ready: false, restartCount: 0, image: x, imageID: "", state: { waiting: { reason: ErrImagePull, message: "registry.example/web:${index}: not found" } } }]
`,
).join("---");

const { reader } = readerFromYaml(MANY);
const tools = new Map(
  DIAGNOSE_TOOLS.map((tool) => [
    tool.name,
    { tool, bound: bind(tool, { deps: { cluster: async () => reader } }) },
  ]),
);
const context = { principal: { name: "tester" }, signal: new AbortController().signal };

async function structured(name: string, args: Record<string, unknown>) {
  const result = await tools.get(name)?.bound.call(args, context);
  if (!result?.ok) throw new Error(JSON.stringify(result));
  return { structured: result.structured as Record<string, never>, text: result.text };
}

describe("the diagnose tools", () => {
  it.each(DIAGNOSE_TOOLS)(
    "$name has a greppable name, a description to choose by, and states all four hints",
    (tool) => {
      expect(tool.name).toMatch(/^diagnose_[a-z_]{2,30}$/);
      expect(tool.description.length).toBeGreaterThan(80);
      expect(tool.description.length).toBeLessThan(400);
      expect(Object.keys(tool.annotations).sort()).toEqual([
        "destructiveHint",
        "idempotentHint",
        "openWorldHint",
        "readOnlyHint",
      ]);
    },
  );

  it("fit together into 16 KB of tools/list", () => {
    const definitions = [...tools.values()].map(({ bound }) => ({ ...bound.definition, access: undefined }));
    expect(JSON.stringify(definitions).length).toBeLessThan(16_384);
  });

  it.each([
    ["diagnose_pod", { namespace: "shop", pod_name: "web-1" }],
    ["diagnose_namespace", { namespace: "shop" }],
    ["diagnose_cluster", {}],
  ])("%s answers by its schema, within 16 KB, with the same facts as text", async (name, args) => {
    const { structured: output, text } = await structured(name, args);
    expect(tools.get(name)?.tool.output.safeParse(output).error).toBeUndefined();
    const sent = { content: [{ type: "text", text }], structuredContent: output };
    expect(Buffer.byteLength(JSON.stringify(sent))).toBeLessThanOrEqual(16_384);
    for (const { code, title, evidence } of output.causes as unknown as readonly {
      code: string;
      title: string;
      evidence: readonly { value?: string }[];
    }[]) {
      expect(text).toContain(code);
      expect(text).toContain(title);
      for (const { value } of evidence)
        if (value !== undefined) expect(text).toContain(JSON.stringify(value));
    }
  });

  it("cut a long list and continue it by cursor until every cause was shown once", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { structured: output } = await structured("diagnose_namespace", {
        namespace: "shop",
        ...(cursor && { cursor }),
      });
      expect(output.causes_total).toBe(120);
      seen.push(
        ...(output.causes as unknown as readonly { object: { name: string } }[]).map(
          ({ object }) => object.name,
        ),
      );
      cursor = output.next_cursor;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(120);
    expect(new Set(seen).size).toBe(120);
  });

  it("refuse a cursor that lies behind the end", async () => {
    const result = await tools.get("diagnose_cluster")?.bound.call({ cursor: "999" }, context);
    expect(result).toMatchObject({ ok: false, error: { code: "invalid_cursor" } });
  });
});
