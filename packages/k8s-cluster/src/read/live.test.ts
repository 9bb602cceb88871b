import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connect } from "../connect/connect.ts";
import type { Need } from "../snapshot/snapshot.ts";
import {
  type ApiEndpoint,
  listBody,
  type Reply,
  startApiEndpoint,
  statusBody,
} from "../testing/api-endpoint.ts";
import { temporaryKubeconfig } from "../testing/temporary-kubeconfig.ts";
import { createLiveReader, type LiveReaderOptions } from "./live.ts";
import type { ClusterReader } from "./reader.ts";

let api: ApiEndpoint;
const readers: ClusterReader[] = [];

beforeEach(async () => {
  api = await startApiEndpoint();
});
afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.close()));
  await api.close();
});

async function open(options?: LiveReaderOptions): Promise<ClusterReader> {
  const { kubeconfig, remove } = await temporaryKubeconfig({ server: api.url });
  const connection = await connect({ kubeconfig, env: {}, backoffMs: 5, attemptTimeoutMs: 300 });
  await remove();
  const reader = createLiveReader(connection, options);
  readers.push(reader);
  return reader;
}

const object = (name: string, more: object = {}) => ({ metadata: { name, namespace: "shop", ...more } });
const failWith = (code: string) => expect.objectContaining({ name: "ClusterError", code });
const POD: Need = { resource: "pods", namespace: "shop", name: "web" };
const POD_URL = "/api/v1/namespaces/shop/pods/web";
const PODS: Need = { resource: "pods" };
const PODS_URL = "/api/v1/pods";

describe("the address of a need", () => {
  it.each<{ need: Need; url: string }>([
    { need: { resource: "pods" }, url: "/api/v1/pods" },
    { need: { resource: "configMaps", namespace: "shop" }, url: "/api/v1/namespaces/shop/configmaps" },
    {
      need: { resource: "deployments", namespace: "shop", name: "a" },
      url: "/apis/apps/v1/namespaces/shop/deployments/a",
    },
    { need: { resource: "nodes", name: "n.example" }, url: "/api/v1/nodes/n.example" },
    { need: { resource: "nodes", namespace: "shop" }, url: "/api/v1/nodes" },
    { need: { resource: "horizontalPodAutoscalers" }, url: "/apis/autoscaling/v2/horizontalpodautoscalers" },
    {
      need: { resource: "apiServices", name: "v1.apps" },
      url: "/apis/apiregistration.k8s.io/v1/apiservices/v1.apps",
    },
  ])("$need is $url", async ({ need, url }) => {
    await (await open()).read(need);
    expect(api.requests[0]?.url.split("?")[0]).toBe(url);
  });

  it.each<Need>([
    { resource: "pods", namespace: "shop", name: ".." },
    { resource: "pods", namespace: "shop", name: "." },
    { resource: "pods", namespace: "..", name: "web" },
    { resource: "pods", namespace: ".." },
    { resource: "pods", namespace: "" },
    { resource: "pods", namespace: "shop", name: "" },
    { resource: "pods", namespace: "shop", name: "a/b" },
    { resource: "pods", namespace: "shop", name: "a?watch=true" },
    { resource: "pods", namespace: "shop", name: "%2e%2e" },
    { resource: "pods", namespace: "shop", name: "a".repeat(254) },
    { resource: "pods", name: "web" },
  ])("is refused before any request for %j", async (need) => {
    await expect((await open()).read(need)).rejects.toEqual(failWith("invalid_name"));
    expect(api.requests).toHaveLength(0);
  });

  it("is only ever that of the object named, whatever the name", async () => {
    const reader = await open();
    const names = fc.string({
      unit: fc.constantFrom(".", "/", "%", "2", "e", "a", "-", "?", "A"),
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(names, names, async (namespace, name) => {
        const before = api.requests.length;
        await reader.read({ resource: "pods", namespace, name }).catch((error: unknown) => {
          expect(error).toMatchObject({ code: "invalid_name" });
        });
        for (const { url } of api.requests.slice(before)) {
          expect(url).toBe(`/api/v1/namespaces/${namespace}/pods/${name}`);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("one object", () => {
  it("comes with apiVersion, kind and namespace, without managedFields", async () => {
    api.on(POD_URL, { body: { ...object("web", { managedFields: [{}] }), spec: { nodeName: "n" } } });
    const { items, gap } = await (await open()).read(POD);
    expect(gap).toBeUndefined();
    expect(items).toEqual([
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "web", namespace: "shop" },
        spec: { nodeName: "n" },
      },
    ]);
  });

  it("that does not exist is known not to", async () => {
    api.on(POD_URL, { status: 404, body: statusBody(404, 'pods "web" not found') });
    expect(await (await open()).read(POD)).toEqual({ need: POD, items: [] });
  });

  it("behind something that is no API server is a gap, not absence", async () => {
    api.on(POD_URL, { status: 404, body: "<html>Not Found</html>" });
    expect((await (await open()).read(POD)).gap).toEqual({ ...POD, reason: "unavailable" });
  });

  it("that is a Secret comes without its values", async () => {
    api.on("/api/v1/namespaces/shop/secrets/db", {
      body: { ...object("db"), data: { password: "aHVudGVyMg==" }, type: "Opaque" },
    });
    const answer = await (await open()).read({ resource: "secrets", namespace: "shop", name: "db" });
    expect(answer.items).toMatchObject([{ data: { password: "" } }]);
    expect(JSON.stringify(answer)).not.toContain("aHVudGVyMg");
  });
});

describe("a list", () => {
  const pages = (total: number, size: number) =>
    Array.from({ length: Math.ceil(total / size) }, (_, page) => {
      const start = page * size;
      const items = Array.from({ length: Math.min(size, total - start) }, (_, index) =>
        object(`p${start + index}`),
      );
      return { body: listBody(items, start + size < total ? { continue: `after-${page}` } : {}) };
    });

  it("is read page by page", async () => {
    api.on(PODS_URL, ...pages(25, 10));
    const { items, gap } = await (await open({ pageSize: 10 })).read(PODS);
    expect([items.length, gap]).toEqual([25, undefined]);
    expect(api.requests.map(({ url }) => url)).toEqual([
      `${PODS_URL}?limit=10`,
      `${PODS_URL}?limit=10&continue=after-0`,
      `${PODS_URL}?limit=10&continue=after-1`,
    ]);
  });

  it("whose pages have expired is read anew in one answer", async () => {
    const [first, ...others] = pages(25, 10);
    api.on(PODS_URL, first ?? {}, { status: 410, body: statusBody(410, "expired") }, ...pages(30, 30));
    expect(others).toHaveLength(2);
    const { items, gap } = await (await open({ pageSize: 10 })).read(PODS);
    expect([items.length, gap]).toEqual([30, undefined]);
    expect(api.requests.at(-1)?.url).toBe(PODS_URL);
  });

  it("that expires for ever ends", async () => {
    api.on(PODS_URL, ({ url }) => (url.includes("continue=") ? { status: 410 } : (pages(25, 10)[0] ?? {})));
    const { gap } = await (await open({ pageSize: 10 })).read(PODS);
    expect(gap?.reason).toBe("unavailable");
    expect(api.requests.length).toBeLessThan(10);
  });

  it.each([
    { maxObjects: 20, items: 20, reason: "truncated" },
    { maxObjects: 22, items: 22, reason: "truncated" },
    { maxObjects: 25, items: 25, reason: undefined },
  ])("stops at $maxObjects of 25 objects and says so: $reason", async ({ maxObjects, items, reason }) => {
    api.on(PODS_URL, ...pages(25, 10));
    const answer = await (await open({ pageSize: 10, maxObjects })).read(PODS);
    expect([answer.items.length, answer.gap?.reason]).toEqual([items, reason]);
  });

  it("that breaks off keeps what came and says that it is not all", async () => {
    api.on(PODS_URL, pages(25, 10)[0] ?? {}, { status: 403 });
    const { items, gap } = await (await open({ pageSize: 10 })).read(PODS);
    expect([items.length, gap?.reason]).toEqual([10, "forbidden"]);
  });

  it("may be null when it is empty", async () => {
    api.on(PODS_URL, { body: { ...listBody([]), items: null } });
    expect(await (await open()).read(PODS)).toEqual({ need: PODS, items: [] });
  });

  it("asks for Secrets without their values", async () => {
    api.on("/api/v1/secrets", {
      body: listBody([{ ...object("db"), apiVersion: "meta.k8s.io/v1", kind: "PartialObjectMetadata" }]),
    });
    const { items } = await (await open()).read({ resource: "secrets" });
    expect(api.requests[0]?.headers.accept).toContain("as=PartialObjectMetadataList");
    expect(items).toEqual([
      { apiVersion: "v1", kind: "Secret", metadata: { name: "db", namespace: "shop" } },
    ]);
  });

  it.each<{ title: string; reply: Reply; reason: string }>([
    { title: "forbidden", reply: { status: 403 }, reason: "forbidden" },
    { title: "failing", reply: { status: 500 }, reason: "unavailable" },
    { title: "throttled", reply: { status: 429 }, reason: "unavailable" },
    { title: "not answered", reply: { fault: "hang" }, reason: "timeout" },
    { title: "no list", reply: { body: { kind: "Pod" } }, reason: "unavailable" },
    { title: "no JSON", reply: { body: "<html>" }, reason: "unavailable" },
    {
      title: "not found, which Kubernetes never says of Pods",
      reply: { status: 404 },
      reason: "unavailable",
    },
  ])("that is $title is a gap", async ({ reply, reason }) => {
    api.on(PODS_URL, reply);
    expect(await (await open()).read(PODS)).toEqual({
      need: PODS,
      items: [],
      gap: { resource: "pods", reason },
    });
  });

  it("of a custom resource whose group is not served is known to be empty", async () => {
    api.on("/apis/gateway.networking.k8s.io/v1/gateways", { status: 404, body: "404 page not found\n" });
    expect(await (await open()).read({ resource: "gateways" })).not.toHaveProperty("gap");
  });

  it.each([
    { served: false, reason: undefined },
    { served: true, reason: "forbidden" },
  ])("of a custom resource that may not be listed is a gap only when it is served: $served", async (row) => {
    api.on("/apis/gateway.networking.k8s.io/v1/gateways", { status: 403 });
    if (row.served) api.on("/apis/gateway.networking.k8s.io", { body: { kind: "APIGroup" } });
    expect((await (await open()).read({ resource: "gateways" })).gap?.reason).toBe(row.reason);
  });

  it("of a custom resource that is served in another version only is a gap", async () => {
    api.on("/apis/gateway.networking.k8s.io", { body: { kind: "APIGroup" } });
    expect((await (await open()).read({ resource: "gateways" })).gap?.reason).toBe("unavailable");
  });
});

describe("a cluster that answers nothing", () => {
  it.each<{ reply: Reply; code: string }>([
    { reply: { status: 401 }, code: "unauthorized" },
    { reply: { fault: "reset" }, code: "unreachable" },
  ])("is an error, not a gap: $code", async ({ reply, code }) => {
    api.on(PODS_URL, reply);
    await expect((await open()).read(PODS)).rejects.toEqual(failWith(code));
  });

  it("ends a read by the caller's wish or time", async () => {
    api.on(PODS_URL, { fault: "hang" });
    const reader = await open();
    const cancelled = new AbortController();
    setTimeout(() => cancelled.abort(), 30);
    await expect(reader.read(PODS, { signal: cancelled.signal })).rejects.toEqual(failWith("cancelled"));
    await expect(reader.read(PODS, { signal: AbortSignal.timeout(30) })).rejects.toEqual(failWith("timeout"));
    await expect(reader.read(PODS, { signal: AbortSignal.abort() })).rejects.toEqual(failWith("cancelled"));
  });
});

describe("identical reads at the same time", () => {
  it("share one request", async () => {
    api.on(PODS_URL, { body: listBody([object("a")]), delayMs: 20 });
    const reader = await open();
    const answers = await Promise.all(Array.from({ length: 200 }, () => reader.read(PODS)));
    expect(answers.every(({ items }) => items.length === 1)).toBe(true);
    expect(api.requests).toHaveLength(1);
    await reader.read(PODS);
    expect(api.requests).toHaveLength(2);
  });

  it("are not disturbed by one that is cancelled", async () => {
    api.on(PODS_URL, { body: listBody([object("a")]), delayMs: 50 });
    const reader = await open();
    const controller = new AbortController();
    const first = reader.read(PODS, { signal: controller.signal });
    const second = reader.read(PODS);
    setTimeout(() => controller.abort(), 10);
    await expect(first).rejects.toEqual(failWith("cancelled"));
    expect((await second).items).toHaveLength(1);
  });

  it("are stopped when the last one is cancelled, and the next read starts anew", async () => {
    api.on(PODS_URL, { fault: "hang" }, { body: listBody([]) });
    const reader = await open();
    await expect(reader.read(PODS, { signal: AbortSignal.timeout(20) })).rejects.toEqual(failWith("timeout"));
    expect((await reader.read(PODS)).items).toEqual([]);
  });
});
