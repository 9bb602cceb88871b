import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tidy } from "./tidy.ts";

describe("tidy", () => {
  it.each([
    [{ status: { conditions: null, phase: "Running" } }, { status: { phase: "Running" } }],
    [
      { ports: null, endpoints: null },
      { ports: [], endpoints: [] },
    ],
    [{ endpoints: [null, { addresses: ["10.0.0.1"] }] }, { endpoints: [{ addresses: ["10.0.0.1"] }] }],
    [{ status: { containerStatuses: "oops" } }, { status: {} }],
    [{ spec: { containers: { name: "app" } } }, { spec: {} }],
    [{ spec: { tls: { secretName: "x" } } }, { spec: {} }],
    [
      { listeners: [{ protocol: "HTTPS", tls: { mode: "Terminate", options: null } }] },
      { listeners: [{ protocol: "HTTPS", tls: { mode: "Terminate" } }] },
    ],
    [
      { metadata: { labels: { rules: "x", env: "prod", gone: null } } },
      { metadata: { labels: { rules: "x", env: "prod" } } },
    ],
    [{ data: { endpoints: "a,b" } }, { data: { endpoints: "a,b" } }],
  ])("makes %j into %j", (value, expected) => {
    expect(tidy(value)).toEqual(expected);
  });

  it("does not copy what it need not change", () => {
    const pod = { spec: { containers: [{ name: "app", env: [] }] } };
    expect(tidy(pod)).toBe(pod);
  });

  it("leaves no null behind, whatever comes, and is idempotent", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const once = tidy({ spec: value });
        expect(holdsNull(once)).toBe(false);
        expect(tidy(once)).toEqual(once);
      }),
    );
  });
});

function holdsNull(value: unknown): boolean {
  return value === null || (typeof value === "object" && Object.values(value as object).some(holdsNull));
}
