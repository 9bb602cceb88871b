import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { eventsOf, latestEvent } from "./events.ts";

const event = (name: string, uid: string, reason: string, at: string, kind = "Pod") => `
apiVersion: v1
kind: Event
metadata: { name: "${name}", namespace: shop }
involvedObject: { kind: ${kind}, name: web, namespace: shop, uid: ${uid} }
reason: ${reason}
lastTimestamp: "2026-01-01T${at}:00Z"
---`;

const { objects } = snapshotFromYaml(
  `${event("a", "p-1", "Old", "10:00")}${event("b", "p-1", "New", "11:00")}${event("c", "p-0", "Deleted", "11:30")}${event("d", "s-1", "Service", "11:40", "Service")}
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, uid: p-1 }
`,
);
const pod = objects.pods.get("shop", "web");

describe("events of an object", () => {
  it("are its own, newest first: not those of a deleted namesake or of another kind", () => {
    expect(pod && eventsOf(pod, objects).map(({ reason }) => reason)).toEqual(["New", "Old"]);
  });

  it("are found by reason", () => {
    expect(pod && latestEvent(pod, objects, "Old", "Deleted")?.reason).toBe("Old");
  });
});
