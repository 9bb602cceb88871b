import { ClusterError, type ClusterErrorCode, type KubeObject } from "@k8s-ops/k8s-cluster";
import { describe, expect, it } from "vitest";
import { RemediationError } from "../errors.ts";
import { intentDigest } from "../plans/digest.ts";
import { shopObject } from "../testing/shop.ts";
import { type Found, findOutcome, mayHaveHappened, outcomeBy } from "./outcome.ts";

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

  it.each([
    [{ code: "ECONNREFUSED" }, false],
    [{ code: "ENOTFOUND" }, false],
    [{ cause: { code: "UND_ERR_CONNECT_TIMEOUT" } }, false],
    [{ errors: [{ code: "ECONNREFUSED" }, { code: "ECONNREFUSED" }] }, false],
    [{ errors: [{ code: "ECONNREFUSED" }, { code: "ECONNRESET" }] }, true],
    [{ code: "ECONNRESET" }, true],
    [{ code: "UND_ERR_SOCKET" }, true],
    ["ECONNREFUSED", true],
    [undefined, true],
  ])("after a connection that failed by %j: %s", (cause, may) => {
    expect(mayHaveHappened(new ClusterError("unreachable", "", { cause }))).toBe(may);
    expect(mayHaveHappened(new ClusterError("timeout", "", { cause }))).toBe(true);
  });

  it("is true of an error that nobody expected, and false of a refusal of our own", () => {
    expect(mayHaveHappened(new TypeError("a bug"))).toBe(true);
    expect(mayHaveHappened(new RemediationError("plan_stale", ""))).toBe(false);
  });
});

/** Looks that find one after the other; the last one is found for ever. */
function finding(...found: (Found | Error)[]) {
  const looks: number[] = [];
  const look = async (): Promise<Found> => {
    const next = found[Math.min(looks.push(0), found.length) - 1];
    if (!next || next instanceof Error) throw next;
    return next;
  };
  return { looks, look };
}

describe("findOutcome", () => {
  const before = { outcome: "not_applied" } as const;
  const success = { outcome: "success", expected: "digest" } as const;
  const lost = new ClusterError("timeout", "");

  it.each([
    ["an object as it was", before],
    ["an object that cannot be read", new Error("no answer")],
    ["an object that is neither", { outcome: "unknown" } as const],
  ])("looks again after %s, until the write shows", async (_, first) => {
    const { look, looks } = finding(first, success);
    expect(await findOutcome(lost, look, 1_500)).toEqual(success);
    expect(looks).toHaveLength(2);
  });

  it.each(["timeout", "unreachable", "cancelled"] as const)(
    "knows nothing after %s when the object stays as it was",
    async (code) => {
      const { look } = finding(before);
      expect(await findOutcome(new ClusterError(code, ""), look, 20)).toEqual({ outcome: "unknown" });
    },
  );

  it("believes one look when the API server answered with a fault of its own", async () => {
    const { look, looks } = finding(before, success);
    expect(await findOutcome(new ClusterError("server_error", ""), look, 5_000)).toEqual(before);
    expect(looks).toHaveLength(1);
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
