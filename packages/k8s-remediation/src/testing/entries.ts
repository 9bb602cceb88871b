import type { Entry } from "../ledger/entry.ts";
import type { WriteRules } from "../ledger/rules.ts";

/** 2026-01-02T00:00:00Z */
export const AT = Date.UTC(2026, 0, 2);

/** A scaling of Deployment shop/web by bob, done at {@link AT}. */
export function entryOf(change: Partial<Entry> = {}): Entry {
  return {
    id: "action-0000000000000001",
    tool: "remediate_scale_deployment",
    caller: "bob",
    object: { kind: "Deployment", namespace: "shop", name: "web", uid: "uid-web" },
    at: AT,
    until: AT + 75_000,
    outcome: "success",
    before: "before",
    expected: "after",
    undo: {
      by: "fields",
      object: { resource: "deployments", namespace: "shop", name: "web" },
      changes: [{ path: "/spec/replicas", before: 2, after: 5 }],
    },
    ...change,
  };
}

/** Rules that forbid nothing. */
export function rulesOf(change: Partial<WriteRules> = {}): WriteRules {
  return {
    approval: "confirm",
    budgets: [],
    overrides: new Set(),
    coolDownSeconds: 0,
    isProtected: () => false,
    ...change,
  };
}
