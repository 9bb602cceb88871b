import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { beforeOf, plannedIn, verifyIn } from "../../testing/shop.ts";
import { undoDelete } from "./action.ts";

const input = { object: { resource: "jobs", namespace: "shop", name: "nightly-1" } } as const;

describe("undo_delete", () => {
  it("deletes the object that was seen, by its UID, for good", () => {
    expect(plannedIn(undoDelete, input)).toMatchObject({
      summary: "Delete Job nightly-1, which the action made.",
      writes: [{ verb: "delete", object: input.object, uid: "uid-nightly-1" }],
      undo: { by: "nothing" },
    });
  });

  it("ends the Pods of a Job that still run, and no others", () => {
    const pod = (name: string, job: string, phase: string) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name,
        namespace: "shop",
        ownerReferences: [
          { apiVersion: "batch/v1", kind: "Job", name: job, uid: `uid-${job}`, controller: true },
        ],
      },
      status: { phase },
    });
    const items = [
      pod("runs", "nightly-1", "Running"),
      pod("waits", "nightly-1", "Pending"),
      pod("has-failed", "nightly-1", "Failed"),
      pod("has-succeeded", "nightly-1", "Succeeded"),
      pod("other", "running", "Running"),
    ];
    const { objects } = snapshotFromYaml(JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    const plan = undoDelete.plan(input, { ...beforeOf(undoDelete, input), objects });
    expect("ends" in plan && plan.ends.map(({ metadata }) => metadata.name)).toEqual(["runs", "waits"]);
  });

  it("waits until it is gone", () => {
    expect(verifyIn(undoDelete, input, {})).toMatchObject({ state: "waiting" });
    expect(verifyIn(undoDelete, input, { target: undefined })).toMatchObject({ state: "done" });
  });
});
