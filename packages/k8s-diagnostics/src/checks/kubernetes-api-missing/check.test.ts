import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { kubernetesApiMissing } from "./check.ts";

describe(kubernetesApiMissing.id, () => {
  it("names the removed version, and what to ask for instead", () => {
    expect(runOnFixture(kubernetesApiMissing, "fault-removed-version")).toMatchObject([
      {
        object: { kind: "Deployment", name: "operator" },
        title:
          "Container manager of Deployment operator asks for PodDisruptionBudget of policy/v1beta1, which Kubernetes 1.25 removed",
        evidence: [{ log: { container: "manager" } }],
        remedies: [
          {
            step: "Set spec.template.spec.containers[manager].image of Deployment operator to a newer version of the program, which asks for PodDisruptionBudget of policy/v1.",
          },
        ],
      },
    ]);
  });

  it("knows kinds that are gone for good", () => {
    const [finding] = runOnFixture(kubernetesApiMissing, "fault-removed-kind");
    expect(finding?.remedies?.[0]?.step).toContain("does without PodSecurityPolicy");
  });

  it("compares the version that is asked for with those that the definition serves", () => {
    expect(runOnFixture(kubernetesApiMissing, "fault-older-definition")).toMatchObject([
      {
        related: [{ kind: "CustomResourceDefinition", name: "widgets.example.com" }],
        evidence: [{}, { field: "spec.versions[] (served)", value: "v1beta1" }],
        details: { kind: "Widget", group: "example.com", version: "v1" },
      },
    ]);
  });

  it("leads to the definition that is not in force", () => {
    const file = new URL("fixtures/fault-definition-not-in-force.yaml", import.meta.url);
    const { causes } = reachVerdict(examine(CHECKS, snapshotFromFile(file)), { concerns: () => true });
    expect(causes.map(({ code }) => code)).toEqual(["crd_not_established"]);
  });

  it("asks for the definition where there is none", () => {
    const [finding] = runOnFixture(kubernetesApiMissing, "fault-no-definition");
    expect(finding?.remedies?.[0]?.step).toContain(
      "Install the CustomResourceDefinition of Widget of example.com",
    );
  });

  it.each([
    ["fault-removed-version"],
    ["fault-removed-kind"],
    ["fault-older-definition"],
    ["fault-no-definition"],
  ])("is the one cause of %s", (fixture) => {
    const file = new URL(`fixtures/${fixture}.yaml`, import.meta.url);
    const { causes } = reachVerdict(examine(CHECKS, snapshotFromFile(file)), { concerns: () => true });
    expect(causes.map(({ code }) => code)).toEqual(["kubernetes_api_missing"]);
  });
});
