import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Connection, connect } from "../connect/connect.ts";
import { type ApiEndpoint, type Reply, startApiEndpoint, statusBody } from "../testing/api-endpoint.ts";
import { temporaryKubeconfig } from "../testing/temporary-kubeconfig.ts";
import { createLiveWriter } from "./live.ts";
import type { ClusterWriter } from "./writer.ts";

let api: ApiEndpoint;
let connection: Connection;
let writer: ClusterWriter;
let remove: () => Promise<void>;

beforeEach(async () => {
  api = await startApiEndpoint();
  const file = await temporaryKubeconfig({ server: api.url });
  remove = file.remove;
  const { kubeconfig } = file;
  connection = await connect({ env: {}, kubeconfig, timeoutMs: 2_000, attemptTimeoutMs: 200, backoffMs: 1 });
  writer = createLiveWriter(connection);
});
afterEach(async () => {
  await connection.close();
  await api.close();
  await remove();
});

const web = { resource: "deployments", namespace: "shop", name: "web" } as const;
const WEB = "/apis/apps/v1/namespaces/shop/deployments/web";
const pod = { resource: "pods", namespace: "shop", name: "web-1" } as const;
const POD = "/api/v1/namespaces/shop/pods/web-1";
const node = { resource: "nodes", namespace: "", name: "node-1" } as const;
const jobs = { resource: "jobs", namespace: "shop" } as const;
const JOBS = "/apis/batch/v1/namespaces/shop/jobs";
const uid = "uid-1";
const seen = { uid, resourceVersion: "7" };
const wet = { dryRun: false };
const object = { metadata: { name: "web", uid, resourceVersion: "8" } };
const MANAGED = "?fieldManager=k8s-ops-mcp";
const paused = { type: "strategic", value: { spec: { paused: true } } } as const;
const fails = (code: string) => expect.objectContaining({ name: "ClusterError", code });

interface Case {
  readonly write: string;
  readonly path: string;
  readonly send: (options: { dryRun: boolean }) => Promise<unknown>;
  readonly method: string;
  readonly type: string;
  readonly query: string;
  readonly body: unknown;
}

const CASES: readonly Case[] = [
  {
    write: "a strategic merge patch",
    path: WEB,
    send: (options) => writer.patch(web, paused, seen, options),
    method: "PATCH",
    type: "application/strategic-merge-patch+json",
    query: MANAGED,
    body: { spec: { paused: true }, metadata: seen },
  },
  {
    write: "a merge patch that has metadata of its own",
    path: WEB,
    send: (options) =>
      writer.patch(web, { type: "merge", value: { metadata: { labels: { a: "b" } } } }, seen, options),
    method: "PATCH",
    type: "application/merge-patch+json",
    query: MANAGED,
    body: { metadata: { labels: { a: "b" }, ...seen } },
  },
  {
    write: "a JSON patch",
    path: WEB,
    send: (options) =>
      writer.patch(web, { type: "json", value: [{ op: "remove", path: "/spec/paused" }] }, seen, options),
    method: "PATCH",
    type: "application/json-patch+json",
    query: MANAGED,
    body: [
      { op: "replace", path: "/metadata/resourceVersion", value: "7" },
      { op: "remove", path: "/spec/paused" },
    ],
  },
  {
    write: "a JSON patch of whatever version",
    path: WEB,
    send: (options) => writer.patch(web, { type: "json", value: [] }, { uid }, options),
    method: "PATCH",
    type: "application/json-patch+json",
    query: MANAGED,
    body: [{ op: "test", path: "/metadata/uid", value: uid }],
  },
  {
    write: "a patch of a cluster-scoped object",
    path: "/api/v1/nodes/node-1",
    send: (options) => writer.patch(node, { type: "strategic", value: { spec: {} } }, { uid }, options),
    method: "PATCH",
    type: "application/strategic-merge-patch+json",
    query: MANAGED,
    body: { spec: {}, metadata: { uid } },
  },
  {
    write: "a scaling",
    path: `${WEB}/scale`,
    send: (options) => writer.scale(web, 3, seen, options),
    method: "PUT",
    type: "application/json",
    query: MANAGED,
    body: {
      apiVersion: "autoscaling/v1",
      kind: "Scale",
      metadata: { name: "web", namespace: "shop", ...seen },
      spec: { replicas: 3 },
    },
  },
  {
    write: "an eviction",
    path: `${POD}/eviction`,
    send: (options) => writer.evict(pod, seen, options),
    method: "POST",
    type: "application/json",
    query: MANAGED,
    body: {
      apiVersion: "policy/v1",
      kind: "Eviction",
      metadata: { name: "web-1", namespace: "shop" },
      deleteOptions: { preconditions: seen },
    },
  },
  {
    write: "a creation",
    path: JOBS,
    send: (options) => writer.create(jobs, { kind: "Job" }, options),
    method: "POST",
    type: "application/json",
    query: MANAGED,
    body: { kind: "Job" },
  },
  {
    write: "a deletion",
    path: `${JOBS}/web`,
    send: (options) => writer.delete({ ...jobs, name: "web" }, seen, options),
    method: "DELETE",
    type: "application/json",
    query: "",
    body: {
      apiVersion: "v1",
      kind: "DeleteOptions",
      preconditions: seen,
      propagationPolicy: "Background",
    },
  },
];

describe.each(CASES)("$write", ({ path, send, method, type, query, body }) => {
  it("has its method, path, content type and precondition", async () => {
    api.on(path, { body: object });
    await send(wet);
    const [request] = api.requests;
    expect(request).toMatchObject({ method, url: `${path}${query}`, headers: { "content-type": type } });
    expect(JSON.parse(request?.body ?? "")).toEqual(body);
  });

  it("is the same as a dry run but for one parameter", async () => {
    api.on(path, { body: object });
    await send({ dryRun: true });
    const [request] = api.requests;
    expect(new URL(request?.url ?? "", api.url).searchParams.getAll("dryRun")).toEqual(["All"]);
    expect(request?.url.replace(/dryRun=All&?/, "").replace(/\?$/, "")).toBe(`${path}${query}`);
    // With a body, the API server reads the options of a deletion only there.
    const sent = JSON.parse(request?.body ?? "");
    const deletion = method === "DELETE" ? sent : sent.deleteOptions;
    expect(deletion?.dryRun).toEqual(deletion && ["All"]);
    delete deletion?.dryRun;
    expect(sent).toEqual(body);
  });

  it.each<[string, Reply]>([
    ["not_found", { status: 404 }],
    ["conflict", { status: 409 }],
    ["rejected", { status: 422 }],
    ["forbidden", { status: 403 }],
    ["throttled", { status: 429, headers: { "retry-after": "0" } }],
    ["server_error", { status: 500 }],
    ["server_error", { status: 503, headers: { "retry-after": "0" } }],
    ["unreachable", { fault: "reset" }],
    ["unreachable", { body: object, fault: "close_in_body" }],
    ["server_error", { body: object, fault: "truncate" }],
  ])("is %s after %j, and is not sent twice", async (code, reply) => {
    api.on(path, reply);
    await expect(send(wet)).rejects.toEqual(fails(code));
    expect(api.requests).toHaveLength(1);
  });

  it("is not sent when the caller has given up", async () => {
    const signal = AbortSignal.abort();
    await expect(send({ dryRun: false, signal } as { dryRun: boolean })).rejects.toEqual(fails("cancelled"));
    expect(api.requests).toHaveLength(0);
  });
});

describe("a write without an answer", () => {
  it("is a timeout, and is not sent twice", async () => {
    api.on(WEB, { fault: "hang" });
    await expect(writer.patch(web, paused, seen, wet)).rejects.toEqual(fails("timeout"));
    expect(api.requests).toHaveLength(1);
  });
});

describe("a name that is none", () => {
  it.each(["..", ".", "", "a/b", "a%2fb", "a\\b", "a\nb"])(
    "is refused before any request: %j",
    async (name) => {
      const work = [
        writer.get({ ...web, name }),
        writer.patch({ ...web, name }, paused, seen, wet),
        writer.scale({ ...web, name }, 1, seen, wet),
        writer.evict({ ...pod, name }, seen, wet),
        writer.delete({ ...web, name }, seen, wet),
      ];
      for (const each of work) await expect(each).rejects.toEqual(fails("invalid_name"));
      expect(api.requests).toHaveLength(0);
    },
  );

  it.each(["..", "a/b"])("is refused as a namespace, too: %j", async (namespace) => {
    await expect(writer.create({ ...jobs, namespace }, {}, wet)).rejects.toEqual(fails("invalid_name"));
    await expect(writer.list({ ...jobs, namespace })).rejects.toEqual(fails("invalid_name"));
    expect(api.requests).toHaveLength(0);
  });
});

describe("an eviction that is refused with 429", () => {
  const answer = (details: unknown, message = "Too many requests") =>
    api.on(`${POD}/eviction`, { status: 429, body: statusBody(429, message, { details }) });

  it("is refused by a budget when the cause says so", async () => {
    const text = "The disruption budget web needs 2 healthy pods and has 2 currently";
    answer({ causes: [{ reason: "Other" }, { reason: "DisruptionBudget", message: `${text}\u202e` }] });
    const refused = await writer.evict(pod, seen, wet).catch((error: unknown) => error);
    expect(refused).toEqual(fails("disruption_budget"));
    expect(String(refused)).toContain(`The API server said: ${text}`);
    expect(String(refused)).not.toContain("\u202e");
  });

  it.each([[undefined], [{ causes: "DisruptionBudget" }], [{ causes: [null, { reason: "Other" }] }], [[]]])(
    "is throttled when it does not: %j",
    async (details) => {
      answer(details);
      await expect(writer.evict(pod, seen, wet)).rejects.toEqual(fails("throttled"));
    },
  );

  it("says how long the API server asks to wait", async () => {
    api.on(`${POD}/eviction`, { status: 429, headers: { "retry-after": "7" }, body: "Too many requests" });
    await expect(writer.evict(pod, seen, wet)).rejects.toMatchObject({
      code: "throttled",
      retryAfterMs: 7_000,
    });
  });
});

describe("an eviction that is refused with 403", () => {
  it.each([
    ["namespace_terminating", "NamespaceTerminating"],
    ["forbidden", "Other"],
    ["forbidden", undefined],
  ] as const)("is %s by the cause %s", async (code, reason) => {
    const details = reason
      ? { causes: [{ reason, message: "namespace shop is being terminated" }] }
      : undefined;
    api.on(`${POD}/eviction`, { status: 403, body: statusBody(403, "no", { details }) });
    await expect(writer.evict(pod, seen, wet)).rejects.toEqual(fails(code));
  });
});
