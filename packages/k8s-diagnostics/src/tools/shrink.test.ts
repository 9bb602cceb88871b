import { describe, expect, it } from "vitest";
import type { Cause, Diagnosis } from "../diagnosis.ts";
import { diagnosisOf } from "../testing/diagnosis.ts";
import { shrinkDiagnosis } from "./shrink.ts";

const object = { kind: "NetworkPolicy", namespace: "shop", name: "web" };

function causeWith(fields: Partial<Cause>): Cause {
  return {
    code: "network_policy_blocks_path",
    title: "NetworkPolicy web is in the way",
    object,
    confidence: "likely",
    evidence: [{ object, field: "spec.egress", value: "[]" }],
    explains: [],
    remedies: [],
    ...fields,
  };
}

/** All forms of a diagnosis, the largest first. */
function forms(diagnosis: Diagnosis): readonly Diagnosis[] {
  const next = shrinkDiagnosis(diagnosis);
  return next ? [diagnosis, ...forms(next)] : [diagnosis];
}

function smallest(diagnosis: Diagnosis): Diagnosis {
  return forms(diagnosis).at(-1) ?? diagnosis;
}

describe("what is left out of a diagnosis that is too large", () => {
  it("is a long patch, last of all: its step stays", () => {
    const remedies = [{ step: "Add a rule.", patch: "spec:\n".repeat(200) }];
    const { causes } = smallest(diagnosisOf({ causes: [causeWith({ remedies })] }));
    expect(causes[0]?.remedies).toEqual([{ step: "Add a rule." }]);
  });

  it("is no short patch", () => {
    const remedies = [{ step: "Add a rule.", patch: "spec:\n  egress: []\n" }];
    const { causes } = smallest(diagnosisOf({ causes: [causeWith({ remedies })] }));
    expect(causes[0]?.remedies).toEqual(remedies);
  });

  it("is no part of a step, and first of all what says a step again", () => {
    const step = `Let the memory be at most 4Gi. ${"The rest is of no use. ".repeat(20)}`;
    const other = `Or run it on a larger Node. ${"There is none now. ".repeat(20)}`;
    const [whole, first, ...more] = forms(
      diagnosisOf({ causes: [causeWith({ remedies: [{ step }] })], recommendations: [step, other] }),
    );
    expect(first).toMatchObject({ causes: whole?.causes, recommendations: [other] });
    for (const { causes, recommendations } of more) {
      expect(causes[0]?.remedies).toEqual([{ step }]);
      expect([[other], []]).toContainEqual(recommendations);
    }
  });

  it("is no reason why something was not checked", () => {
    const not_checked = Array.from({ length: 40 }, (_, index) => ({
      resource: `check:c${index}`,
      reason: index % 2 ? ("not_recorded" as const) : ("forbidden" as const),
    }));
    for (const form of forms(diagnosisOf({ not_checked }))) {
      expect(new Set(form.not_checked.map(({ reason }) => reason))).toEqual(
        new Set(["not_recorded", "forbidden"]),
      );
    }
    expect(smallest(diagnosisOf({ not_checked })).not_checked).toHaveLength(2);
  });

  it("is no promised detail of an issue that is told, and no newest event", () => {
    const on = { severity: "high" as const, object, message: "not ready" };
    const event = (at: number) => ({ reason: "BackOff", message: "Back-off ".repeat(30), count: at });
    const issues = [
      { ...on, code: "container_not_ready", container: "app", ready: false, reason: "Error", exit_code: 1 },
      { ...on, code: "high_restart_count", container: "app", restart_count: 9 },
      { ...on, code: "warning_events", count: 15, recent: [5, 4, 3, 2, 1].map(event) },
    ];
    const all = forms(diagnosisOf({ issues }));
    for (const form of all) {
      for (const [at, issue] of form.issues.entries()) {
        const { recent, ...promised } = issues[at] as Record<string, unknown>;
        expect(issue).toMatchObject(promised);
        if (recent) expect((issue.recent as readonly unknown[])[0]).toMatchObject({ count: 5 });
      }
    }
    expect(all.some((form) => (form.issues[2]?.recent as readonly unknown[] | undefined)?.length === 1)).toBe(
      true,
    );
  });

  it("are issues of low severity before any of high severity", () => {
    const issues = ["high", "high", "high", "high", "high", "low", "low"].map((severity, index) => ({
      code: `issue_${index}`,
      severity: severity as "high" | "low",
      object,
      message: "something",
    }));
    for (const { issues: told } of forms(diagnosisOf({ issues }))) {
      const high = told.filter(({ severity }) => severity === "high").length;
      if (told.length > high) expect(high).toBe(5);
    }
  });
});
