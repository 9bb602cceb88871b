import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditFiles, auditLines } from "./audit-files.ts";
import { idleDeployment, makeCronJobs } from "./objects.ts";
import type { ReadyCall, Server } from "./server.ts";
import { openTrial, type Trial, until } from "./trial.ts";

const NAMESPACE = "remediation-refusals";
const OTHER = `${NAMESPACE}-other`;
const PROTECTED = "kube-system";

let trial: Trial;
let server: Server;

function workload(name: string, replicas: number) {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: podSpec },
    },
  };
}

const podSpec = {
  terminationGracePeriodSeconds: 1,
  containers: [
    {
      name: "app",
      image: "docker.io/library/busybox:1.36",
      command: ["/bin/httpd", "-f", "-p", "8080", "-h", "/etc"],
      resources: { requests: { cpu: "1m", memory: "4Mi" } },
      readinessProbe: { httpGet: { path: "/hostname", port: 8080 }, periodSeconds: 1 },
    },
  ],
};

const OBJECTS = [
  workload("guarded", 2),
  workload("single", 1),
  workload("scaled", 1),
  workload("paused", 0),
  {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "guarded" },
    spec: { minAvailable: 2, selector: { matchLabels: { app: "guarded" } } },
  },
  {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "scaled" },
    spec: {
      minReplicas: 1,
      maxReplicas: 3,
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "scaled" },
      metrics: [
        {
          type: "Resource",
          resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } },
        },
      ],
    },
  },
  { apiVersion: "v1", kind: "Pod", metadata: { name: "bare" }, spec: podSpec },
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "mirror", annotations: { "kubernetes.io/config.mirror": "0123" } },
    spec: { ...podSpec, nodeName: "absent" },
  },
];

beforeAll(async () => {
  trial = await openTrial([NAMESPACE, OTHER, `${NAMESPACE}-state`]);
  await trial.apply(JSON.stringify({ apiVersion: "v1", kind: "List", items: OBJECTS }));
  await trial.kubectl(["rollout", "pause", "deployment/paused"]);
  for (const name of ["guarded", "single", "scaled"]) {
    await trial.kubectl(["rollout", "status", `deployment/${name}`, "--timeout=60s"]);
  }
  await trial.kubectl(["wait", "pod/bare", "--for=condition=Ready", "--timeout=60s"]);
  await until("the budget is known", async () => {
    const key = { resource: "podDisruptionBudgets", namespace: NAMESPACE, name: "guarded" } as const;
    return (await trial.writer.get(key))?.status?.currentHealthy === 2;
  });
  const body = idleDeployment(PROTECTED, "remediation-refusals");
  await trial.kubectl(["apply", "-f", "-"], { namespace: PROTECTED, input: JSON.stringify(body) });
  server = await trial.serve();
});

afterAll(async () => {
  const args = ["delete", "deployment", "remediation-refusals", "--ignore-not-found"];
  await trial?.kubectl(args, { namespace: PROTECTED });
  // No kubelet confirms its end.
  await trial?.kubectl(["delete", "pod", "mirror", "--ignore-not-found", "--force", "--grace-period=0"]);
  await trial?.close();
});

/** All that a write would change: Pods are told by their UIDs, the rest by their generations. */
async function world(): Promise<unknown> {
  const [pods, ...others] = await Promise.all([
    trial.writer.list({ resource: "pods", namespace: NAMESPACE }),
    trial.writer.list({ resource: "deployments", namespace: NAMESPACE }),
    trial.writer.list({ resource: "deployments", namespace: PROTECTED }),
    trial.writer.list({ resource: "cronJobs", namespace: OTHER }),
  ]);
  const running = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return [
    running.map(({ metadata }) => metadata.uid).sort(),
    others.flat().map(({ metadata }) => `${metadata.namespace}/${metadata.name} ${metadata.generation}`),
  ];
}

async function podOf(app: string): Promise<string> {
  const labelSelector = `app=${app}`;
  const [pod] = await trial.writer.list({ resource: "pods", namespace: NAMESPACE, labelSelector });
  if (!pod) throw new Error(`${app} has no Pod`);
  return pod.metadata.name;
}

const restart = (pod_name: string): ReadyCall => ({
  tool: "remediate_pod_restart",
  arguments: { namespace: NAMESPACE, pod_name },
});

describe("a guard rail refuses, and nothing is written", () => {
  it.each([
    {
      what: "a Pod that its budget needs",
      code: "disruption_budget",
      call: async () => restart(await podOf("guarded")),
    },
    { what: "a Pod without a controller", code: "unmanaged_pod", call: async () => restart("bare") },
    { what: "a static Pod", code: "static_pod", call: async () => restart("mirror") },
    {
      what: "the last Ready Pod",
      code: "last_ready_replica",
      call: async () => restart(await podOf("single")),
    },
    {
      what: "a Deployment in a protected namespace",
      code: "protected_namespace",
      call: async () => ({
        tool: "remediate_rollout_restart",
        arguments: { namespace: PROTECTED, kind: "Deployment", name: "remediation-refusals" },
      }),
    },
    {
      what: "a paused Deployment",
      code: "paused",
      call: async () => ({
        tool: "remediate_rollout_restart",
        arguments: { namespace: NAMESPACE, kind: "Deployment", name: "paused" },
      }),
    },
    {
      what: "replicas that an autoscaler sets",
      code: "autoscaled",
      call: async () => ({
        tool: "remediate_scale_deployment",
        arguments: { namespace: NAMESPACE, deployment_name: "scaled", replicas: 2 },
      }),
    },
  ])("of $what", async ({ code, call }) => {
    const { tool, arguments: given } = await call();
    const before = await world();
    const planned = await server.result(tool, given);
    expect(planned.plan?.refused.map((each) => each.code)).toContain(code);
    expect(planned.plan?.plan_id).toBeUndefined();
    const { error } = await server.call(tool, { ...given, confirm: true });
    expect(error?.code).toBe("precondition_failed");
    expect(error?.message).toContain(`[${code}]`);
    expect(await world()).toEqual(before);
  });

  it("in the words of the budget, and not as too many requests", async () => {
    const { plan } = await server.result(...callOf(restart(await podOf("guarded"))));
    const refused = plan?.refused.find(({ code }) => code === "disruption_budget");
    expect(refused?.message).toContain(
      "The disruption budget guarded needs 2 healthy pods and has 2 currently",
    );
  });

  it("is on record, and no write is", () => {
    const lines = auditLines(auditFiles(join(trial.directory, "state")));
    expect(lines.flatMap(({ codes = [] }) => codes)).toContain("disruption_budget");
    expect(lines.filter(({ event }) => event === "intent")).toEqual([]);
  });

  it("also when the budget is spent after the plan was made", async () => {
    const patch = ["patch", "pdb/guarded", "--type=merge", "-p"];
    await trial.kubectl([...patch, '{"spec":{"minAvailable":1}}']);
    const { tool, arguments: given } = restart(await podOf("guarded"));
    await until("the budget allows one", async () => {
      return (await server.result(tool, given)).next !== undefined;
    });
    const { next } = await server.result(tool, given);
    await trial.kubectl([...patch, '{"spec":{"minAvailable":2}}']);
    const before = await world();
    const { error } = await server.call(next?.tool ?? "", next?.arguments ?? {});
    expect(error?.code).toBe("precondition_failed");
    expect(error?.message).toContain("[disruption_budget]");
    expect(await world()).toEqual(before);
  });
});

function callOf({ tool, arguments: given }: ReadyCall): [string, ReadyCall["arguments"]] {
  return [tool, given];
}

const suspend = (cronjob_name: string, more: object = {}): ReadyCall => ({
  tool: "remediate_cronjob_suspend",
  arguments: { namespace: OTHER, cronjob_name, ...more },
});

async function isSuspended(name: string): Promise<boolean | undefined> {
  return (await trial.writer.get({ resource: "cronJobs", namespace: OTHER, name }))?.spec?.suspend;
}

describe("a caller who may write in one namespace", () => {
  const policy = `
cool_down: 0s
roles:
  admin: { permissions: ["*"], approval: confirm }
  team:
    permissions: ["*"]
    approval: confirm
    namespace_restrictions: ["${NAMESPACE}"]
users: { admin: { role: admin }, dev: { role: team } }
`;
  let dev: Server;

  beforeAll(async () => {
    dev = await trial.serve({ policy, user: "dev", state: "dev" });
    await makeCronJobs(trial.writer, OTHER, ["foreign"]);
  });

  it.each([
    { what: "of another namespace", call: suspend("foreign", { confirm: true }) },
    {
      what: "of a Node",
      call: { tool: "remediate_cordon_node", arguments: { node_name: "localhost", confirm: true } },
    },
    {
      what: "of a Node's Pods",
      call: { tool: "remediate_drain_node", arguments: { node_name: "localhost", confirm: true } },
    },
  ])("may not do anything $what", async ({ call }) => {
    const before = await world();
    const { error } = await dev.call(...callOf(call));
    expect(error?.code).toBe("permission_denied");
    expect(await world()).toEqual(before);
    const [node] = await trial.writer.list({ resource: "nodes", namespace: "" });
    expect(node?.spec?.unschedulable).toBeUndefined();
  });

  it("may not take back what was done in another namespace", async () => {
    const admin = await trial.serve({ policy, state: "admin" });
    const { action_id } = await admin.result(...callOf(suspend("foreign", { confirm: true })));
    const { error } = await dev.call("remediate_undo", { action_id, confirm: true });
    expect(error?.code).toBe("permission_denied");
    expect(await isSuspended("foreign")).toBe(true);
  });
});

describe("without an audit record nothing is written", () => {
  beforeAll(() => makeCronJobs(trial.writer, OTHER, ["recorded", "unrecorded"]));

  it("when a file lies where the log's directory must be", async () => {
    mkdirSync(join(trial.directory, "blocked"));
    writeFileSync(join(trial.directory, "blocked", "audit"), "");
    const blocked = await trial.serve({ state: "blocked" });
    const { error } = await blocked.call(...callOf(suspend("unrecorded", { confirm: true })));
    expect(error?.code).toBe("audit_unavailable");
    expect(await isSuspended("unrecorded")).toBe(false);
  });

  it("when the log's directory is removed between plan and apply", async () => {
    const removed = await trial.serve({ state: "removed" });
    // The log is opened with its first record.
    await removed.result(...callOf(suspend("recorded", { confirm: true })));
    const { next } = await removed.result(...callOf(suspend("unrecorded")));
    rmSync(join(trial.directory, "removed"), { recursive: true });
    const { error } = await removed.call(next?.tool ?? "", next?.arguments ?? {});
    expect(error?.code).toBe("audit_unavailable");
    expect(await isSuspended("unrecorded")).toBe(false);
  });
});
