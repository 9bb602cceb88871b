import { ClusterError, type ClusterErrorCode, type KubeObject } from "@k8s-ops/k8s-cluster";
import { describe, expect, it } from "vitest";
import { RemediationError } from "../errors.ts";
import { intentDigest } from "../plans/digest.ts";
import { shopObject } from "../testing/shop.ts";
import { mayHaveHappened, outcomeBy } from "./outcome.ts";

describe("mayHaveHappened", () => {
  it.each<[ClusterErrorCode, boolean]>([
    ["unreachable", true],
    ["timeout", true],
    ["server_error", true],
    ["cancelled", true],
    ["conflict", false],
    ["not_found", false],
    ["forbidden", false],
    ["rejected", false],
    ["throttled", false],
    ["disruption_budget", false],
    ["invalid_name", false],
  ])("after %s: %s", (code, may) => {
    expect(mayHaveHappened(new ClusterError(code, ""))).toBe(may);
  });

  it("is true of an error that nobody expected, and false of a refusal of our own", () => {
    expect(mayHaveHappened(new TypeError("a bug"))).toBe(true);
    expect(mayHaveHappened(new RemediationError("plan_stale", ""))).toBe(false);
  });
});

describe("outcomeBy", () => {
  const was = shopObject("deployments", "web");
  const became = shopObject("deployments", "web", ({ spec = {} }) => Object.assign(spec, { replicas: 5 }));
  const other = shopObject("deployments", "web", ({ spec = {} }) => Object.assign(spec, { replicas: 9 }));
  const anew = shopObject("deployments", "web", ({ metadata }) => Object.assign(metadata, { uid: "x" }));
  const object = { kind: "Deployment", namespace: "shop", name: "web", uid: "uid-web" };
  const entry = { object, before: intentDigest(was), expected: intentDigest(became) };

  it.each<[string, KubeObject | undefined, string]>([
    ["as it was to become", became, "success"],
    ["as it was", was, "not_applied"],
    ["neither", other, "unknown"],
    ["another one", anew, "unknown"],
    ["gone", undefined, "unknown"],
  ])("follows from the object: %s", (_, now, outcome) => {
    expect(outcomeBy(entry, now)).toBe(outcome);
  });

  it("is no success where the write was to change nothing", () => {
    expect(outcomeBy({ object, before: intentDigest(was), expected: intentDigest(was) }, was)).toBe(
      "not_applied",
    );
  });
});
