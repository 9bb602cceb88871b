import { guardHandler, watchPolicy } from "@k8s-ops/mcp-rbac";
import { instrumentHandler } from "@k8s-ops/mcp-telemetry";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const policy = await watchPolicy({ directory: "." });
const server = new McpServer({ name: "my-server", version: "1.0.0" });

const countPods = async ({ namespace }: { namespace: string }) => ({
  content: [{ type: "text" as const, text: `3 Pods in ${namespace}` }],
});
const guarded = guardHandler("count_pods", countPods, {
  policy: policy.current,
  principalOf: () => ({ name: "bob" }),
});
server.registerTool(
  "count_pods",
  { description: "How many Pods?", inputSchema: { namespace: z.string() } },
  instrumentHandler("count_pods", guarded, { transport: "pipe" }),
);
await server.connect(new StdioServerTransport());
