import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { kubeconfigText, startApiEndpoint, statusBody } from "@k8s-ops/k8s-cluster/testing";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openServer, SHOP, type StdioServer, temporaryDirectory } from "./stdio-server.ts";

const NAMESPACE = ["diagnose_namespace", { namespace: "shop" }] as const;

async function fileWith(name: string, text: string | Uint8Array): Promise<string> {
  const path = join(await temporaryDirectory(), name);
  await writeFile(path, text);
  return path;
}

async function recordingWith(text: string | Uint8Array): Promise<readonly string[]> {
  return ["--snapshot", await fileWith("cluster.yaml", text)];
}

async function kubeconfigFor(server: string, user?: Readonly<Record<string, unknown>>) {
  return ["--kubeconfig", await fileWith("config", kubeconfigText({ server, ...(user && { user }) }))];
}

async function endpointThatAnswers(status: number, message: string): Promise<string> {
  const endpoint = await startApiEndpoint();
  onTestFinished(() => endpoint.close());
  for (const path of ["/version", "/api/v1/namespaces/shop/pods", "/api/v1/namespaces/shop"]) {
    endpoint.on(path, { status, body: statusBody(status, message) });
  }
  return endpoint.url;
}

/** A Pod whose status stands for 9^9 values in a few hundred bytes. */
function selfExpanding(): string {
  const levels = [..."abcdefghi"].map((name, level) => {
    const item = level === 0 ? "x" : `*${"abcdefghi"[level - 1]}`;
    return `  ${name}: &${name} [${Array(9).fill(item).join(", ")}]\n`;
  });
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: shop}\nstatus:\n${levels.join("")}`;
}

interface Row {
  readonly title: string;
  /** Absent: one server on the recording, for all such rows. */
  readonly args?: () => Promise<readonly string[]> | readonly string[];
  readonly env?: () => Promise<Readonly<Record<string, string>>>;
  readonly call: readonly [tool: string, args: object];
  readonly code: string;
  readonly retryable?: boolean;
  /** What the sentence must say, so that a person knows the way out. */
  readonly says: RegExp;
}

const ROWS: readonly Row[] = [
  {
    title: "no HOME and no KUBECONFIG",
    args: () => [],
    call: NAMESPACE,
    code: "no_cluster",
    says: /KUBECONFIG|--kubeconfig/,
  },
  {
    title: "a HOME without a kubeconfig",
    args: () => [],
    env: async () => ({ HOME: await temporaryDirectory() }),
    call: NAMESPACE,
    code: "no_cluster",
    says: /KUBECONFIG|--kubeconfig/,
  },
  {
    title: "a kubeconfig that does not exist",
    args: async () => ["--kubeconfig", join(await temporaryDirectory(), "none")],
    call: NAMESPACE,
    code: "invalid_kubeconfig",
    says: /none/,
  },
  {
    title: "a kubeconfig that is no YAML",
    args: async () => ["--kubeconfig", await fileWith("config", "clusters: [")],
    call: NAMESPACE,
    code: "invalid_kubeconfig",
    says: /config/,
  },
  {
    title: "a context that the kubeconfig does not have",
    args: async () => [...(await kubeconfigFor("http://127.0.0.1:1")), "--context", "other"],
    call: NAMESPACE,
    code: "unknown_context",
    says: /test/,
  },
  {
    title: "an argument context that was not allowed",
    args: async () => kubeconfigFor("http://127.0.0.1:1"),
    call: ["diagnose_namespace", { namespace: "shop", context: "production" }],
    code: "context_not_allowed",
    says: /--contexts/,
  },
  {
    title: "a server that nobody listens at",
    args: async () => kubeconfigFor("http://127.0.0.1:1"),
    call: NAMESPACE,
    code: "unreachable",
    retryable: true,
    says: /127\.0\.0\.1:1/,
  },
  {
    title: "a token that the server calls expired",
    args: async () => kubeconfigFor(await endpointThatAnswers(401, "Unauthorized"), { token: "expired" }),
    call: NAMESPACE,
    code: "unauthorized",
    says: /credential|log in|token/i,
  },
  {
    title: "a credential plug-in that does not exist",
    args: async () =>
      kubeconfigFor("http://127.0.0.1:1", {
        exec: {
          apiVersion: "client.authentication.k8s.io/v1",
          command: "no-such-plugin",
          interactiveMode: "Never",
        },
      }),
    call: NAMESPACE,
    code: "credentials_failed",
    says: /no-such-plugin/,
  },
  {
    title: "a recording that does not exist",
    args: async () => ["--snapshot", join(await temporaryDirectory(), "nowhere")],
    call: NAMESPACE,
    code: "malformed_recording",
    says: /nowhere/,
  },
  {
    title: "a recording that is no YAML",
    args: () => recordingWith("kind: Pod\nmetadata: {name: [\n"),
    call: NAMESPACE,
    code: "malformed_recording",
    says: /cluster\.yaml/,
  },
  {
    title: "a recording of random bytes",
    args: () => recordingWith(Uint8Array.from({ length: 4_096 }, (_, index) => (index * 167 + 13) % 256)),
    call: NAMESPACE,
    code: "malformed_recording",
    says: /cluster\.yaml/,
  },
  {
    title: "a recording without anything",
    args: async () => ["--snapshot", await temporaryDirectory()],
    call: ["diagnose_cluster", {}],
    code: "malformed_recording",
    says: /no objects|nothing|empty|holds/i,
  },
  {
    title: "a recording that expands itself",
    args: () => recordingWith(selfExpanding()),
    call: NAMESPACE,
    code: "malformed_recording",
    says: /cluster\.yaml/,
  },
  {
    title: "an unknown tool",
    call: ["diagnose_everything", {}],
    code: "unknown_tool",
    says: /diagnose_cluster/,
  },
  {
    title: "a tool by the name of a property",
    call: ["__proto__", {}],
    code: "unknown_tool",
    says: /diagnose_cluster/,
  },
  {
    title: "an unknown argument",
    call: ["diagnose_pod", { namespace: "shop", pod_name: "worker-0", verbose: true }],
    code: "invalid_arguments",
    says: /verbose.*pod_name/,
  },
  {
    title: "a missing argument",
    call: ["diagnose_pod", { namespace: "shop" }],
    code: "invalid_arguments",
    says: /pod_name/,
  },
  {
    title: "an argument of the wrong type",
    call: ["diagnose_pod", { namespace: "shop", pod_name: 7 }],
    code: "invalid_arguments",
    says: /pod_name.*string/,
  },
  {
    title: "a kind that it does not know",
    call: ["diagnose_workload", { namespace: "shop", kind: "Secret", name: "x" }],
    code: "invalid_arguments",
    says: /StatefulSet/,
  },
  {
    title: "a cursor that is none",
    call: ["diagnose_cluster", { cursor: "../1" }],
    code: "invalid_arguments",
    says: /cursor/,
  },
  {
    title: "a cursor past the end",
    call: ["diagnose_cluster", { cursor: "999999" }],
    code: "invalid_cursor",
    says: /without a cursor/,
  },
  {
    title: "a Pod that does not exist",
    call: ["diagnose_pod", { namespace: "shop", pod_name: "worker-1" }],
    code: "not_found",
    says: /worker-0/,
  },
  {
    title: "a namespace that does not exist",
    call: ["diagnose_namespace", { namespace: "shp" }],
    code: "not_found",
    says: /shop/,
  },
  ...[
    "..",
    ".",
    "a/b",
    "../../kube-system/pods/etcd-0",
    "%2e%2e",
    "?watch",
    "pod name",
    "Pod",
    "-x",
    "x\u0000",
    "ｗorker-0",
    "",
  ].map(
    (pod_name): Row => ({
      title: `a Pod named ${JSON.stringify(pod_name)}`,
      call: ["diagnose_pod", { namespace: "shop", pod_name }],
      code: "invalid_name",
      says: /name/,
    }),
  ),
  {
    title: "a name of 10,000 characters",
    call: ["diagnose_pod", { namespace: "shop", pod_name: "a".repeat(10_000) }],
    code: "invalid_arguments",
    says: /pod_name/,
  },
];

describe("bad input", () => {
  let shared: StdioServer;
  beforeAll(async () => {
    shared = await openServer(["--snapshot", SHOP], { after: afterAll });
  });

  it.each(ROWS)(
    "answers $title with $code and lives on",
    async ({ args, env, call, code, retryable = false, says }) => {
      const server = args ? await openServer(await args(), { ...(env && { env: await env() }) }) : shared;
      const { error } = await server.call(...call);
      expect(error).toEqual({ code, retryable, message: expect.stringMatching(says) });
      expect(await server.request("tools/list")).toMatchObject({ result: { tools: expect.any(Array) } });
    },
  );

  it.each(["..", ".", "a/b", "%2e%2e", "Shop", "shop ", "ｓhop", "x".repeat(64)])(
    "refuses the namespace %j before anything is read",
    async (namespace) => {
      const endpoint = await startApiEndpoint();
      onTestFinished(() => endpoint.close());
      const server = await openServer(await kubeconfigFor(endpoint.url));
      const { error } = await server.call("diagnose_namespace", { namespace });
      expect(error).toMatchObject({ code: "invalid_name", message: expect.stringMatching(/namespace/) });
      expect(endpoint.requests).toEqual([]);
    },
  );
});
