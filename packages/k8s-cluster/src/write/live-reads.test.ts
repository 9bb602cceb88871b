import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Connection, connect } from "../connect/connect.ts";
import { type ApiEndpoint, listBody, startApiEndpoint } from "../testing/api-endpoint.ts";
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
const object = { metadata: { name: "web", uid: "uid-1", resourceVersion: "8" } };
const fails = (code: string) => expect.objectContaining({ name: "ClusterError", code });

describe("what is read for a write", () => {
  it("is the object as the server has it, secrets included", async () => {
    const annotations = { "kubectl.kubernetes.io/last-applied-configuration": "hunter2" };
    api.on(WEB, {
      body: { metadata: { name: "web", namespace: "shop", annotations }, spec: { paused: null } },
    });
    expect(await writer.get(web)).toEqual({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", namespace: "shop", annotations },
      spec: { paused: null },
    });
  });

  it("is undefined when there is no such object, and an error when it cannot be read", async () => {
    expect(await writer.get(web)).toBeUndefined();
    api.on(WEB, { status: 403 });
    await expect(writer.get(web)).rejects.toEqual(fails("forbidden"));
    api.on(WEB, { body: [] });
    await expect(writer.get(web)).rejects.toEqual(fails("server_error"));
  });

  it("is a list of all pages, by selectors", async () => {
    const item = (name: string) => ({ metadata: { name, namespace: "shop" } });
    api.on(
      "/api/v1/pods",
      { body: listBody([item("a")], { continue: "next" }) },
      { body: listBody([item("b")], { continue: "" }) },
    );
    const found = await writer.list({
      resource: "pods",
      namespace: "",
      labelSelector: "app in (web)",
      fieldSelector: "spec.nodeName=node-1",
    });
    expect(found.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
      ["Pod", "a"],
      ["Pod", "b"],
    ]);
    const [first, second] = api.requests.map(({ url }) => new URL(url, api.url).searchParams);
    expect(first?.get("labelSelector")).toBe("app in (web)");
    expect(first?.get("fieldSelector")).toBe("spec.nodeName=node-1");
    expect([first?.get("continue"), second?.get("continue")]).toEqual([null, "next"]);
  });

  it("is read again after a failure, unlike a write", async () => {
    api.on(WEB, { status: 500 }, { fault: "reset" }, { body: object });
    expect(await writer.get(web)).toMatchObject({ metadata: { name: "web" } });
  });
});
