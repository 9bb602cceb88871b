import { describe, expect, it } from "vitest";
import type { NotChecked } from "../diagnosis.ts";
import { foldGaps, foldGapsByReason } from "./shrink-gaps.ts";

const forbidden: readonly NotChecked[] = [
  { resource: "secrets", namespace: "shop", reason: "forbidden" },
  { resource: "configMaps", namespace: "shop", reason: "forbidden" },
  { resource: "nodes", reason: "forbidden" },
];
const check: readonly NotChecked[] = [
  { resource: "check:dns_broken", namespace: "shop", name: "web-1", reason: "not_observable" },
  { resource: "check:dns_broken", namespace: "shop", name: "web-2", reason: "not_observable" },
];

describe("gaps that are folded", () => {
  it("keep every resource, namespace and name", () => {
    expect(foldGaps([...forbidden, ...check])).toEqual([
      { resource: "secrets, configMaps", namespace: "shop", reason: "forbidden" },
      { resource: "nodes", reason: "forbidden" },
      { resource: "check:dns_broken", namespace: "shop", name: "web-1, web-2", reason: "not_observable" },
    ]);
  });

  it("stay one for each reason when they are folded further", () => {
    expect(foldGapsByReason([...forbidden, ...check])).toEqual([
      { resource: "secrets, configMaps, nodes", reason: "forbidden" },
      { resource: "check:dns_broken", namespace: "shop", reason: "not_observable" },
    ]);
    expect(foldGapsByReason(foldGaps(check))).toEqual(foldGapsByReason(check));
  });

  it("are counted where they are too many to name, also when they are folded again", () => {
    const many = Array.from(
      { length: 40 },
      (_, index): NotChecked => ({ resource: `check:c${index}`, name: "web", reason: "not_recorded" }),
    );
    const folded = foldGapsByReason(many);
    expect(folded).toHaveLength(1);
    expect(folded[0]?.resource).toMatch(/^check:c0, .*check:c9 and 30 more$/);
    expect(foldGapsByReason(foldGaps(many))).toEqual(folded);
    expect(foldGapsByReason(folded)).toEqual(folded);
  });
});
