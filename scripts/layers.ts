import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";

/** Who may import whom: the table of ARCHITECTURE.md. A key is a folder, the longest that fits holds. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  "packages/k8s-cluster/src": ["js-yaml", "type @kubernetes/client-node", "type undici"],
  "packages/k8s-cluster/src/connect": ["@kubernetes/client-node", "undici", "js-yaml"],
  "packages/k8s-cluster/src/testing": ["js-yaml", "selfsigned"],
  "packages/mcp-contract/src": ["zod"],
  "packages/mcp-contract/src/sdk": ["zod", "@modelcontextprotocol/sdk"],
  "packages/mcp-contract/src/server": ["@modelcontextprotocol/server"],
  "packages/k8s-diagnostics/src": ["@k8s-ops/k8s-cluster", "type @kubernetes/client-node"],
  "packages/k8s-diagnostics/src/testing": ["@k8s-ops/k8s-cluster", "@kubernetes/client-node"],
  "packages/k8s-diagnostics/src/tools": ["@k8s-ops/k8s-cluster", "@k8s-ops/mcp-contract", "zod"],
  "packages/k8s-remediation/src": ["@k8s-ops/k8s-cluster", "@k8s-ops/k8s-diagnostics"],
  "packages/k8s-remediation/src/testing": [
    "@k8s-ops/k8s-cluster",
    "@k8s-ops/k8s-diagnostics",
    "@k8s-ops/mcp-contract",
  ],
  "packages/k8s-remediation/src/tools": [
    "@k8s-ops/k8s-cluster",
    "@k8s-ops/k8s-diagnostics",
    "@k8s-ops/mcp-contract",
    "zod",
  ],
  "packages/mcp-rbac/src": ["@k8s-ops/mcp-contract", "js-yaml", "minimatch", "zod"],
  "packages/mcp-telemetry/src": ["@k8s-ops/mcp-contract", "@opentelemetry/api"],
  "packages/mcp-telemetry/src/testing": [
    "@opentelemetry/api",
    "@opentelemetry/context-async-hooks",
    "@opentelemetry/core",
    "@opentelemetry/sdk-metrics",
    "@opentelemetry/sdk-trace",
  ],
  "packages/ops-server/src": [
    "@k8s-ops/k8s-cluster",
    "@k8s-ops/k8s-diagnostics",
    "@k8s-ops/k8s-remediation",
    "@k8s-ops/mcp-contract",
    "@k8s-ops/mcp-rbac",
    "@k8s-ops/mcp-telemetry",
  ],
  "apps/stdio-server/src": [
    "@k8s-ops/ops-server",
    "@k8s-ops/k8s-cluster",
    "@k8s-ops/mcp-contract",
    "@k8s-ops/mcp-rbac",
    "@k8s-ops/mcp-telemetry",
    "@modelcontextprotocol/server",
  ],
};

/** Node modules that reach outside: only these places may import them. */
const EDGES: Readonly<Record<string, readonly string[]>> = {
  "packages/k8s-cluster/src/connect": ["fs", "net", "http", "https", "tls", "child_process", "os", "timers"],
  "packages/k8s-cluster/src/read": ["timers"],
  "packages/k8s-cluster/src/recorded": ["fs"],
  "packages/k8s-cluster/src/testing": ["fs", "http", "https", "net", "os", "timers"],
  "packages/k8s-remediation/src/apply": ["timers"],
  "packages/k8s-remediation/src/ledger": ["timers"],
  "packages/k8s-remediation/src/verify": ["timers"],
  "packages/mcp-rbac/src/policy": ["fs", "timers"],
  "packages/mcp-telemetry/src/audit": ["fs", "timers"],
  "packages/k8s-diagnostics/src/testing": ["fs"],
  "apps/stdio-server/src": ["process", "module", "fs", "os"],
};

const REACHING_OUT = new Set([
  "fs",
  "net",
  "http",
  "https",
  "http2",
  "tls",
  "dgram",
  "child_process",
  "os",
  "process",
  "timers",
  "worker_threads",
  "module",
]);

/** Imports that go against the table, as sentences. Tests may import what they need. */
export function layerViolations(root: string): readonly string[] {
  const sources = Object.keys(LAYERS)
    .filter(
      (folder) => !Object.keys(LAYERS).some((other) => other !== folder && folder.startsWith(`${other}/`)),
    )
    .flatMap((folder) => typescriptFiles(join(root, folder)));
  return sources.flatMap((file) => {
    const path = relative(root, file);
    return importsOf(file).flatMap((found) => {
      const problem = violation(path, found);
      return problem === undefined ? [] : [`${path} imports ${found.module}: ${problem}`];
    });
  });
}

interface Import {
  readonly module: string;
  readonly typeOnly: boolean;
}

function violation(path: string, { module, typeOnly }: Import): string | undefined {
  if (module.startsWith(".")) return undefined;
  const builtin = /^node:([a-z0-9_]+)/.exec(module)?.[1];
  if (builtin !== undefined) {
    if (!REACHING_OUT.has(builtin) || longest(EDGES, path)?.includes(builtin)) return undefined;
    return "only the edges reach outside";
  }
  const name = packageName(module);
  const allowed = longest(LAYERS, path) ?? [];
  if (allowed.includes(name) || (typeOnly && allowed.includes(`type ${name}`))) return undefined;
  return `this room may import ${allowed.join(", ")}`;
}

function longest(
  table: Readonly<Record<string, readonly string[]>>,
  path: string,
): readonly string[] | undefined {
  const folder = Object.keys(table)
    .filter((key) => path.startsWith(`${key}/`))
    .sort((a, b) => b.length - a.length)[0];
  return folder === undefined ? undefined : table[folder];
}

function packageName(module: string): string {
  return module
    .split("/")
    .slice(0, module.startsWith("@") ? 2 : 1)
    .join("/");
}

function typescriptFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => join(folder, name));
}

function importsOf(file: string): readonly Import[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier && ts.isStringLiteral(specifier)) {
      found.push({ module: specifier.text, typeOnly: isTypeOnly(node) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function specifierOf(node: ts.Node): ts.Expression | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (!ts.isCallExpression(node)) return undefined;
  return node.expression.kind === ts.SyntaxKind.ImportKeyword ? node.arguments[0] : undefined;
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  return ts.isImportDeclaration(node) && (node.importClause?.isTypeOnly ?? false);
}
