import { describe, expect, it } from "vitest";
import { shopObject } from "../testing/shop.ts";
import type { Draft } from "../testing/store.ts";
import { losesData, stays } from "./drain.ts";

type Change = (pod: Draft) => void;
const phase =
  (value: string): Change =>
  (pod) => {
    pod.status = { phase: value };
  };
const mirror: Change = ({ metadata }) => {
  metadata.annotations = { "kubernetes.io/config.mirror": "hash" };
};
const emptyDir: Change = ({ spec = {} }) => {
  spec.volumes = [{ name: "scratch", emptyDir: {} }];
};
const both =
  (...changes: Change[]): Change =>
  (pod) => {
    for (const change of changes) change(pod);
  };

// The facts are those of k8s.io/kubectl pkg/drain/filters.go and filters_test.go.
describe("what a drain leaves", () => {
  it.each<[string, string, Change, string | undefined]>([
    ["a Pod of a DaemonSet", "agent-1", () => {}, "daemon_set"],
    ["not a finished Pod of a DaemonSet", "agent-1", phase("Succeeded"), undefined],
    ["not a failed Pod of a DaemonSet", "agent-1", phase("Failed"), undefined],
    ["a static Pod", "lone", mirror, "mirror"],
    ["a finished static Pod", "lone", both(mirror, phase("Succeeded")), "mirror"],
    ["not a Pod of a ReplicaSet", "web-3-a", () => {}, undefined],
    ["not a Pod that nothing controls", "lone", () => {}, undefined],
    [
      "not a Pod that a DaemonSet owns without controlling it",
      "agent-1",
      ({ metadata: { ownerReferences: [owner] = [] } }) => void delete owner?.controller,
      undefined,
    ],
  ])("is %s", (_, name, change, staying) => {
    expect(stays(shopObject("pods", name, change))).toBe(staying);
  });
});

describe("what an eviction loses", () => {
  it.each<[string, Change, boolean]>([
    ["the data of an emptyDir", emptyDir, true],
    ["not the data of a finished Pod", both(emptyDir, phase("Failed")), false],
    ["nothing of a Pod without volumes", () => {}, false],
    [
      "nothing of other volumes",
      ({ spec = {} }) =>
        void Object.assign(spec, { volumes: [{ name: "config", configMap: { name: "a" } }] }),
      false,
    ],
  ])("is %s", (_, change, loses) => {
    expect(losesData(shopObject("pods", "lone", change))).toBe(loses);
  });
});
