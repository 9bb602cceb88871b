import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ReadyCall, Result, Server } from "./server.ts";
import { openTrial, type Trial, until } from "./trial.ts";
import { manifest, OURS, RESOURCE_OF, THEIRS, type Twins, wanted, withoutControllers } from "./twins.ts";
import { SAID, TWINS, workload } from "./twins-table.ts";

let trial: Trial;
let server: Server;

beforeAll(async () => {
  trial = await openTrial([OURS, THEIRS, "remediation-twins-state"]);
  server = await trial.serve();
});

afterAll(async () => {
  await trial?.close();
});

const words = (text: string): readonly string[] => text.split(" ");

/** Applies the object in both namespaces and makes the steps, each when the controller has followed the one before. */
async function prepare({
  kind,
  name,
  prepare: steps = [],
}: Pick<Twins, "kind" | "name" | "prepare">): Promise<void> {
  await Promise.all(
    [OURS, THEIRS].map(async (namespace) => {
      await trial.kubectl(["apply", "-f", "-"], { namespace, input: manifest(kind, name) });
      for (const step of steps) {
        await followed(kind, namespace, name);
        const args = words(step.replace("KIND/NAME", `${kind.toLowerCase()}/${name}`));
        await trial.kubectl(args, { namespace });
      }
      await followed(kind, namespace, name);
    }),
  );
}

/** The history is complete: a ReplicaSet has the annotations, a ControllerRevision the template. */
async function followed(kind: Twins["kind"], namespace: string, name: string): Promise<void> {
  if (kind === "CronJob") return;
  const resource = RESOURCE_OF[kind];
  await until(`${kind} ${name} is observed`, async () => {
    const found = await trial.writer.get({ resource, namespace, name });
    if (found?.status?.observedGeneration !== found?.metadata.generation) return false;
    if (kind !== "Deployment") return true;
    const revision = "deployment.kubernetes.io/revision";
    const cause = "kubernetes.io/change-cause";
    const sets = await trial.writer.list({
      resource: "replicaSets",
      namespace,
      labelSelector: `app=${name}`,
    });
    const paused = "paused" in (found?.spec ?? {});
    return (
      paused ||
      sets.some(
        ({ metadata: { annotations } }) =>
          annotations?.[revision] === found?.metadata.annotations?.[revision] &&
          annotations?.[cause] === found?.metadata.annotations?.[cause],
      )
    );
  });
  // The revision of a StatefulSet or a DaemonSet is written after it was observed.
  if (kind !== "Deployment") await sleep(300);
}

const ours = ({ tool, arguments: given }: ReadyCall, more: object = {}): ReadyCall => ({
  tool,
  arguments: { namespace: OURS, ...given, ...more },
});

async function done(call: ReadyCall): Promise<Result> {
  const result = await server.result(call.tool, { ...call.arguments, confirm: true });
  expect(result.status, JSON.stringify(result)).toBe("success");
  return result;
}

describe.concurrent("an action leaves what kubectl leaves", () => {
  it.each(TWINS)("after $title, and can be taken back unless something else changed", async (twins) => {
    const { kind, name, kubectl, call } = twins;
    const resource = RESOURCE_OF[kind];
    await prepare(twins);
    const before = await wanted(trial, resource, OURS, name);
    expect(before).toEqual(await wanted(trial, resource, THEIRS, name));

    const [result] = await Promise.all([
      done(ours(call)),
      trial.kubectl(words(kubectl), { namespace: THEIRS }),
    ]);
    await Promise.all([followed(kind, OURS, name), followed(kind, THEIRS, name)]);
    expect(await wanted(trial, resource, OURS, name)).toEqual(await wanted(trial, resource, THEIRS, name));

    const { undo } = result;
    if (typeof undo !== "object") {
      expect(call.tool).toBe("remediate_rollout_restart");
      return;
    }
    const change = ["label", `${kind.toLowerCase()}/${name}`];
    await trial.kubectl([...change, "changed=yes"]);
    expect((await server.call(undo.tool, { ...undo.arguments, confirm: true })).error?.code).toBe("drifted");
    await trial.kubectl([...change, "changed-"]);
    // What was scaled up has Pods that are ready by now.
    const override = ["last_ready_replica"];
    await done({ ...undo, arguments: { ...undo.arguments, override } });
    await followed(kind, OURS, name);
    expect(withoutControllers(await wanted(trial, resource, OURS, name))).toEqual(withoutControllers(before));
  });
});

describe.concurrent("what cannot be done is said in kubectl's words", () => {
  it.each(SAID)("when $title", async (twins) => {
    await prepare(twins);
    const said = await trial.saying(words(twins.kubectl), THEIRS);
    const call = ours(twins.call);
    const { result, error } = await server.call(call.tool, call.arguments);
    expect(result?.status).not.toBe("success");
    const told = error?.message ?? result?.plan?.refused[0]?.message ?? result?.message ?? "";
    expect(told).not.toBe("");
    expect(said).toContain(told);
  });
});

describe.concurrent("a rollout ends with the words of kubectl rollout status", () => {
  it.each(["Deployment", "StatefulSet", "DaemonSet"] as const)("of a %s with a Pod", async (kind) => {
    const name = `status-${kind.toLowerCase()}`;
    await trial.kubectl(["apply", "-f", "-"], { namespace: OURS, input: manifest(kind, name, 1) });
    const status = ["rollout", "status", `${kind.toLowerCase()}/${name}`, "--timeout=60s"];
    await trial.kubectl(status);
    const image = { container: "app", image: "registry.local/app:2.0" };
    const result = await done(
      ours({ tool: "remediate_set_image", arguments: { ...workload(kind, name), ...image } }),
    );
    expect(result.verified).toBe(true);
    expect(result.observed).toBe((await trial.kubectl(status)).trim().split("\n").at(-1));
  });
});

describe("a Job of a CronJob that runs again", () => {
  const nightly = {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "nightly" },
    spec: {
      schedule: "0 0 31 2 *",
      jobTemplate: {
        metadata: { labels: { team: "shop" }, annotations: { "example.com/note": "of the template" } },
        spec: {
          backoffLimit: 2,
          template: {
            metadata: { labels: { app: "nightly" } },
            spec: {
              restartPolicy: "Never",
              containers: [{ name: "job", image: "docker.io/library/busybox:1.36", command: ["true"] }],
            },
          },
        },
      },
    },
  };

  /** What a Job was made of: the API server gives it labels and a selector of its own, and its owner has another UID. */
  async function madeOf(namespace: string, name: string) {
    const job = await trial.writer.get({ resource: "jobs", namespace, name });
    const { selector: _, template, ...spec } = job?.spec ?? {};
    const isOwn = ([key]: readonly [string, string]) => !/controller-uid$|job-name$|job-tracking$/.test(key);
    const own = (map: Readonly<Record<string, string>> = {}) =>
      Object.fromEntries(Object.entries(map).filter(isOwn));
    return {
      labels: own(job?.metadata.labels),
      annotations: own(job?.metadata.annotations),
      owners: job?.metadata.ownerReferences?.map(({ kind, name: of, controller }) => ({
        kind,
        of,
        controller,
      })),
      spec,
      podLabels: own(template?.metadata?.labels),
      podSpec: template?.spec,
    };
  }

  it("is what kubectl create job --from makes, and can be taken back", async () => {
    const create = (name: string) => ["create", "job", name, "--from=cronjob/nightly"];
    await Promise.all(
      [OURS, THEIRS].map(async (namespace) => {
        await trial.kubectl(["apply", "-f", "-"], { namespace, input: JSON.stringify(nightly) });
        await trial.kubectl(create("first"), { namespace });
      }),
    );
    await trial.kubectl(["wait", "job/first", "--for=condition=Complete", "--timeout=60s"]);
    const result = await done(ours({ tool: "remediate_job_rerun", arguments: { job_name: "first" } }));
    const name = String(result.new_job);
    expect([result.verified, result.observed]).toEqual([true, `Job ${name} has completed.`]);
    await trial.kubectl(create("again"), { namespace: THEIRS });
    expect(await madeOf(OURS, name)).toEqual(await madeOf(THEIRS, "again"));
    if (typeof result.undo !== "object") throw new Error(`no undo: ${result.undo}`);
    const { undo } = result;
    expect((await server.result(undo.tool, undo.arguments)).status).toBe("cancelled");
    const made = () => trial.writer.get({ resource: "jobs", namespace: OURS, name });
    expect((await made())?.metadata.deletionTimestamp, "a plan deletes nothing").toBeUndefined();
    expect(await made()).toBeDefined();
    await done(undo);
    expect(await made()).toBeUndefined();
  });
});
