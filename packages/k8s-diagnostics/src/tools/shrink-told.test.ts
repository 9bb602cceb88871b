import { describe, expect, it } from "vitest";
import type { Diagnosis } from "../diagnosis.ts";
import { diagnosisOf } from "../testing/diagnosis.ts";
import { page } from "./page.ts";
import { shrinkDiagnosis } from "./shrink.ts";
import { leftOut } from "./shrink-told.ts";

const pod = { kind: "Pod", namespace: "shop", name: "web-1" };
const cause = {
  code: "image_missing",
  title: "There is no such image",
  object: pod,
  confidence: "certain" as const,
  evidence: [
    { object: pod, field: "a", value: "1" },
    { object: pod, field: "b", value: "2" },
  ],
  explains: [],
  remedies: [{ step: "Push it." }],
};
const issues = Array.from({ length: 7 }, (_, index) => ({
  code: `issue_${index}`,
  severity: "high" as const,
  object: pod,
  message: "something is wrong",
}));
const whole = diagnosisOf({
  causes: [cause, cause],
  issues,
  recommendations: ["Push it.", "Set limits."],
  not_checked: [
    { resource: "secrets", namespace: "a", reason: "forbidden" },
    { resource: "nodes", reason: "forbidden" },
  ],
});
const slim = { ...cause, evidence: cause.evidence.slice(0, 1) };

function smallest(diagnosis: Diagnosis): Diagnosis {
  const next = shrinkDiagnosis(diagnosis);
  return next ? smallest(next) : diagnosis;
}

describe("what is said of what was left out", () => {
  it("is nothing as long as nothing is lost", () => {
    expect(leftOut(whole, { ...whole, recommendations: ["Set limits."] })).toBeUndefined();
  });

  it("is what it was, and how many", () => {
    const not_checked = [{ resource: "secrets, nodes", reason: "forbidden" as const }];
    const form = {
      ...whole,
      causes: [slim, cause],
      issues: issues.slice(0, 4),
      recommendations: [],
      not_checked,
    };
    expect(leftOut(whole, form)).toMatch(
      /^Cut to fit. Left out: details of 1 cause, 3 of 7 issues, 1 of 2 recommendations, details of 1 gap\. /,
    );
  });

  it.each([
    ["one Pod", { target: pod }, "Start the server with a larger --max-bytes for the rest."],
    [
      "one object with Pods",
      { target: { kind: "Deployment", namespace: "shop", name: "web" } },
      "diagnose_pod of a Pod named here tells more of it. Start the server with a larger --max-bytes for the rest.",
    ],
    [
      "a namespace",
      { target: { kind: "Namespace", namespace: "", name: "shop" }, causes_total: 2 },
      "Ask about one of the objects alone for the rest.",
    ],
    [
      "a cluster",
      { target: { kind: "Cluster", namespace: "", name: "test" }, causes_total: 2 },
      "Ask about one namespace or object alone for the rest.",
    ],
  ])("is for %s a way that there is", (_, fields, way) => {
    const form = { ...whole, ...fields, issues: issues.slice(0, 5) };
    expect(leftOut({ ...whole, ...fields }, form)).toBe(`Cut to fit. Left out: 2 of 7 issues. ${way}`);
  });

  it("counts against the whole diagnosis after many reductions, and keeps what was said before", () => {
    const { truncated } = smallest({ ...whole, truncated: "50 of 60 targets were looked at." });
    expect(truncated).toMatch(
      /^50 of 60 targets were looked at\. Cut to fit\. Left out: 1 of 2 causes, .*7 of 7 issues/,
    );
  });

  it("is the cursor and the number of issues of a list", () => {
    const many = { ...whole, causes: Array.from({ length: 9 }, () => cause) };
    const list = page({ ...many, target: { kind: "Cluster", namespace: "", name: "test" } }, "2");
    expect(list).toMatchObject({ issues: [], truncated: "7 issues belong to the first page." });
    expect(leftOut(list, { ...list, causes: list.causes.slice(0, 3), next_cursor: "5" })).toBe(
      "Cut to fit. Causes 3 to 5 of 9: call again with cursor 5 for the next ones.",
    );
  });
});
