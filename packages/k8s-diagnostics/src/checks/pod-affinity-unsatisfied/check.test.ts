import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { fixturesOf, runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { podAffinityUnsatisfied } from "./check.ts";

const step = (fixture: string) => runOnFixture(podAffinityUnsatisfied, fixture)[0]?.remedies?.[0]?.step;

describe(podAffinityUnsatisfied.id, () => {
  it("names the workload whose label was meant", () => {
    expect(runOnFixture(podAffinityUnsatisfied, "fault-typo")).toMatchObject([
      {
        object: { kind: "Deployment", name: "web" },
        confidence: "certain",
        affects: [{ kind: "Pod", name: "web-7c9-aaaaa" }],
        evidence: [
          { field: "spec.template.spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution" },
          {
            object: { kind: "Deployment", name: "cache" },
            field: "spec.template.metadata.labels[app]",
            value: "cache",
          },
          { field: "status.conditions[PodScheduled].message" },
        ],
      },
    ]);
    expect(step("fault-typo")).toContain("to cache, as the template of Deployment cache has it");
  });

  it.each([
    ["fault-scaled-to-zero", "Make the Pods of Deployment cache run"],
    ["fault-other-namespace", "Name the namespace data"],
    ["fault-home-is-cordoned", "Uncordon Node worker-1"],
    ["fault-topology-key-missing", "no Node has the label topology.kubernetes.io/zone"],
  ])("tells of %s: %s", (fixture, words) => {
    expect(step(fixture)).toContain(words);
  });

  it.each(fixturesOf(podAffinityUnsatisfied).filter((name) => name.startsWith("fault")))(
    "leaves one cause for the Pod of %s",
    (fixture) => {
      const snapshot = snapshotFromFile(new URL(`fixtures/${fixture}.yaml`, import.meta.url));
      const { causes } = reachVerdict(examine(CHECKS, snapshot), { concerns: () => true });
      expect(causes.map(({ code }) => code)).toEqual(["pod_affinity_unsatisfied"]);
    },
  );

  it("corrects the label in the rule", () => {
    const remedies = runOnFixture(podAffinityUnsatisfied, "fault-typo").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("app: cache");
  });

  it("names the namespace in the rule", () => {
    const remedies = runOnFixture(podAffinityUnsatisfied, "fault-other-namespace").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("- data");
  });
});
