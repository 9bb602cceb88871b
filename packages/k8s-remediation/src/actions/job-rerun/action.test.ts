import { buildSnapshot, type KubeObject } from "@k8s-ops/k8s-cluster";
import { describe, expect, it } from "vitest";
import { beforeOf, planIn, plannedIn, shopObject, verifyIn } from "../../testing/shop.ts";
import { jobRerun } from "./action.ts";

const input = { namespace: "shop", name: "nightly-1" };

function jobs(items: readonly KubeObject[]) {
  const cluster = { name: "test", source: "recording" } as const;
  const answers = [{ need: { resource: "jobs" as const }, items }];
  return buildSnapshot({ cluster, asOf: "2026-01-02T00:00:00Z", answers, logs: [] }).objects;
}

describe("job_rerun", () => {
  it("makes a Job of a CronJob as kubectl create job --from does: its own labels, no blocked deletion", () => {
    const { writes, undo, facts, subject } = plannedIn(jobRerun, input);
    const copy = { resource: "jobs", namespace: "shop", name: "nightly-1-a1b2c3" };
    expect(writes).toEqual([
      {
        verb: "create",
        object: copy,
        body: {
          apiVersion: "batch/v1",
          kind: "Job",
          metadata: {
            name: "nightly-1-a1b2c3",
            namespace: "shop",
            labels: { team: "data" },
            annotations: { note: "kept", "cronjob.kubernetes.io/instantiate": "manual" },
            ownerReferences: [
              {
                apiVersion: "batch/v1",
                kind: "CronJob",
                name: "nightly",
                uid: "uid-nightly",
                controller: true,
              },
            ],
          },
          spec: {
            backoffLimit: 2,
            template: {
              metadata: { labels: { team: "data" } },
              spec: {
                restartPolicy: "Never",
                containers: [{ name: "job", image: "registry.example/job:1" }],
              },
            },
          },
        },
      },
    ]);
    expect(undo).toEqual({ by: "delete", object: copy });
    expect(facts).toEqual({ new_job: "nightly-1-a1b2c3" });
    expect(subject).toEqual({ kind: "Job", namespace: "shop", name: "nightly-1-a1b2c3" });
  });

  it("gives a Job that nothing owns no owner and no mark of a CronJob", () => {
    const plan = plannedIn(jobRerun, input, ({ metadata }) => {
      delete metadata.ownerReferences;
      delete metadata.annotations;
    });
    const [write] = plan.writes;
    expect(write?.verb === "create" && write.body.metadata).toEqual({
      name: "nightly-1-a1b2c3",
      namespace: "shop",
      labels: { team: "data" },
      annotations: {},
    });
  });

  it.each([
    ["is 63 characters at most", "x".repeat(63), `${"x".repeat(56)}-a1b2c3`],
    ["has no dash twice where the name was cut", `${"x".repeat(54)}--y-tail`, `${"x".repeat(54)}-a1b2c3`],
  ])("makes a name that %s", (_, name, copy) => {
    const before = beforeOf(jobRerun, input);
    expect(jobRerun.plan({ namespace: "shop", name }, before)).toMatchObject({ facts: { new_job: copy } });
  });

  it("refuses a Job that has not finished", () => {
    expect(planIn(jobRerun, { namespace: "shop", name: "running" })).toMatchObject({
      refused: "job_active",
      message: expect.stringContaining("running has not finished"),
    });
  });

  const made = (type: string) =>
    shopObject("jobs", "nightly-1", (job) => {
      job.metadata.name = "nightly-1-a1b2c3";
      job.status = { conditions: [{ type, status: "True" }] };
    });
  it.each([
    ["waits until the new Job is there", [], "waiting"],
    ["waits while it runs", [made("Suspended")], "waiting"],
    ["is done when it has completed", [made("Complete")], "done"],
    ["has failed when it has failed", [made("Failed")], "failed"],
    ["does not look at the Job that it was made from", [shopObject("jobs", "nightly-1")], "waiting"],
  ])("%s", (_, items, state) => {
    expect(verifyIn(jobRerun, input, { objects: jobs(items) })).toMatchObject({ state });
  });

  it("follows the new Job when the old one is deleted meanwhile", () => {
    const after = { target: undefined, objects: jobs([made("Complete")]) };
    expect(verifyIn(jobRerun, input, after)).toMatchObject({ state: "done" });
  });
});
