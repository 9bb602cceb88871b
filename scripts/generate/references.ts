import { CHECKS } from "@k8s-ops/k8s-diagnostics";
import { DIAGNOSE_TOOLS } from "@k8s-ops/k8s-diagnostics/tools";
import { PRECONDITIONS } from "@k8s-ops/k8s-remediation";
import { REMEDIATE_TOOLS } from "@k8s-ops/k8s-remediation/tools";
import { definitionOf } from "@k8s-ops/mcp-contract";
import { ROOT } from "../steps.ts";
import { checkExamples } from "./check-examples.ts";
import { checksReference } from "./checks-reference.ts";
import { guardRailsReference } from "./guard-rails-reference.ts";
import { toolsReference, toolsSchemas } from "./tools-reference.ts";

const tools = [
  ...DIAGNOSE_TOOLS.map((tool) => definitionOf(tool)),
  ...REMEDIATE_TOOLS.map((tool) => definitionOf(tool)),
];

/** What is generated from the tables of the code, by path. */
export const REFERENCES: Readonly<Record<string, string>> = {
  "docs/checks.md": checksReference(checkExamples(CHECKS, ROOT)),
  "docs/tools.md": toolsReference(tools),
  "docs/guard-rails.md": guardRailsReference(PRECONDITIONS),
  "docs/tools.json": toolsSchemas(tools),
};
