import type { Diagnosis } from "../diagnosis.ts";

/** A verdict on the Pod shop/web with nothing in it but what is given. */
export function diagnosisOf(fields: Partial<Diagnosis>): Diagnosis {
  return {
    cluster: "test",
    as_of: "2026-01-01T12:00:00Z",
    target: { kind: "Pod", namespace: "shop", name: "web" },
    state: "failing",
    causes: [],
    issues: [],
    recommendations: [],
    not_checked: [],
    ...fields,
  };
}
