export { type ClusterOptions, type Clusters, createClusters } from "./clusters.ts";
export { INSTRUCTIONS } from "./instructions.ts";
export { createOpsTools, type OpsToolsOptions, SERVER_NAME, TOOL_NAMES } from "./server.ts";
