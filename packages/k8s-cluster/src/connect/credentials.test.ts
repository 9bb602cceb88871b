import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ApiEndpoint, startApiEndpoint } from "../testing/api-endpoint.ts";
import { type Certificates, makeCertificates } from "../testing/certificates.ts";
import { type KubeconfigParts, kubeconfigText } from "../testing/kubeconfig.ts";
import { startHttpTunnel, startSocksTunnel, type Tunnel } from "../testing/tunnels.ts";
import { type Connection, type ConnectOptions, connect } from "./connect.ts";

let directory: string;
let pem: Certificates;
let api: ApiEndpoint;
const opened: Connection[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "credentials-"));
  pem = await makeCertificates();
  await writeFile(join(directory, "client.crt"), pem.clientCert);
  await writeFile(join(directory, "client.key"), pem.clientKey);
});
afterAll(() => rm(directory, { recursive: true }));

beforeEach(async () => {
  api = await startApiEndpoint({
    key: pem.serverKey,
    cert: pem.serverCert,
    ca: pem.ca,
    requestCert: true,
    rejectUnauthorized: false,
  });
  api.on("/version", { body: {} });
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((connection) => connection.close()));
  await api.close();
});

const base64 = (text: string) => Buffer.from(text).toString("base64");

async function open(
  parts: Partial<KubeconfigParts> = {},
  options: Partial<ConnectOptions> = {},
): Promise<Connection> {
  const kubeconfig = join(directory, "config");
  const cluster = { "certificate-authority-data": base64(pem.ca), ...parts.cluster };
  await writeFile(kubeconfig, kubeconfigText({ server: api.url, ...parts, cluster }));
  const connection = await connect({ kubeconfig, env: process.env, backoffMs: 5, ...options });
  opened.push(connection);
  return connection;
}

async function headersOf(connection: Connection) {
  await connection.send({ path: ["version"] });
  return api.requests.at(-1)?.headers ?? {};
}

/** What the server saw of the client's certificate at the last request. */
function clientCertificate() {
  const socket = api.requests.at(-1)?.socket;
  if (!(socket instanceof TLSSocket)) throw new Error("no request over TLS");
  return { authorized: socket.authorized, name: socket.getPeerCertificate().subject?.CN };
}

const failWith = (code: string, message: RegExp) =>
  expect.objectContaining({ name: "ClusterError", code, message: expect.stringMatching(message) });

const ID_TOKEN = [{ alg: "none" }, { exp: Math.floor(Date.now() / 1000) + 3_600 }, {}]
  .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
  .join(".");

describe("the credentials of a kubeconfig", () => {
  it.each([
    { kind: "a token", user: { token: "abc" }, authorization: "Bearer abc" },
    {
      kind: "a password",
      user: { username: "jane", password: "pw" },
      authorization: `Basic ${base64("jane:pw")}`,
    },
    {
      kind: "an OIDC token",
      user: { "auth-provider": { name: "oidc", config: { "id-token": ID_TOKEN } } },
      authorization: `Bearer ${ID_TOKEN}`,
    },
    { kind: "nothing", user: {}, authorization: undefined },
  ])("may be $kind", async ({ user, authorization }) => {
    expect((await headersOf(await open({ user }))).authorization).toBe(authorization);
  });

  it("may be a client certificate, embedded or in files beside the kubeconfig", async () => {
    const embedded = {
      "client-certificate-data": base64(pem.clientCert),
      "client-key-data": base64(pem.clientKey),
    };
    for (const user of [embedded, { "client-certificate": "client.crt", "client-key": "client.key" }]) {
      await headersOf(await open({ user, cluster: { "certificate-authority": "ca.crt" } }));
      expect(clientCertificate()).toEqual({ authorized: true, name: "jane" });
    }
  });

  it("may be a token in a file, which is read again when it was refused", async () => {
    await writeFile(join(directory, "token"), "old\n");
    const connection = await open({ user: { token: "stale", tokenFile: "token" } });
    expect((await headersOf(connection)).authorization).toBe("Bearer old");
    await writeFile(join(directory, "token"), "new\n");
    api.on("/version", ({ headers }) => ({ status: headers.authorization === "Bearer new" ? 200 : 401 }));
    expect((await headersOf(connection)).authorization).toBe("Bearer new");
  });

  it("are read again from the kubeconfig when they were refused", async () => {
    const connection = await open({ user: { token: "old" } });
    await open({ user: { token: "new" } });
    api.on("/version", ({ headers }) => ({ status: headers.authorization === "Bearer new" ? 200 : 401 }));
    expect((await headersOf(connection)).authorization).toBe("Bearer new");
  });

  it("may impersonate a user and groups", async () => {
    const headers = await headersOf(
      await open({ user: { token: "a", as: "joe", "as-groups": ["dev", "ops"] } }),
    );
    expect([headers["impersonate-user"], headers["impersonate-group"]]).toEqual(["joe", "dev, ops"]);
  });
});

describe("TLS", () => {
  it("refuses a server that the authority does not know, without another try", async () => {
    const connection = await open({ cluster: { "certificate-authority-data": undefined } });
    await expect(headersOf(connection)).rejects.toEqual(failWith("unreachable", /certificate/));
    expect(api.requests).toHaveLength(0);
    expect(api.connections()).toBe(1);
  });

  it("refuses a server of another name", async () => {
    const connection = await open({ cluster: { "tls-server-name": "elsewhere" } });
    await expect(headersOf(connection)).rejects.toEqual(failWith("unreachable", /for another name/));
  });

  it.each([
    { "tls-server-name": "kubernetes" },
    { "certificate-authority-data": undefined, "insecure-skip-tls-verify": true },
  ])("follows %j", async (cluster) => {
    await expect(headersOf(await open({ cluster }))).resolves.toBeDefined();
  });
});

describe("a credential plug-in", () => {
  const counter = () => join(directory, "runs");
  const runs = async () => (await readFile(counter(), "utf8").catch(() => "")).length;
  const plugin = (script: string, more: object = {}) => ({
    exec: {
      apiVersion: "client.authentication.k8s.io/v1",
      command: process.execPath,
      args: ["-e", `require("fs").appendFileSync(${JSON.stringify(counter())}, "x"); ${script}`],
      ...more,
    },
  });
  const printing = (status: string) =>
    `console.log(JSON.stringify({apiVersion:"client.authentication.k8s.io/v1",kind:"ExecCredential",status:${status}}))`;

  beforeEach(() => rm(counter(), { force: true }));

  it("is run once for many requests", async () => {
    const connection = await open({ user: plugin(printing('{token:"abc"}')) });
    await Promise.all(Array.from({ length: 10 }, () => connection.send({ path: ["version"] })));
    expect((await headersOf(connection)).authorization).toBe("Bearer abc");
    expect(await runs()).toBe(1);
  });

  it("is run again, once, when its token was refused", async () => {
    const token = `"token-" + require("fs").readFileSync(${JSON.stringify(counter())}, "utf8").length`;
    const connection = await open({ user: plugin(printing(`{token:${token}}`)) });
    api.on("/version", ({ headers }) => ({ status: headers.authorization === "Bearer token-2" ? 200 : 401 }));
    await Promise.all(Array.from({ length: 5 }, () => connection.send({ path: ["version"] })));
    expect(await runs()).toBe(2);
  });

  it("is run again when its token has expired", async () => {
    const connection = await open({
      user: plugin(printing('{token:"a",expirationTimestamp:"2020-01-01T00:00:00Z"}')),
    });
    await headersOf(connection);
    expect(await runs()).toBeGreaterThan(1);
  });

  it("may give a client certificate", async () => {
    const pair = JSON.stringify({ clientCertificateData: pem.clientCert, clientKeyData: pem.clientKey });
    await headersOf(await open({ user: plugin(printing(pair)) }));
    expect(clientCertificate().name).toBe("jane");
  });

  it("gets its variables, and the cluster when it asks for it", async () => {
    const script = printing(
      "{token: process.env.EXTRA + JSON.parse(process.env.KUBERNETES_EXEC_INFO).spec.cluster.server}",
    );
    const user = plugin(script, { env: [{ name: "EXTRA", value: "at-" }], provideClusterInfo: true });
    expect((await headersOf(await open({ user }))).authorization).toBe(`Bearer at-${api.url}`);
  });

  it("is sought beside the kubeconfig when its path is relative", async () => {
    await writeFile(join(directory, "plugin.sh"), `#!/bin/sh\necho '{"status":{"token":"beside"}}'\n`);
    await chmod(join(directory, "plugin.sh"), 0o755);
    const user = { exec: { command: "./plugin.sh" } };
    expect((await headersOf(await open({ user }))).authorization).toBe("Bearer beside");
  });

  it.each([
    {
      title: "fails",
      script: 'console.error("s3cret"); console.log("s3cret"); process.exit(3)',
      message: /exit code 3/,
    },
    { title: "prints nonsense", script: 'console.log("s3cret")', message: /printed no ExecCredential/ },
    { title: "prints no credential", script: printing("{}"), message: /printed no ExecCredential/ },
    { title: "prints too much", script: 'console.log("s3cret".repeat(1e6))', message: /printed too much/ },
    { title: "hangs", script: "setInterval(() => {}, 1000)", message: /within 0\.5 s/ },
    {
      title: "waits for input",
      script: 'process.stdin.on("end", () => process.exit(4)).resume()',
      message: /exit code 4/,
    },
  ])("that $title is named, and nothing that it printed", async ({ script, message }) => {
    const opening = open({ user: plugin(script) }, { execTimeoutMs: 500 });
    await expect(opening).rejects.toEqual(failWith("credentials_failed", message));
    await expect(opening).rejects.toThrow(process.execPath);
    await expect(opening).rejects.not.toThrow("s3cret");
  });

  it("that is not installed comes with its hint", async () => {
    const user = { exec: { command: "no-such-plugin", installHint: "Install it from the shop." } };
    await expect(open({ user })).rejects.toEqual(
      failWith("credentials_failed", /not found\. Install it from the shop/),
    );
  });
});

describe("a proxy", () => {
  let tunnel: Tunnel | undefined;
  afterEach(() => tunnel?.close());

  it.each([
    { kind: "an HTTP proxy", start: startHttpTunnel },
    { kind: "a SOCKS5 proxy", start: startSocksTunnel },
  ])("named by the kubeconfig carries TLS and credentials end to end: $kind", async ({ start }) => {
    tunnel = await start(api.port);
    const user = {
      "client-certificate-data": base64(pem.clientCert),
      "client-key-data": base64(pem.clientKey),
    };
    await headersOf(await open({ user, cluster: { "proxy-url": tunnel.url } }));
    expect(tunnel.targets).toEqual([`127.0.0.1:${api.port}`]);
    expect(clientCertificate()).toEqual({ authorized: true, name: "jane" });
  });

  it("named by the environment resolves the server's name", async () => {
    tunnel = await startHttpTunnel(api.port);
    const parts = { server: "https://k8s.invalid:6443", cluster: { "tls-server-name": "kubernetes" } };
    await headersOf(await open(parts, { env: { HTTPS_PROXY: tunnel.url } }));
    expect(tunnel.targets).toEqual(["k8s.invalid:6443"]);
  });

  it("that refuses is to blame, not the server, and is not asked again", async () => {
    tunnel = await startHttpTunnel(api.port, 407);
    const connection = await open({ cluster: { "proxy-url": tunnel.url } });
    await expect(headersOf(connection)).rejects.toEqual(failWith("unreachable", /the proxy refused/));
    expect(tunnel.targets).toHaveLength(1);
  });
});
