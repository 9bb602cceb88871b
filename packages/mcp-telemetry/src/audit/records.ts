/** What a call was about. `uid` tells the object from a later one of the same name; it is absent while nothing was read. */
export interface AuditObject {
  readonly kind: string;
  /** Absent for objects of the cluster, such as Nodes. */
  readonly namespace?: string;
  readonly name: string;
  readonly uid?: string;
}

/** A call that the policy refused. */
export interface DeniedRecord {
  readonly event: "denied";
  readonly caller: string;
  readonly tool: string;
  readonly namespaces?: readonly string[];
  readonly context?: string;
  readonly reason: string;
}

/** Stored before the first write of an action: what is about to happen, by whom, and who agreed. */
export interface IntentRecord {
  readonly event: "intent";
  readonly action_id: string;
  readonly plan_id?: string;
  readonly caller: string;
  readonly groups?: readonly string[];
  readonly tool: string;
  readonly cluster: string;
  readonly object: AuditObject & { readonly uid: string };
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Who agreed: a person who was asked, the plan that was shown, or `confirm: true` alone. */
  readonly approval: "person" | "plan" | "confirm";
  readonly reason?: string;
  /** One sentence for each write. */
  readonly writes: readonly string[];
  /** RFC 3339: when the outcome is known at the latest. */
  readonly deadline: string;
}

/** How an action ended. `unknown`: it may or may not have happened. */
export interface OutcomeRecord {
  readonly event: "outcome";
  readonly action_id: string;
  readonly outcome: "success" | "failed" | "unknown";
  readonly code?: string;
  readonly message?: string;
  readonly verified?: boolean | "unknown";
}

/** A call that the policy permits and a precondition refused. */
export interface RefusedRecord {
  readonly event: "refused";
  readonly caller: string;
  readonly tool: string;
  readonly cluster?: string;
  readonly object?: AuditObject;
  readonly codes: readonly string[];
}

/** One call that writes, or does not because it may not. Names, codes and sentences; never a secret's value. */
export type AuditRecord = DeniedRecord | IntentRecord | OutcomeRecord | RefusedRecord;

/** The first line of every file. */
export interface StartRecord {
  readonly event: "start";
  readonly format: typeof AUDIT_FORMAT;
  /** What `hash` is. */
  readonly algorithm: "sha256" | "hmac-sha256";
}

export const AUDIT_FORMAT = "audit-log/1";

/** An action whose server ended before it could record the outcome. */
export type UnfinishedAction = Pick<
  IntentRecord,
  "action_id" | "caller" | "tool" | "cluster" | "deadline"
> & {
  readonly object: AuditObject;
};
