import { describe, expect, it } from "vitest";
import { planIn, plannedIn, shopObject, verifyIn } from "../../testing/shop.ts";
import { rollback } from "./action.ts";

const web = { resource: "deployments", namespace: "shop", name: "web", revision: 0 } as const;
const db = { resource: "statefulSets", namespace: "shop", name: "db", revision: 0 } as const;

describe("rollback", () => {
  it("restores template and annotations of the revision by kubectl's JSON patch, without the hash label", () => {
    const { writes, facts, undo, ends, rollsOut } = plannedIn(rollback, web);
    const object = { resource: "deployments", namespace: "shop", name: "web" };
    const template = shopObject("replicaSets", "web-2").spec?.template;
    expect(writes).toEqual([
      {
        verb: "patch",
        object,
        patch: {
          type: "json",
          value: [
            {
              op: "replace",
              path: "/spec/template",
              value: { ...template, metadata: { labels: { app: "web" } } },
            },
            {
              op: "replace",
              path: "/metadata/annotations",
              value: { "deployment.kubernetes.io/revision": "3", team: "search" },
            },
          ],
        },
      },
    ]);
    expect({ facts, undo, ends, rollsOut }).toEqual({
      facts: { revision: 2, old_revision: 3 },
      undo: { by: "revision", object, revision: 3 },
      ends: [],
      rollsOut: true,
    });
  });

  it("restores a StatefulSet by the strategic merge patch that its revision holds", () => {
    const { data } = shopObject("controllerRevisions", "db-1") as unknown as { data: unknown };
    expect(plannedIn(rollback, db)).toMatchObject({
      writes: [{ verb: "patch", object: { name: "db" }, patch: { type: "strategic", value: data } }],
      facts: { revision: 1, old_revision: 2 },
      undo: { by: "revision", revision: 2 },
    });
  });

  it("looks for the history by the workload's selector", () => {
    expect(rollback.history?.(web, shopObject("deployments", "web"))).toEqual({
      resource: "replicaSets",
      namespace: "shop",
      labelSelector: "app=web",
    });
    expect(rollback.history?.(db, shopObject("statefulSets", "db"))).toMatchObject({
      resource: "controllerRevisions",
    });
  });

  it("is not taken back when the template that is left is no revision", () => {
    const plan = plannedIn(rollback, web, ({ spec = {} }) => {
      spec.template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "app" }] } };
    });
    expect(plan.undo).toEqual({
      by: "nothing",
      why: "What it has now is no revision of its history.",
    });
    expect(plan.facts).toEqual({ revision: 2 });
  });

  it("warns of kubectl apply, which would bring the newer revision back", () => {
    const applied = plannedIn(rollback, web, ({ metadata: { annotations = {} } }) => {
      annotations["kubectl.kubernetes.io/last-applied-configuration"] = "{}";
    });
    expect(applied.warnings).toEqual([expect.stringContaining("kubectl apply")]);
    expect(plannedIn(rollback, web).warnings).toBeUndefined();
  });

  it.each([
    [
      "paused",
      (spec: Record<string, unknown>) => Object.assign(spec, { paused: true }),
      0,
      /^you cannot rollback a paused/,
    ],
    ["revision_not_found", () => {}, 7, /^unable to find specified revision 7 in history$/],
  ])("refuses with %s in kubectl's words", (refused, change, revision, message) => {
    const plan = planIn(rollback, { ...web, revision }, ({ spec = {} }) => void change(spec));
    expect(plan).toEqual({ refused, message: expect.stringMatching(message) });
  });

  it("follows the rollout, and is told at once that a paused one does not begin", () => {
    expect(verifyIn(rollback, web, {})).toMatchObject({ state: "done" });
    const paused = shopObject("deployments", "web", ({ spec = {}, metadata }) => {
      spec.paused = true;
      metadata.generation = 9;
    });
    expect(verifyIn(rollback, web, { target: paused })).toMatchObject({
      state: "unknown",
      message: expect.stringContaining("is paused"),
    });
    expect(verifyIn(rollback, web, { target: undefined })).toMatchObject({ state: "failed" });
  });
});
