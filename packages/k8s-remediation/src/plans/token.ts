import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { canonicalJson } from "@k8s-ops/k8s-diagnostics/kube";

/** How long a plan may be approved. */
export const PLAN_SECONDS = 600;

/** How far the clock of the replica that made a plan may be ahead. */
const SKEW_SECONDS = 60;

const PREFIX = "plan-";
const HEAD_BYTES = 12;
const MAC_BYTES = 12;

/** A plan for the caller's eyes, or the question that was put to the person behind the client. */
export type Purpose = "plan" | "question";

/** Whom and what a plan is for. */
export interface PlanRequest {
  readonly purpose: Purpose;
  readonly caller: string;
  /** What tells the cluster from all others. */
  readonly cluster: string;
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** What would be done, to which state of the object. */
export interface PlanState {
  readonly uid: string;
  /** Of spec, labels and annotations, see digest.ts. */
  readonly intent: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** Digest of the writes, and of what the dry run made of them. */
  readonly effect: string;
  /** UIDs of the Pods that are evicted. */
  readonly evicts: readonly string[];
  /** Codes of guard rails that refuse or warn. */
  readonly verdicts: readonly string[];
}

/** When a plan was made, and what tells it from every other. */
export interface PlanHead {
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  readonly nonce: Buffer;
}

export type TokenProblem = "malformed" | "expired" | "other_request" | "other_state";

export function newHead(nowMs: number): PlanHead {
  return { issuedAt: Math.floor(nowMs / 1000), nonce: randomBytes(8) };
}

/**
 * The id of a plan: its head, and authentication codes over request and state, so that it need not be stored, cannot be
 * made up, and fits nothing but what was shown. Another replica with the same key can check it.
 */
export function mintToken(key: Uint8Array, head: PlanHead, request: PlanRequest, state: PlanState): string {
  const first = requestMac(key, headBytes(head), request);
  const second = stateMac(key, first, state);
  return PREFIX + Buffer.concat([headBytes(head), first, second]).toString("base64url");
}

/** The head of a token, which proves nothing yet; undefined when it is no token. */
export function headOf(token: string): PlanHead | undefined {
  return parse(token)?.head;
}

/** What is wrong with a token for this request and this state at this time; undefined when it fits. */
export function tokenProblem(
  key: Uint8Array,
  token: string,
  request: PlanRequest,
  state: PlanState,
  nowMs: number,
): TokenProblem | undefined {
  const parts = parse(token);
  if (!parts) return "malformed";
  const first = requestMac(key, headBytes(parts.head), request);
  if (!timingSafeEqual(first, parts.first)) return "other_request";
  const age = nowMs / 1000 - parts.head.issuedAt;
  if (age > PLAN_SECONDS || age < -SKEW_SECONDS) return "expired";
  return timingSafeEqual(stateMac(key, first, state), parts.second) ? undefined : "other_state";
}

/** The id of the action that a plan becomes: the same however often the plan is presented. */
export function actionId({ nonce }: PlanHead): string {
  return `action-${createHash("sha256").update(nonce).digest("hex").slice(0, 16)}`;
}

function parse(token: string) {
  if (!token.startsWith(PREFIX)) return undefined;
  const bytes = Buffer.from(token.slice(PREFIX.length), "base64url");
  if (bytes.length !== HEAD_BYTES + 2 * MAC_BYTES) return undefined;
  // Only one spelling of the same bytes is a token.
  if (PREFIX + bytes.toString("base64url") !== token) return undefined;
  const second = HEAD_BYTES + MAC_BYTES;
  return {
    head: { issuedAt: bytes.readUInt32BE(0), nonce: bytes.subarray(4, HEAD_BYTES) },
    first: bytes.subarray(HEAD_BYTES, second),
    second: bytes.subarray(second),
  };
}

function headBytes({ issuedAt, nonce }: PlanHead): Buffer {
  const time = Buffer.alloc(4);
  time.writeUInt32BE(issuedAt);
  return Buffer.concat([time, nonce]);
}

function requestMac(key: Uint8Array, head: Buffer, request: PlanRequest): Buffer {
  return mac(key, "request", head, canonicalJson(request));
}

function stateMac(key: Uint8Array, first: Buffer, state: PlanState): Buffer {
  return mac(key, "state", first, canonicalJson(state));
}

function mac(key: Uint8Array, what: string, before: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(what).update(before).update(text).digest().subarray(0, MAC_BYTES);
}
