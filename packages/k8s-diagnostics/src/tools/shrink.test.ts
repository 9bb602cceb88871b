import { describe, expect, it } from "vitest";
import type { Diagnosis } from "../diagnosis.ts";
import { shrinkDiagnosis } from "./shrink.ts";

const object = { kind: "NetworkPolicy", namespace: "shop", name: "web" };

function diagnosisWith(patch: string): Diagnosis {
  return {
    cluster: "test",
    as_of: "2026-01-01T12:00:00Z",
    target: { kind: "Pod", namespace: "shop", name: "web" },
    state: "failing",
    status: {},
    causes: [
      {
        code: "network_policy_blocks_path",
        title: "NetworkPolicy web is in the way",
        object,
        confidence: "likely",
        evidence: [{ object, field: "spec.egress", value: "[]" }],
        explains: [],
        remedies: [{ step: "Add a rule.", patch }],
      },
    ],
    issues: [],
    recommendations: [],
    not_checked: [],
  };
}

function smallest(diagnosis: Diagnosis): Diagnosis {
  for (let current = diagnosis; ; ) {
    const next = shrinkDiagnosis(current);
    if (!next) return current;
    current = next;
  }
}

describe("what is left out of a diagnosis that is too large", () => {
  it("is a long patch, last of all: its step stays", () => {
    const { causes } = smallest(diagnosisWith("spec:\n".repeat(200)));
    expect(causes[0]?.remedies).toEqual([{ step: "Add a rule." }]);
  });

  it("is no short patch", () => {
    const patch = "spec:\n  egress: []\n";
    expect(smallest(diagnosisWith(patch)).causes[0]?.remedies).toEqual([{ step: "Add a rule.", patch }]);
  });
});
