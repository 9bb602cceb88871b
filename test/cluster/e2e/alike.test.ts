import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { type Place, questionsAlike } from "./alike.ts";

const { objects } = snapshotFromYaml(`
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web-1, namespace: shop, ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, uid: d, controller: true }] }
---
apiVersion: v1
kind: Pod
metadata: { name: web-1-a, namespace: shop, labels: { app: web }, ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: web-1, uid: r, controller: true }] }
status: { phase: Running, conditions: [{ type: Ready, status: "False" }] }
---
apiVersion: v1
kind: Pod
metadata: { name: fine, namespace: shop, labels: { app: fine } }
status: { phase: Running, conditions: [{ type: Ready, status: "True" }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web } }
---
apiVersion: v1
kind: Service
metadata: { name: fine, namespace: shop }
spec: { selector: { app: fine } }
`);
const place: Place = { namespace: "shop", objects };
const asked = (tool: string, args: Readonly<Record<string, string>>) =>
  questionsAlike({ tool, arguments: { namespace: "shop", ...args } }, place).map((question) =>
    [question.tool, ...Object.values(question.arguments).slice(1)].join(" "),
  );

describe("questions about the same fault", () => {
  const all = [
    "diagnose_deployment web",
    "diagnose_namespace",
    "diagnose_pod web-1-a",
    "diagnose_service web",
  ];

  it.each([
    ["diagnose_pod", { pod_name: "web-1-a" }],
    ["diagnose_deployment", { deployment_name: "web" }],
    ["diagnose_service", { service_name: "web" }],
  ])("come from the Pod, its workload, its Service and its namespace when %s is asked", (tool, args) => {
    expect([...asked(tool, args)].sort()).toEqual(all);
  });

  it("begin with a Pod that is not ready, and take a ready one where all are", () => {
    expect([...asked("diagnose_service", { service_name: "fine" })].sort()).toEqual([
      "diagnose_namespace",
      "diagnose_pod fine",
      "diagnose_service fine",
    ]);
  });
});
