import type { ObjectRef, Objects, Snapshot } from "@k8s-ops/k8s-cluster";
import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Check, Finding } from "../check.ts";
import { refKey } from "../kube/refs.ts";
import { impactOf } from "./dependents.ts";
import { rootsOf } from "./explain.ts";
import type { CheckedFinding } from "./run-checks.ts";
import { examine, type Question, reachVerdict } from "./verdict.ts";

const SHOP = snapshotFromYaml(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec: { template: { metadata: { labels: { app: web } } } }
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web-1, namespace: shop, ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, uid: "1", controller: true }] }
spec: { template: { metadata: { labels: { app: web } } } }
---
apiVersion: v1
kind: Pod
metadata: { name: web-1-a, namespace: shop, labels: { app: web }, ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: web-1, uid: "2", controller: true }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web } }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: front, namespace: shop }
spec: { rules: [{ http: { paths: [{ backend: { service: { name: web } } }] } }] }
`);

const ref = (kind: string, name: string): ObjectRef => ({ kind, namespace: "shop", name });
const pod = ref("Pod", "web-1-a");
const service = ref("Service", "web");
const everything = { concerns: () => true };

function check(
  id: string,
  level: Check["level"],
  finding: Partial<Finding>,
  more: Partial<Check> = {},
): Check {
  const object = finding.object ?? pod;
  return {
    id,
    title: id,
    when: id,
    severity: "high",
    level,
    reads: [],
    ...more,
    run: () => [
      {
        title: id,
        confidence: "certain",
        evidence: [{ object, field: "spec", value: "x" }],
        ...finding,
        object,
      },
    ],
  };
}

const verdictOf = (checks: readonly Check[], snapshot: Snapshot, question: Question) =>
  reachVerdict(examine(checks, snapshot), question);
const codes = (items: readonly { code: string }[]) => items.map(({ code }) => code);

describe("the verdict", () => {
  it("lays symptoms of the Pod, its workload, its Service and its Ingress on one cause", () => {
    const verdict = verdictOf(
      [
        check("no_endpoints", "symptom", { object: service }),
        check("insufficient_replicas", "symptom", { object: ref("Deployment", "web") }),
        check("ingress_backend_no_endpoints", "symptom", { object: ref("Ingress", "front") }),
        check("quota_exceeded", "cause", {
          object: ref("ResourceQuota", "q"),
          affects: [ref("ReplicaSet", "web-1")],
        }),
      ],
      SHOP,
      everything,
    );
    expect(codes(verdict.causes)).toEqual(["quota_exceeded"]);
    expect(codes(verdict.causes[0]?.explains ?? [])).toEqual([
      "ingress_backend_no_endpoints",
      "insufficient_replicas",
      "no_endpoints",
    ]);
    expect(codes(verdict.issues)).toHaveLength(3);
  });

  it("lays no graver symptom on a cause of which nothing is said to suffer", () => {
    const unready = check("insufficient_replicas", "symptom", { object: ref("Deployment", "web") });
    const advice = (more: Partial<Finding>, severity: Check["severity"] = "medium") =>
      check("advice", "cause", { object: ref("Deployment", "web"), ...more }, { severity });
    const explained = (cause: Check) =>
      codes(
        verdictOf([unready, cause], SHOP, everything).causes.find(({ code }) => code === "advice")
          ?.explains ?? [],
      );
    expect(explained(advice({}))).toEqual([]);
    expect(explained(advice({ affects: [pod] }))).toEqual(["insufficient_replicas"]);
    expect(explained(advice({}, "high"))).toEqual(["insufficient_replicas"]);
  });

  it("follows a reason that is sought on another object, and names only its end", () => {
    const verdict = verdictOf(
      [
        check("container_out_of_memory", "cause", { object: ref("Deployment", "web"), affects: [pod] }),
        check("dependency_unreachable", "cause", { object: ref("Deployment", "api"), because: [service] }),
      ],
      SHOP,
      everything,
    );
    expect(codes(verdict.causes)).toEqual(["container_out_of_memory"]);
  });

  it("keeps two causes apart when they concern different containers", () => {
    const verdict = verdictOf(
      [
        check("exits", "cause", { subject: "app" }),
        check("image", "cause", { subject: "proxy" }, { supersedes: ["exits"] }),
      ],
      SHOP,
      everything,
    );
    expect(codes(verdict.causes).sort()).toEqual(["exits", "image"]);
  });

  it("lets a check that says so replace the causes that replace what it names, on its own objects", () => {
    const verdict = verdictOf(
      [
        check("exits", "cause", {}),
        check("port_in_use", "cause", {}, { supersedes: ["exits"] }),
        check(
          "server_full",
          "cause",
          { object: ref("StatefulSet", "db"), affects: [pod] },
          { supersedes: ["exits"] },
        ),
        check("paused", "cause", {}, { supersedes: ["exits"], supersedesMoreSpecific: true }),
      ],
      SHOP,
      everything,
    );
    expect(codes(verdict.causes)).toEqual(["paused", "server_full"]);
  });

  it("replaces the less specific cause of the same container", () => {
    const verdict = verdictOf(
      [
        check("exits", "cause", { subject: "app" }),
        check("port_in_use", "cause", { subject: "app" }, { supersedes: ["exits"] }),
      ],
      SHOP,
      everything,
    );
    expect(codes(verdict.causes)).toEqual(["port_in_use"]);
  });

  it("makes a symptom that nothing explains a possible cause", () => {
    const { causes } = verdictOf([check("container_not_ready", "symptom", {})], SHOP, everything);
    expect(causes).toMatchObject([{ code: "container_not_ready", confidence: "possible" }]);
  });

  it("says so when a check could not cope with an object", () => {
    const broken: Check = {
      ...check("broken", "cause", {}),
      run: () => {
        throw new TypeError("x is not iterable");
      },
    };
    expect(verdictOf([broken], SHOP, everything).not_checked).toEqual([
      { resource: "check:broken", reason: "malformed_object" },
    ]);
  });

  it("answers about the target only", () => {
    const checks = [check("a", "cause", {}), check("b", "cause", { object: ref("Pod", "other") })];
    const verdict = verdictOf(checks, SHOP, { concerns: (refs) => refs.has("Ingress/shop/front") });
    expect(codes(verdict.causes)).toEqual(["a"]);
  });
});

describe("what stands behind a broken entrance", () => {
  const broken = check("ingress_class_missing", "cause", { object: ref("Ingress", "front") });
  const about = (object: ObjectRef): Question => ({ concerns: (refs) => refs.has(refKey(object)) });

  it.each([pod, ref("Deployment", "web"), service])("is told of it when $kind is asked about", (object) => {
    expect(codes(verdictOf([broken], SHOP, about(object)).causes)).toEqual(["ingress_class_missing"]);
  });

  it("is told of its own cause first", () => {
    const own = check("probe", "cause", { object: pod, severity: "medium" });
    expect(codes(verdictOf([broken, own], SHOP, about(pod)).causes)).toEqual([
      "probe",
      "ingress_class_missing",
    ]);
  });

  it("is not bothered with what hurts less", () => {
    const conflict = check("conflict", "cause", { object: ref("Ingress", "front"), severity: "medium" });
    expect(verdictOf([conflict], SHOP, about(pod)).causes).toEqual([]);
  });
});

describe("roots", () => {
  const objects = ["a", "b", "c"].map((name) => ref("Pod", name));
  const anyFinding = fc.record({
    code: fc.constantFrom("x", "y", "z"),
    object: fc.constantFrom(...objects),
    severity: fc.constantFrom("high" as const, "medium" as const),
    level: fc.constantFrom("cause" as const, "symptom" as const),
    supersedes: fc.subarray(["x", "y", "z"]),
    affects: fc.subarray(objects),
    because: fc.subarray(objects),
  });

  it("cover every finding, circles included", () => {
    const impact = impactOf(SHOP.objects as Objects);
    fc.assert(
      fc.property(fc.array(anyFinding, { maxLength: 8 }), (drawn) => {
        const findings = drawn.map(
          (finding): CheckedFinding => ({
            ...finding,
            title: "",
            confidence: "certain",
            evidence: [{ object: finding.object, field: "", value: "" }],
          }),
        );
        const roots = rootsOf(findings, impact);
        const covered = new Set(roots.flatMap(({ finding, explains }) => [finding, ...explains]));
        expect(covered.size).toBe(findings.length);
      }),
    );
  });
});
