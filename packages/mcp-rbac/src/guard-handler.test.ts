import { Client, InMemoryTransport } from "@modelcontextprotocol/client";
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js";
import { McpServer as McpServer2 } from "@modelcontextprotocol/server";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { DeniedCall } from "./guard.ts";
import { guardHandler } from "./guard-handler.ts";
import { parsePolicy } from "./policy/parse.ts";

const policy = parsePolicy(
  `
roles:
  operator: { permissions: ["read_*"], namespace_restrictions: ["default"] }
  admin: { permissions: ["*"] }
users:
  bob: { role: operator }
  root: { role: admin }
`,
  "p",
);

interface Args {
  readonly namespace?: string | undefined;
}

const said = (text: string) => ({ content: [{ type: "text" as const, text }] });
const handler = async ({ namespace = "all" }: Args) => said(`read ${namespace}`);

describe("guardHandler", () => {
  it.each([
    ["bob", { namespace: "default" }, "read default"],
    ["bob", { namespace: "kube-system" }, "permission_denied"],
    ["bob", {}, "permission_denied"],
    ["root", {}, "read all"],
    ["eve", { namespace: "default" }, "permission_denied"],
    [undefined, { namespace: "default" }, "permission_denied"],
  ])("lets %s call with %j as: %s", async (name, args, expected) => {
    const denied: DeniedCall[] = [];
    const guarded = guardHandler("read_file", handler, {
      policy: () => policy,
      principalOf: (extra: { user: string | undefined }) =>
        extra.user === undefined ? undefined : { name: extra.user },
      onDenied: (call) => denied.push(call),
    });
    const result = await guarded(args, { user: name });
    expect(result.content[0]?.text).toContain(expected);
    expect("isError" in result).toBe(expected === "permission_denied");
    expect(denied).toHaveLength(expected === "permission_denied" ? 1 : 0);
  });

  it("gives the scope to a handler that keeps to it", async () => {
    const guarded = guardHandler(
      "read_file",
      (_: Args, _extra: object, scope) => said(scope?.namespaces.join() ?? "all"),
      { policy: () => policy, principalOf: () => ({ name: "bob" }), honoursScope: true },
    );
    expect(await guarded({}, {})).toEqual(said("default"));
  });

  it("lets errors of the handler through", async () => {
    const guarded = guardHandler("read_file", () => Promise.reject(new Error("disk")), {
      policy: () => policy,
      principalOf: () => ({ name: "root" }),
    });
    await expect(guarded({}, {})).rejects.toThrow("disk");
  });

  it("refuses to guard a tool that no policy could name", () => {
    const options = { policy: () => policy, principalOf: () => ({ name: "root" }) };
    expect(() => guardHandler("readFile", handler, options)).toThrow(TypeError);
  });

  it.each([
    ["@modelcontextprotocol/sdk", () => new McpServer1({ name: "foreign", version: "1.0.0" })],
    ["@modelcontextprotocol/server", () => new McpServer2({ name: "foreign", version: "1.0.0" })],
  ])("stands in front of a tool of a server made with %s", async (_, create) => {
    const options = { policy: () => policy, principalOf: () => ({ name: "bob" }) };
    const inputSchema = z.object({ namespace: z.string().optional() });
    const server = create();
    if (server instanceof McpServer1) {
      server.registerTool("read_file", { inputSchema }, guardHandler("read_file", handler, options));
    } else {
      server.registerTool("read_file", { inputSchema }, guardHandler("read_file", handler, options));
    }
    const client = new Client({ name: "client", version: "1.0.0" });
    const [near, far] = InMemoryTransport.createLinkedPair();
    await Promise.all([server.connect(far), client.connect(near)]);
    const call = (namespace: string) => client.callTool({ name: "read_file", arguments: { namespace } });
    expect(await call("default")).toMatchObject(said("read default"));
    const refused = await call("kube-system");
    await client.close();
    expect(refused.isError).toBe(true);
    expect(JSON.stringify(refused.content)).toContain("permission_denied");
  });
});
