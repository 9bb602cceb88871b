export { type ClusterOptions, type Clusters, createClusters } from "./clusters.ts";
export type { RemediationOptions } from "./remediation.ts";
export { createOpsTools, keepsToScope, type OpsToolsOptions, TOOL_NAMES } from "./server.ts";
