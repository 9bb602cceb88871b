import type { KubeObject } from "@k8s-ops/k8s-cluster";
import { describe, expect, it } from "vitest";
import type { Progress } from "../action.ts";
import { type Rolled, rolloutStatus } from "./rollout-status.ts";

function workload(kind: string, generation: number, spec: object, status: object): Rolled {
  const metadata = { name: "web", namespace: "shop", generation };
  return { apiVersion: "apps/v1", kind, metadata, spec, status } as KubeObject as Rolled;
}

interface Row {
  readonly says: string;
  readonly generation?: number;
  readonly spec?: object;
  readonly status: object;
  readonly state: Progress["state"];
  readonly message: string;
}

// The facts of these tables are those of k8s.io/kubectl pkg/polymorphichelpers/rollout_status_test.go.
const DEPLOYMENTS: readonly Row[] = [
  {
    says: "no Pod has the new template",
    generation: 0,
    spec: { replicas: 1 },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 0, availableReplicas: 1 },
    state: "waiting",
    message: 'Waiting for deployment "web" rollout to finish: 0 out of 1 new replicas have been updated...',
  },
  {
    says: "an old Pod is left",
    spec: { replicas: 1 },
    status: { observedGeneration: 1, replicas: 2, updatedReplicas: 1, availableReplicas: 2 },
    state: "waiting",
    message: 'Waiting for deployment "web" rollout to finish: 1 old replicas are pending termination...',
  },
  {
    says: "a new Pod is not available",
    spec: { replicas: 2 },
    status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 1 },
    state: "waiting",
    message: 'Waiting for deployment "web" rollout to finish: 1 of 2 updated replicas are available...',
  },
  {
    says: "all are new and available",
    spec: { replicas: 2 },
    status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 },
    state: "done",
    message: 'deployment "web" successfully rolled out',
  },
  {
    says: "the controller has not seen the change, whatever else is true",
    generation: 2,
    spec: { replicas: 2 },
    status: {
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      availableReplicas: 2,
      conditions: [{ type: "Progressing", reason: "ProgressDeadlineExceeded" }],
    },
    state: "waiting",
    message: "Waiting for deployment spec update to be observed...",
  },
  {
    says: "it takes too long",
    spec: { replicas: 2 },
    status: {
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 1,
      conditions: [
        { type: "Available", reason: "ProgressDeadlineExceeded" },
        { type: "Progressing", reason: "ProgressDeadlineExceeded" },
      ],
    },
    state: "failed",
    message: 'deployment "web" exceeded its progress deadline',
  },
  {
    says: "only another condition speaks of a deadline",
    spec: { replicas: 0 },
    status: {
      observedGeneration: 1,
      conditions: [{ type: "Available", reason: "ProgressDeadlineExceeded" }],
    },
    state: "done",
    message: 'deployment "web" successfully rolled out',
  },
];

const DAEMON_SETS: readonly Row[] = [
  {
    says: "no Pod has the new template",
    generation: 0,
    status: {
      observedGeneration: 1,
      updatedNumberScheduled: 0,
      desiredNumberScheduled: 1,
      numberAvailable: 0,
    },
    state: "waiting",
    message: 'Waiting for daemon set "web" rollout to finish: 0 out of 1 new pods have been updated...',
  },
  {
    says: "a new Pod is not available",
    status: {
      observedGeneration: 1,
      updatedNumberScheduled: 2,
      desiredNumberScheduled: 2,
      numberAvailable: 1,
    },
    state: "waiting",
    message: 'Waiting for daemon set "web" rollout to finish: 1 of 2 updated pods are available...',
  },
  {
    says: "all are new and available",
    status: {
      observedGeneration: 1,
      updatedNumberScheduled: 2,
      desiredNumberScheduled: 2,
      numberAvailable: 2,
    },
    state: "done",
    message: 'daemon set "web" successfully rolled out',
  },
  {
    says: "the controller has not seen the change",
    generation: 2,
    status: {
      observedGeneration: 1,
      updatedNumberScheduled: 2,
      desiredNumberScheduled: 2,
      numberAvailable: 2,
    },
    state: "waiting",
    message: "Waiting for daemon set spec update to be observed...",
  },
  {
    says: "it is OnDelete, for which kubectl has no status",
    spec: { updateStrategy: { type: "OnDelete" } },
    status: {},
    state: "unknown",
    message:
      'daemon set "web" gives the change only to Pods that are made anew (updateStrategy OnDelete): delete its Pods one by one (remediate_pod_restart)',
  },
];

const rolling = (partition?: number) => ({
  replicas: 3,
  updateStrategy: { type: "RollingUpdate", ...(partition !== undefined && { rollingUpdate: { partition } }) },
});
const STATEFUL_SETS: readonly Row[] = [
  {
    says: "it is OnDelete, for which kubectl has no status",
    spec: { replicas: 3, updateStrategy: { type: "OnDelete" } },
    status: { observedGeneration: 1, readyReplicas: 1 },
    state: "unknown",
    message:
      'statefulset "web" gives the change only to Pods that are made anew (updateStrategy OnDelete): delete its Pods one by one (remediate_pod_restart)',
  },
  {
    says: "the controller has not seen the change",
    generation: 2,
    spec: rolling(),
    status: { observedGeneration: 1, readyReplicas: 3, currentReplicas: 3 },
    state: "waiting",
    message: "Waiting for statefulset spec update to be observed...",
  },
  {
    says: "the controller has never seen it",
    generation: 0,
    spec: rolling(),
    status: { readyReplicas: 3 },
    state: "waiting",
    message: "Waiting for statefulset spec update to be observed...",
  },
  {
    says: "a Pod is not ready",
    spec: rolling(),
    status: { observedGeneration: 2, readyReplicas: 2, currentReplicas: 3 },
    state: "waiting",
    message: "Waiting for 1 pods to be ready...",
  },
  {
    says: "those above the partition are new",
    spec: rolling(2),
    status: { observedGeneration: 2, readyReplicas: 3, currentReplicas: 2, updatedReplicas: 1 },
    state: "done",
    message: "partitioned roll out complete: 1 new pods have been updated...",
  },
  {
    says: "one above the partition is not new",
    spec: rolling(2),
    status: { observedGeneration: 2, readyReplicas: 3, currentReplicas: 3, updatedReplicas: 0 },
    state: "waiting",
    message: "Waiting for partitioned roll out to finish: 0 out of 1 new pods have been updated...",
  },
  {
    says: "all are at the new revision",
    spec: rolling(),
    status: {
      observedGeneration: 2,
      readyReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      currentRevision: "web-2",
      updateRevision: "web-2",
    },
    state: "done",
    message: "statefulset rolling update complete 3 pods at revision web-2...",
  },
  {
    says: "some are at the revision before, where no partition is set",
    spec: rolling(),
    status: {
      observedGeneration: 2,
      readyReplicas: 3,
      updatedReplicas: 1,
      currentRevision: "web-1",
      updateRevision: "web-2",
    },
    state: "waiting",
    message: "waiting for statefulset rolling update to complete 1 pods at revision web-2...",
  },
  {
    says: "some are at the revision before; a partition of 0, which the API server sets, is one to kubectl",
    spec: rolling(0),
    status: {
      observedGeneration: 2,
      readyReplicas: 3,
      updatedReplicas: 1,
      currentRevision: "web-1",
      updateRevision: "web-2",
    },
    state: "waiting",
    message: "Waiting for partitioned roll out to finish: 1 out of 3 new pods have been updated...",
  },
];

describe.each([
  ["Deployment", DEPLOYMENTS],
  ["DaemonSet", DAEMON_SETS],
  ["StatefulSet", STATEFUL_SETS],
])("rolloutStatus of a %s", (kind, rows) => {
  it.each(rows)("is $state when $says", ({ generation = 1, spec = {}, status, state, message }) => {
    expect(rolloutStatus(workload(kind, generation, spec, status))).toEqual({ state, message });
  });
});

describe("rolloutStatus", () => {
  it("is failed when the object has been deleted", () => {
    expect(rolloutStatus(undefined)).toEqual({ state: "failed", message: "object has been deleted" });
  });

  it("waits for a controller that has said nothing yet", () => {
    const status = undefined as unknown as object;
    expect(rolloutStatus(workload("Deployment", 1, { replicas: 1 }, status)).state).toBe("waiting");
    expect(rolloutStatus(workload("DaemonSet", 1, {}, status)).state).toBe("waiting");
    expect(rolloutStatus(workload("StatefulSet", 1, { replicas: 1 }, status)).state).toBe("waiting");
  });
});
