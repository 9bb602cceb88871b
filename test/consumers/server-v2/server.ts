import process from "node:process";
import {
  type ClusterReader,
  connect,
  createLiveReader,
  openRecordedCluster,
  redactText,
} from "@k8s-ops/k8s-cluster";
import { DIAGNOSE_TOOLS } from "@k8s-ops/k8s-diagnostics/tools";
import { bind } from "@k8s-ops/mcp-contract";
import { registerTools } from "@k8s-ops/mcp-contract/server";
import { McpServer } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { z } from "zod";

export function createMcpServer(cluster: ClusterReader): McpServer {
  const server = new McpServer({ name: "my-server", version: "1.0.0" });
  server.registerTool(
    "echo",
    { description: "Says it again", inputSchema: z.object({ text: z.string() }) },
    async ({ text }) => ({ content: [{ type: "text", text }] }),
  );
  const deps = { cluster: async () => cluster };
  const tools = DIAGNOSE_TOOLS.map((tool) => bind(tool, { deps, redact: redactText }));
  registerTools(server, tools, { principal: { name: "local" } });
  return server;
}

const [recording] = process.argv.slice(2);
const cluster = recording
  ? await openRecordedCluster(recording)
  : createLiveReader(await connect({ env: process.env }));
serveStdio(() => createMcpServer(cluster));
