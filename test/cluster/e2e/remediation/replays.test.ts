import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeCronJobs, makeDeployments, names, tally } from "./objects.ts";
import type { Answer, ReadyCall, Server } from "./server.ts";
import { AUTOMATION, openTrial, type Trial, until } from "./trial.ts";

const NAMESPACE = "remediation-replays";
const ABOUT_PLANS = ["plan_used", "plan_stale", "action_in_progress"];

let trial: Trial;

beforeAll(async () => {
  trial = await openTrial([NAMESPACE, `${NAMESPACE}-budget`, `${NAMESPACE}-cool-down`, `${NAMESPACE}-state`]);
});

afterAll(async () => {
  await trial?.close();
});

/** Three replicas: one signing key, one record of actions. */
function three(policy: string, state: string): Promise<readonly Server[]> {
  return Promise.all(
    [0, 1, 2].map((number) => trial.serve({ policy, state: `${state}-${number}`, stateNamespace: state })),
  );
}

/** All calls at once, spread over the servers. */
function spread(servers: readonly Server[], calls: readonly ReadyCall[]): Promise<readonly Answer[]> {
  return Promise.all(
    calls.map((call, index) => {
      const server = servers[index % servers.length];
      if (!server) throw new Error("there is no server");
      return server.call(call.tool, call.arguments);
    }),
  );
}

/** `success`, `unchanged`, or the code of the error. */
function outcome({ result, error }: Answer): string {
  return result?.status ?? error?.code ?? "nothing";
}

describe("a plan that is presented 1,000 times at once to three servers", () => {
  let outcomes: readonly string[];
  const generation = async () =>
    (await trial.writer.get({ resource: "deployments", namespace: NAMESPACE, name: "web" }))?.metadata
      .generation ?? 0;
  const replicaSets = async () =>
    (await trial.writer.list({ resource: "replicaSets", namespace: NAMESPACE, labelSelector: "app=web" }))
      .length;
  let before: number;

  beforeAll(async () => {
    await makeDeployments(trial.writer, NAMESPACE, ["web"]);
    await until("the first ReplicaSet", async () => (await replicaSets()) === 1);
    before = await generation();
    const servers = await three(AUTOMATION, `${NAMESPACE}-state`);
    const planned = await servers[0]?.result("remediate_set_image", {
      namespace: NAMESPACE,
      kind: "Deployment",
      name: "web",
      container: "app",
      image: "registry.local/app:2.0",
    });
    const next = planned?.next;
    if (!next) throw new Error("there is no plan");
    outcomes = (
      await spread(
        servers,
        Array.from({ length: 1_000 }, () => next),
      )
    ).map(outcome);
    await Promise.all(servers.map((server) => server.close()));
  });

  it("is carried out once", async () => {
    expect(outcomes.filter((each) => each === "success")).toHaveLength(1);
  });

  it("says of each further time why it is not carried out", async () => {
    const others = outcomes.filter((each) => each !== "success");
    expect(others).toHaveLength(999);
    expect(Object.keys(tally(others.filter((each) => !ABOUT_PLANS.includes(each))))).toEqual([]);
  });

  it("leads to one write, and to one more ReplicaSet", async () => {
    expect(await generation()).toBe(before + 1);
    await until("the second ReplicaSet", async () => (await replicaSets()) === 2);
  });
});

describe("a budget", () => {
  it("of 20 actions lets 20 of 300 calls at once write, whichever of three servers they reach", async () => {
    const namespace = `${NAMESPACE}-budget`;
    const jobs = names("job", 300);
    await makeCronJobs(trial.writer, namespace, jobs);
    const servers = await three(AUTOMATION.replace("actions: 1000", "actions: 20"), `${NAMESPACE}-budget`);
    const calls = jobs.map((cronjob_name) => ({
      tool: "remediate_cronjob_suspend",
      arguments: { namespace, cronjob_name, confirm: true },
    }));
    const outcomes = tally((await spread(servers, calls)).map(outcome));
    const { success, action_budget = 0, precondition_failed = 0, ...others } = outcomes;
    expect(success).toBe(20);
    expect(others).toEqual({});
    expect(action_budget + precondition_failed).toBe(280);
    const suspended = (await trial.writer.list({ resource: "cronJobs", namespace })).filter(
      ({ spec }) => spec?.suspend === true,
    );
    expect(suspended).toHaveLength(20);
    await Promise.all(servers.map((server) => server.close()));
  });
});

describe("a cool-down", () => {
  it("lets one of 60 calls at once on the same object write, whichever of three servers they reach", async () => {
    const namespace = `${NAMESPACE}-cool-down`;
    await makeDeployments(trial.writer, namespace, ["web"]);
    const servers = await three(AUTOMATION.replace("cool_down: 0s", "cool_down: 1h"), namespace);
    const calls = Array.from({ length: 60 }, (_, index) => ({
      tool: "remediate_set_resources",
      arguments: {
        namespace,
        kind: "Deployment",
        name: "web",
        container: "app",
        requests: { cpu: `${index + 1}m` },
        confirm: true,
      },
    }));
    const { success, ...others } = tally((await spread(servers, calls)).map(outcome));
    expect(success).toBe(1);
    expect(
      Object.keys(others).filter(
        (code) =>
          !["cool_down", "action_in_progress", "precondition_failed", "plan_stale", "conflict"].includes(
            code,
          ),
      ),
    ).toEqual([]);
    const web = await trial.writer.get({ resource: "deployments", namespace, name: "web" });
    expect(web?.metadata.generation).toBe(2);
    await Promise.all(servers.map((server) => server.close()));
  });
});
