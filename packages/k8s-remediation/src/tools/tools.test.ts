import { callProblems, REMEDY_CALLS } from "@k8s-ops/k8s-diagnostics";
import { definitionOf } from "@k8s-ops/mcp-contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rig } from "../testing/rig.ts";
import { callTool } from "../testing/tools.ts";
import { REMEDIATE_TOOLS } from "./index.ts";

const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
const amounts = fc.dictionary(
  fc.constantFrom("cpu", "memory", "nvidia.com/gpu"),
  fc.constantFrom("1", "64Mi"),
);
const VALUES = {
  name,
  count: fc.nat(100_000),
  flag: fc.boolean(),
  rolled: fc.constantFrom("Deployment", "StatefulSet", "DaemonSet"),
  deployment: fc.constant("Deployment"),
  "amounts?": fc.option(amounts, { nil: undefined }),
} as const;

/** Calls that a remedy may hold, by the table of the diagnoses. */
function remedyCalls(wanted: Readonly<Record<string, keyof typeof VALUES>>) {
  const values = Object.entries(wanted).map(([argument, kind]) => [argument, VALUES[kind]] as const);
  return fc.record(Object.fromEntries(values)).map((given) => {
    const said = Object.entries(given).filter(([, value]) => value !== undefined);
    return Object.fromEntries(said) as Record<string, unknown>;
  });
}

const byName = new Map(REMEDIATE_TOOLS.map((tool) => [tool.name as string, tool]));

describe("the remediate tools", () => {
  it.each(REMEDIATE_TOOLS)("$name states all four hints, and a short description", (tool) => {
    expect(tool.name).toMatch(/^remediate_[a-z_]{2,30}$/);
    expect(tool.title.length).toBeLessThan(40);
    expect(tool.description).toMatch(/\.$/);
    expect(tool.description.length).toBeLessThan(160);
    expect(Object.keys(tool.annotations).toSorted()).toEqual([
      "destructiveHint",
      "idempotentHint",
      "openWorldHint",
      "readOnlyHint",
    ]);
    expect(tool.annotations.readOnlyHint).toBe(false);
    expect(tool.access.verb).toBe("write");
  });

  it("have names of their own, and together with undo those that diagnoses may call", () => {
    const names = REMEDIATE_TOOLS.map((tool) => tool.name);
    expect(names.toSorted()).toEqual([...Object.keys(REMEDY_CALLS), "remediate_undo"].toSorted());
  });

  it("fit together into 14 KB of tools/list", () => {
    const listed = REMEDIATE_TOOLS.map((tool) => ({ ...definitionOf(tool), access: undefined }));
    expect(JSON.stringify(listed).length).toBeLessThan(14_336);
  });

  it.each(Object.entries(REMEDY_CALLS))("%s takes every call that a diagnosis may offer", (tool, wanted) => {
    fc.assert(
      fc.property(remedyCalls(wanted), (given) => {
        expect(callProblems({ tool, arguments: given })).toEqual([]);
        expect(byName.get(tool)?.input.safeParse(given)).toMatchObject({ success: true, data: given });
      }),
      { numRuns: 50 },
    );
  });

  it.each(REMEDIATE_TOOLS)(
    "$name takes reason, confirm, plan_id, override and context, and nothing unknown",
    (tool) => {
      const { shape } = tool.input;
      expect(Object.keys(shape)).toEqual(
        expect.arrayContaining(["reason", "confirm", "plan_id", "override", "context"]),
      );
      expect(tool.input.safeParse({ confirm: true, force: true }).error?.message).toContain("force");
    },
  );
});

const NAMED: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ["remediate_pod_restart", { namespace: "shop", pod_name: "web-3-a" }],
  ["remediate_scale_deployment", { namespace: "shop", deployment_name: "web", replicas: 1 }],
  ["remediate_rollback_deployment", { namespace: "shop", deployment_name: "web" }],
  ["remediate_rollout_restart", { namespace: "shop", kind: "Deployment", name: "web" }],
  ["remediate_rollout_pause", { namespace: "shop", name: "web" }],
  ["remediate_rollout_resume", { namespace: "shop", name: "web" }],
  [
    "remediate_set_image",
    { namespace: "shop", kind: "Deployment", name: "web", container: "app", image: "a:1" },
  ],
  ["remediate_set_resources", { namespace: "shop", kind: "Deployment", name: "web", container: "app" }],
  ["remediate_cordon_node", { node_name: "node-1" }],
  ["remediate_uncordon_node", { node_name: "node-1" }],
  ["remediate_drain_node", { node_name: "node-1" }],
  ["remediate_job_rerun", { namespace: "shop", job_name: "nightly-1" }],
  ["remediate_cronjob_suspend", { namespace: "shop", cronjob_name: "nightly" }],
];
const NAMES = new Set([
  "namespace",
  "name",
  "pod_name",
  "deployment_name",
  "node_name",
  "job_name",
  "cronjob_name",
]);

describe("a call of a remediate tool is refused before any request", () => {
  it("for every tool that names an object", () => {
    expect(NAMED.map(([tool]) => tool).toSorted()).toEqual(Object.keys(REMEDY_CALLS).toSorted());
  });

  it.each(NAMED)("%s: when a name is none", async (tool, given) => {
    const world = rig();
    let opened = 0;
    const actionCluster = async () => {
      opened++;
      return world.deps.cluster;
    };
    for (const argument of Object.keys(given).filter((each) => NAMES.has(each))) {
      for (const bad of [
        "",
        "..",
        ".",
        "a/b",
        "A",
        "a%2e",
        "-a",
        "a\n",
        "x".repeat(253).concat("!").slice(1),
      ]) {
        const args = { ...given, [argument]: bad, confirm: true };
        expect(await callTool(world, tool, args, {}, { actionCluster })).toMatchObject({
          ok: false,
          error: { code: "invalid_name" },
        });
      }
    }
    expect([opened, world.events]).toEqual([0, []]);
  });

  it.each(NAMED)("%s: when a code of override is unknown", async (tool, given) => {
    const world = rig();
    const args = { ...given, override: ["cool_down", "everything"], confirm: true };
    expect(await callTool(world, tool, args)).toMatchObject({
      ok: false,
      error: { code: "invalid_arguments", message: expect.stringContaining("override takes codes") },
    });
    expect(world.events).toEqual([]);
  });
});
