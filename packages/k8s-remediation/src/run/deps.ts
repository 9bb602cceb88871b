import type { ClusterReader, ClusterWriter } from "@k8s-ops/k8s-cluster";
import type { Ledger } from "../ledger/ledger.ts";
import type { WriteRules } from "../ledger/rules.ts";
import type { OwnPod } from "../preconditions/precondition.ts";

/** What is recorded of an action before and after the write. */
export type ActionRecord =
  | {
      readonly event: "intent";
      readonly action_id: string;
      readonly plan_id: string;
      readonly caller: string;
      readonly tool: string;
      readonly cluster: string;
      readonly object: {
        readonly kind: string;
        readonly namespace: string;
        readonly name: string;
        readonly uid: string;
      };
      readonly arguments: Readonly<Record<string, unknown>>;
      readonly approval: Approval;
      readonly reason?: string;
      readonly writes: readonly string[];
      /** RFC 3339: when its outcome is recorded at the latest. */
      readonly deadline: string;
    }
  | {
      readonly event: "outcome";
      readonly action_id: string;
      readonly outcome: "success" | "failed" | "unknown";
      readonly code?: string;
      readonly message?: string;
      readonly verified?: boolean | "unknown";
    }
  | {
      readonly event: "refused";
      readonly caller: string;
      readonly tool: string;
      readonly cluster: string;
      readonly object: { readonly kind: string; readonly namespace: string; readonly name: string };
      readonly codes: readonly string[];
    };

/** Who approved: the person behind the client, whoever saw the plan, or the caller alone. */
export type Approval = "person" | "plan" | "confirm";

/** Where records go. A rejected append means that the record is not stored. */
export interface AuditSink {
  append(record: ActionRecord): Promise<void>;
}

/** The cluster that an action is about, and what is kept for it. */
export interface ActionCluster {
  /** As far as the caller may see it. */
  readonly reader: ClusterReader;
  readonly writer: ClusterWriter;
  /** What tells the cluster from all others, whatever its context is called. */
  readonly id: string;
  readonly ledger: Ledger;
}

/** What running an action needs of the outside. */
export interface RunDeps {
  readonly cluster: ActionCluster;
  readonly audit: AuditSink;
  readonly rules: WriteRules;
  /** Signs plans; shared by all replicas. */
  readonly key: Uint8Array;
  readonly ownPod?: OwnPod;
  /** How long the result of an action is waited for. Default 45 s. */
  readonly verifyMs?: number;
  /** Milliseconds since the epoch; default the system's clock. */
  readonly now?: () => number;
}

/** The person behind the client, if there is a way to ask. */
export interface Person {
  /** What came back with an answer. It travelled through the client and proves nothing by itself. */
  readonly state?: string;
  /** Undefined: not asked yet. */
  readonly approved?: boolean;
}

/** One call of a tool. */
export interface ActionRequest {
  readonly tool: string;
  /** The arguments that make the plan, without confirm, plan_id and reason. */
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly caller: string;
  readonly confirm: boolean;
  readonly planId?: string;
  readonly reason?: string;
  /** Codes of guard rails that the caller wants to override. */
  readonly overrides: readonly string[];
  readonly person?: Person;
  /** The action that is taken back, and when it was taken, in milliseconds since the epoch. */
  readonly undoes?: { readonly id: string; readonly at: number };
  /** Digest of what people must want of the object for the action to make sense, see plans/digest.ts. */
  readonly requiredIntent?: string;
  /** Digest of what people must want of it afterwards. */
  readonly requiredResult?: string;
  readonly signal: AbortSignal;
  readonly progress?: (message: string) => void;
}
