import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { ingressControllerMissing } from "./check.ts";

describe(ingressControllerMissing.id, () => {
  it("names the controller that the class asks for", () => {
    expect(runOnFixture(ingressControllerMissing, "fault-nobody")).toMatchObject([
      {
        object: { kind: "Ingress", name: "front" },
        confidence: "likely",
        evidence: [{}, {}, { object: { kind: "IngressClass" }, value: "k8s.io/ingress-nginx" }],
      },
    ]);
  });

  it("cannot tell without the Pods of all namespaces", () => {
    const { objects, asOf } = snapshotFromFile(
      new URL("./fixtures/other-pods-unknown.yaml", import.meta.url),
    );
    expect(ingressControllerMissing.undecided?.({ objects, asOf })).toEqual([
      { object: { kind: "Ingress", namespace: "shop", name: "front" }, reason: "not_observable" },
    ]);
  });
});
