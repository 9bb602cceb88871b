import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { isStarting } from "./starting.ts";

const AS_OF = "2026-01-01T12:00:00Z";

function pod(created: string, probes: string, status: string) {
  const { objects } = snapshotFromYaml(`
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, creationTimestamp: "${created}" }
spec: { containers: [{ name: app, image: "web:1", ${probes} }] }
status: { phase: Running, containerStatuses: [{ name: app, ready: false, image: "web:1", imageID: "", ${status} }] }`);
  const [found] = objects.pods.all;
  if (!found) throw new Error("no Pod in the snapshot");
  return found;
}

const RUNNING = 'started: false, restartCount: 0, state: { running: { startedAt: "2026-01-01T11:55:00Z" } }';

describe("a Pod that is not ready", () => {
  it.each([
    [
      "is young",
      "11:59:30",
      "stdin: false",
      "restartCount: 0, state: { waiting: { reason: ContainerCreating } }",
      true,
    ],
    [
      "is young and cannot pull its image",
      "11:59:30",
      "stdin: false",
      "restartCount: 0, state: { waiting: { reason: ErrImagePull } }",
      false,
    ],
    [
      "is young and has restarted",
      "11:59:30",
      "stdin: false",
      "restartCount: 1, state: { running: {} }",
      false,
    ],
    ["is old", "11:55:00", "stdin: false", RUNNING, false],
    [
      "has ten minutes by its startup probe",
      "11:55:00",
      "startupProbe: { periodSeconds: 5, failureThreshold: 120 }",
      RUNNING,
      true,
    ],
    [
      "has used up its startup probe's time",
      "11:55:00",
      "startupProbe: { periodSeconds: 5, failureThreshold: 12 }",
      RUNNING,
      false,
    ],
    [
      "waits for its first readiness probe",
      "11:55:00",
      "readinessProbe: { initialDelaySeconds: 600 }",
      RUNNING,
      true,
    ],
  ])("%s", (_, created, probes, status, expected) => {
    expect(isStarting(pod(`2026-01-01T${created}Z`, probes, status), AS_OF)).toBe(expected);
  });
});
