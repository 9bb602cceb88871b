import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { CHECKS } from "../checks/index.ts";
import { examine, reachVerdict } from "./verdict.ts";

const owner = (kind: string, name: string) =>
  `ownerReferences: [{ apiVersion: apps/v1, kind: ${kind}, name: ${name}, uid: u-${name}, controller: true }]`;

const replicaSet = (revision: number, spec: string, replicas: number, ready: number) => `
---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: web-${revision}
  namespace: shop
  annotations: { deployment.kubernetes.io/revision: "${revision}" }
  ${owner("Deployment", "web")}
spec:
  replicas: ${replicas}
  template:
    metadata: { labels: { app: web, pod-template-hash: "${revision}" } }
    spec: ${spec}
status: { replicas: ${replicas}, readyReplicas: ${ready}, availableReplicas: ${ready} }`;

const deployment = (spec: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, uid: u-web }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: ${spec}
status: { replicas: 1, readyReplicas: 0, updatedReplicas: 1 }`;

const crashing = (set: string, spec: string, { restarts = 6, labels = "app: web" } = {}) => `
---
apiVersion: v1
kind: Pod
metadata: { name: ${set}-x, namespace: shop, uid: p-${set}, creationTimestamp: "2026-01-01T11:45:00Z", labels: { ${labels} }, ${owner(set.startsWith("db") ? "StatefulSet" : "ReplicaSet", set.startsWith("db") ? "db" : set)} }
spec: { nodeName: n1, ${spec.trim().replace(/^\{/, "").replace(/\}$/, "")} }
status:
  phase: Running
  startTime: "2026-01-01T11:45:00Z"
  conditions: [{ type: PodScheduled, status: "True" }, { type: Ready, status: "False", reason: ContainersNotReady, lastTransitionTime: "2026-01-01T11:58:00Z" }]
  containerStatuses:
    - { name: app, ready: false, restartCount: ${restarts}, image: x, imageID: y, state: { waiting: { reason: CrashLoopBackOff } }, lastState: { terminated: { exitCode: 1, reason: Error, finishedAt: "2026-01-01T11:58:00Z" } } }`;

const ready = (name: string, kind: string, controller: string, labels = "app: web") => `
---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { ${labels} }, creationTimestamp: "2026-01-01T09:00:00Z", ${owner(kind, controller)} }
spec: { nodeName: n1, containers: [{ name: app, image: "web:1" }] }
status:
  phase: Running
  conditions: [{ type: Ready, status: "True" }]
  containerStatuses: [{ name: app, ready: true, restartCount: 0, image: x, imageID: y, state: { running: { startedAt: "2026-01-01T09:00:00Z" } } }]`;

function causes(yaml: string) {
  const snapshot = { ...snapshotFromYaml(yaml), asOf: "2026-01-01T12:00:00Z" };
  return reachVerdict(examine(CHECKS, snapshot), { concerns: () => true, offers: (call) => call }).causes;
}

const OLD = '{ containers: [{ name: app, image: "web:1", env: [{ name: MODE, value: fast }] }] }';
const NEW = '{ containers: [{ name: app, image: "web:2", env: [{ name: MODE, value: fast }] }] }';
const undo = (revision: number) => ({
  tool: "remediate_rollback_deployment",
  arguments: { namespace: "shop", deployment_name: "web", revision },
});

describe("a cause that began with a workload's newest revision", () => {
  it("shows what has changed and offers the way back first where nothing more exact is known", () => {
    const [cause, ...others] = causes(
      deployment(NEW) +
        replicaSet(1, OLD, 1, 1) +
        replicaSet(2, NEW, 1, 0) +
        ready("web-1-a", "ReplicaSet", "web-1") +
        crashing("web-2", NEW),
    );
    expect(others).toEqual([]);
    expect(cause).toMatchObject({ code: "container_exits_with_error", object: { kind: "Deployment" } });
    expect(cause?.evidence.at(-1)).toEqual({
      object: { kind: "Deployment", namespace: "shop", name: "web" },
      field: "spec.template.spec.containers[app].image",
      value: '"web:1" → "web:2"',
    });
    expect(cause?.remedies[0]?.call).toEqual(undo(1));
  });

  it("offers it too when the earlier revision has no Pods left and the program fails ever since", () => {
    const [cause] = causes(
      deployment(NEW) + replicaSet(3, OLD, 0, 0) + replicaSet(4, NEW, 1, 0) + crashing("web-4", NEW),
    );
    expect(cause?.remedies.at(-1)?.call).toEqual(undo(3));
  });

  it("goes back behind a restart and a second broken revision", () => {
    const [cause] = causes(
      deployment(NEW) +
        replicaSet(1, OLD, 0, 0) +
        replicaSet(2, NEW.replace("fast", "slow"), 1, 0) +
        replicaSet(3, NEW, 1, 0) +
        crashing("web-2", NEW) +
        crashing("web-3", NEW),
    );
    expect(cause?.remedies.at(-1)?.call).toEqual(undo(1));
  });

  it("says nothing of a program that had worked with the new template", () => {
    const [cause] = causes(
      deployment(NEW) +
        replicaSet(1, OLD, 0, 0) +
        replicaSet(2, NEW, 1, 0) +
        crashing("web-2", NEW, { restarts: 1 }),
    );
    expect(JSON.stringify(cause)).not.toContain("rollback");
  });

  it("says nothing when Pods of the earlier revision fail, too", () => {
    const [cause] = causes(
      deployment(NEW) +
        replicaSet(1, OLD, 1, 0) +
        replicaSet(2, NEW, 1, 0) +
        crashing("web-1", OLD) +
        crashing("web-2", NEW),
    );
    expect(JSON.stringify(cause)).not.toContain("rollback");
  });

  it("does not show the values of secret-like variables", () => {
    const secret = (value: string) =>
      `{ containers: [{ name: app, image: "web:1", env: [{ name: DB_PASSWORD, value: ${value} }] }] }`;
    const [cause] = causes(
      deployment(secret("hunter3")) +
        replicaSet(1, secret("hunter2"), 1, 1) +
        replicaSet(2, secret("hunter3"), 1, 0) +
        ready("web-1-a", "ReplicaSet", "web-1") +
        crashing("web-2", secret("hunter3")),
    );
    expect(JSON.stringify(cause)).not.toContain("hunter");
    expect(cause?.evidence.at(-1)).toMatchObject({
      field: "spec.template.spec.containers[app].env[DB_PASSWORD].value",
    });
  });

  it("takes the revisions of a StatefulSet from its ControllerRevisions", () => {
    const revision = (number: number, spec: string) => `
---
apiVersion: apps/v1
kind: ControllerRevision
metadata: { name: db-r${number}, namespace: shop, ${owner("StatefulSet", "db")} }
revision: ${number}
data: { spec: { template: { $patch: replace, metadata: { labels: { app: db } }, spec: ${spec} } } }`;
    const [cause] = causes(
      `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop, uid: u-db }
spec: { replicas: 2, selector: { matchLabels: { app: db } }, template: { metadata: { labels: { app: db } }, spec: ${NEW} } }
status: { replicas: 2, readyReplicas: 1, updatedReplicas: 1, currentRevision: db-r1, updateRevision: db-r2 }` +
        revision(1, OLD) +
        revision(2, NEW) +
        ready("db-0", "StatefulSet", "db", "app: db, controller-revision-hash: db-r1") +
        crashing("db-1", NEW, { labels: "app: db, controller-revision-hash: db-r2" }),
    );
    expect(cause?.evidence.at(-1)).toMatchObject({ value: '"web:1" → "web:2"' });
    expect(cause?.remedies[0]?.step).toContain(
      "kubectl rollout undo statefulset/db --namespace shop --to-revision=1",
    );
  });
});
