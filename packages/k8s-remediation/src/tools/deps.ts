import type { CallContext } from "@k8s-ops/mcp-contract";
import type { WriteRules } from "../ledger/rules.ts";
import type { OwnPod } from "../preconditions/precondition.ts";
import type { ActionCluster, AuditSink } from "../run/deps.ts";

/** What the tools need of the outside. */
export interface RemediateDeps {
  /** The cluster of a kubeconfig context, or the default one. Throws a coded error when there is none. */
  actionCluster(context: string | undefined, call: CallContext): Promise<ActionCluster>;
  /** What the policy says about the caller's writes with this tool there. */
  rules(call: CallContext, place: Place): WriteRules;
  /** Whether the caller may call this tool there. */
  permits(call: CallContext, place: Place): boolean;
  /** Opened with the first call that needs it. */
  audit(): Promise<AuditSink>;
  /** Signs plans and records; shared by all replicas. */
  signingKey(): Promise<Uint8Array>;
  readonly ownPod?: OwnPod;
  /** How long the effect of an action is waited for. Default 45,000. */
  readonly verifyMs?: number;
}

export interface Place {
  readonly tool: string;
  /** Absent for cluster-scoped objects. */
  readonly namespace?: string;
  readonly context?: string;
}
