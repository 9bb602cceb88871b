import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApiEndpoint, startApiEndpoint } from "../testing/api-endpoint.ts";
import { kubeconfigText } from "../testing/kubeconfig.ts";
import { type Connection, type ConnectOptions, connect } from "./connect.ts";

let directory: string;
let api: ApiEndpoint;
const opened: Connection[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "connect-"));
  api = await startApiEndpoint();
  api.on("/version", { body: {} });
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((connection) => connection.close()));
  await api.close();
  await rm(directory, { recursive: true });
});

async function write(name: string, text: string): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, text);
  return file;
}

async function open(options: Partial<ConnectOptions> = {}): Promise<Connection> {
  const connection = await connect({ env: { HOME: directory }, ...options });
  opened.push(connection);
  return connection;
}

const failWith = (code: string, message: RegExp) =>
  expect.objectContaining({ name: "ClusterError", code, message: expect.stringMatching(message) });

describe("connect", () => {
  it("says what was looked for when there is no cluster, and contacts nothing", async () => {
    await expect(open()).rejects.toEqual(
      failWith("no_cluster", /KUBECONFIG is not set, there is no .*\.kube\/config/),
    );
    await expect(open({ env: {} })).rejects.toEqual(failWith("no_cluster", /HOME is not set/));
    const env = { HOME: directory, KUBECONFIG: join(directory, "gone") };
    await expect(open({ env })).rejects.toEqual(failWith("no_cluster", /gone, which does not exist/));
  });

  it.each([
    {
      title: "is missing",
      text: undefined,
      code: "invalid_kubeconfig",
      message: /cannot be read \(ENOENT\)/,
    },
    { title: "is no YAML", text: "a: [", code: "invalid_kubeconfig", message: /not valid YAML/ },
    { title: "is no mapping", text: "hello", code: "invalid_kubeconfig", message: /not a YAML mapping/ },
    {
      title: "is empty of contexts",
      text: "kind: Config",
      code: "no_cluster",
      message: /defines no context/,
    },
    {
      title: "lacks a server",
      text: "clusters: [{name: a, cluster: {}}]",
      code: "invalid_kubeconfig",
      message: /clusters\[0\]\.cluster\.server is missing/,
    },
    {
      title: "has no current context",
      text: "contexts: [{name: b, context: {cluster: x}}, {name: a, context: {cluster: x}}]",
      code: "unknown_context",
      message: /Choose one of: a, b/,
    },
    {
      title: "lacks the cluster",
      text: "{contexts: [{name: a, context: {cluster: x}}], current-context: a}",
      code: "invalid_kubeconfig",
      message: /names the cluster "x"/,
    },
    {
      title: "lacks the user",
      text: kubeconfigText({ server: "https://a" }).replace('"name":"test-user"', '"name":"other"'),
      code: "invalid_kubeconfig",
      message: /names the user "test-user"/,
    },
    {
      title: "has a server that is no URL",
      text: kubeconfigText({ server: "ftp://a" }),
      code: "invalid_kubeconfig",
      message: /no http or https URL/,
    },
    {
      title: "names a certificate that does not exist",
      text: kubeconfigText({ server: "https://a", user: { "client-certificate": "gone.crt" } }),
      code: "credentials_failed",
      message: /gone\.crt cannot be read \(ENOENT\)/,
    },
    {
      title: "holds an unusable authority",
      text: kubeconfigText({ server: "https://a", cluster: { "certificate-authority-data": "bm9wZQ==" } }),
      code: "invalid_kubeconfig",
      message: /not valid PEM/,
    },
    {
      title: "names a proxy of an unknown kind",
      text: kubeconfigText({ server: "https://a", cluster: { "proxy-url": "gopher://a" } }),
      code: "invalid_kubeconfig",
      message: /no http, https or socks5 URL/,
    },
  ])("explains a kubeconfig that $title", async ({ text, code, message }) => {
    const kubeconfig = text === undefined ? join(directory, "gone") : await write("config", text);
    await expect(open({ kubeconfig })).rejects.toEqual(failWith(code, message));
  });

  it("takes the context asked for and names those there are", async () => {
    const kubeconfig = await write("config", kubeconfigText({ server: api.url, context: "dev" }));
    expect((await open({ kubeconfig, context: "dev" })).cluster).toEqual({
      name: "dev",
      source: "kubeconfig",
    });
    await expect(open({ kubeconfig, context: "prod" })).rejects.toEqual(
      failWith("unknown_context", /no context "prod" .* Choose one of: dev/),
    );
  });

  it("merges the files of KUBECONFIG like kubectl: the first definition wins, missing files do not matter", async () => {
    const first = await write("a", kubeconfigText({ server: api.url, context: "one" }));
    const second = await write("b", kubeconfigText({ server: "http://127.0.0.1:1", context: "one" }));
    const third = await write("c", kubeconfigText({ server: api.url, context: "three" }));
    const env = { KUBECONFIG: [join(directory, "gone"), first, second, third].join(delimiter) };
    const connection = await open({ env });
    expect([connection.cluster.name, connection.server]).toEqual(["one", `127.0.0.1:${api.port}`]);
    expect((await open({ env, context: "three" })).cluster.name).toBe("three");
  });

  it("falls back to ~/.kube/config", async () => {
    await mkdir(join(directory, ".kube"));
    await write(".kube/config", kubeconfigText({ server: api.url, context: "home" }));
    expect((await open()).cluster.name).toBe("home");
  });

  it("prefers a ServiceAccount to KUBECONFIG, and a kubeconfig or context given to both", async () => {
    await write("token", "abc\n");
    const KUBECONFIG = await write("config", kubeconfigText({ server: api.url, context: "dev" }));
    const options = {
      env: { KUBECONFIG, KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" },
      serviceAccountDir: directory,
    };
    const inCluster = await open(options);
    expect(inCluster.cluster).toEqual({ name: "in-cluster", source: "in-cluster" });
    expect(inCluster.server).toBe("[fd00::1]");
    expect((await open({ ...options, kubeconfig: KUBECONFIG })).cluster.name).toBe("dev");
    expect((await open({ ...options, context: "dev" })).cluster.name).toBe("dev");
    expect((await open({ ...options, serviceAccountDir: join(directory, "gone") })).cluster.name).toBe("dev");
  });

  it("sends no credentials without TLS", async () => {
    const kubeconfig = await write("config", kubeconfigText({ server: api.url, user: { token: "abc" } }));
    await (await open({ kubeconfig })).send({ path: ["version"] });
    expect(api.requests[0]?.headers.authorization).toBeUndefined();
  });

  it("reaches a server behind a path", async () => {
    api.on("/k8s/clusters/c-1/version", { body: { ok: true } });
    const kubeconfig = await write("config", kubeconfigText({ server: `${api.url}/k8s/clusters/c-1/` }));
    expect((await (await open({ kubeconfig })).send({ path: ["version"] })).json).toEqual({ ok: true });
  });
});
