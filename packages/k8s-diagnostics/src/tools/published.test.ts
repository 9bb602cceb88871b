import { describe, expect, it } from "vitest";
import { diagnosisOf } from "../testing/diagnosis.ts";
import { published } from "./published.ts";

const several = { kind: "Cluster", namespace: "", name: "test" };
const verdict = { kind: "Namespace", namespace: "", name: "shop", state: "healthy" as const, causes: [] };

describe("the part of the largest result that an answer takes", () => {
  it.each([
    ["one object", diagnosisOf({}), 6],
    ["a namespace", diagnosisOf({ target: { kind: "Namespace", namespace: "", name: "shop" } }), 12],
    ["several workloads", diagnosisOf({ targets: [verdict] }), 12],
    ["several namespaces", diagnosisOf({ target: several, targets: [verdict] }), 12],
    ["a cluster", diagnosisOf({ target: several }), 16],
  ])("is for %s as documented", (_, diagnosis, kilobytes) => {
    expect(published.share(diagnosis) * 16).toBe(kilobytes);
  });
});
