import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { loadBalancerFailed } from "./check.ts";

describe(loadBalancerFailed.id, () => {
  it.each([
    ["fault-quota", "a quota is used up"],
    ["fault-metallb", "the pool of addresses"],
  ])("reads the controller's reason in %s", (fixture, words) => {
    const [finding] = runOnFixture(loadBalancerFailed, fixture);
    expect(finding).toMatchObject({
      object: { kind: "Service", name: "web" },
      evidence: [{ event: {} }, {}],
    });
    expect(finding?.remedies?.[0]?.step).toContain(words);
  });
});
