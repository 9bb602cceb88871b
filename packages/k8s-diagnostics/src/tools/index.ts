import type { Tool } from "@k8s-ops/mcp-contract";
import type { DiagnoseDeps } from "./clusters.ts";
import { diagnoseCluster } from "./diagnose-cluster/tool.ts";
import { diagnoseDeployment } from "./diagnose-deployment/tool.ts";
import { diagnoseIngress } from "./diagnose-ingress/tool.ts";
import { diagnoseNamespace } from "./diagnose-namespace/tool.ts";
import { diagnoseNode } from "./diagnose-node/tool.ts";
import { diagnosePod } from "./diagnose-pod/tool.ts";
import { diagnoseService } from "./diagnose-service/tool.ts";
import { diagnoseStorage } from "./diagnose-storage/tool.ts";
import { diagnoseWorkload } from "./diagnose-workload/tool.ts";

export type { DiagnoseDeps } from "./clusters.ts";

/** The diagnose tools, in the order in which they are listed. */
export const DIAGNOSE_TOOLS = [
  diagnosePod,
  diagnoseDeployment,
  diagnoseService,
  diagnoseIngress,
  diagnoseWorkload,
  diagnoseStorage,
  diagnoseNode,
  diagnoseNamespace,
  diagnoseCluster,
] as const satisfies readonly Tool<DiagnoseDeps>[];
