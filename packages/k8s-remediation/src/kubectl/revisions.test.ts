import { describe, expect, it } from "vitest";
import { shopObject } from "../testing/shop.ts";
import type { Draft } from "../testing/store.ts";
import { controllerRollback, deploymentRollback } from "./revisions.ts";

const REVISION = "deployment.kubernetes.io/revision";
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
type Change = (object: Draft) => void;
interface Template {
  readonly spec: { readonly containers: readonly { readonly image: string }[] };
}

const deployment = (change?: Change) => shopObject("deployments", "web", change);

/** A ReplicaSet of the Deployment with this annotation, and an image that names it. */
function set(revision: string | undefined, change: Change = () => {}) {
  return shopObject("replicaSets", "web-1", (object) => {
    object.metadata.annotations = revision === undefined ? {} : { [REVISION]: revision };
    const { template } = object.spec as { template: { spec: { containers: { image: string }[] } } };
    const [app] = template.spec.containers;
    if (app) app.image = `image-${revision}`;
    change(object);
  });
}

/** The image that a rollback restores. */
function restored(found: ReturnType<typeof deploymentRollback>): unknown {
  if (!("patch" in found)) return found;
  const [template] = found.patch.value as readonly { value: Template }[];
  return template?.value.spec.containers[0]?.image;
}

const current = shopObject("replicaSets", "web-3");

describe("the choice of a Deployment's revision", () => {
  it.each([
    ["the one before the newest", [set("1"), set("2"), current], "image-2"],
    ["the one before the newest, whatever the order", [current, set("2"), set("1")], "image-2"],
    ["the one before a gap in the numbers", [set("1"), set("9"), set("4")], "image-4"],
    ["one without the annotation, as revision 0", [set(undefined), current], "image-undefined"],
    ["none whose annotation is no number", [set("x"), set(""), set("1"), current], "image-1"],
  ])("0 is %s", (_, sets, image) => {
    expect(restored(deploymentRollback(deployment(), sets, 0))).toBe(image);
  });

  it.each([
    ["there is but one", [current]],
    ["there is none", []],
    ["the others have no number", [set("x"), current]],
    [
      "the others belong to nobody",
      [set("2", ({ metadata }) => void delete metadata.ownerReferences), current],
    ],
    [
      "the others belong to another Deployment of that name",
      [
        set(
          "2",
          ({ metadata: { ownerReferences: [owner] = [] } }) => void Object.assign(owner ?? {}, { uid: "x" }),
        ),
        current,
      ],
    ],
    [
      "their owner does not control them",
      [set("2", ({ metadata: { ownerReferences: [owner] = [] } }) => void delete owner?.controller), current],
    ],
  ])("there is no history when %s", (_, sets) => {
    expect(deploymentRollback(deployment(), sets, 0)).toEqual({
      refused: "no_history",
      message: 'no rollout history found for deployment "web"',
    });
  });

  it.each([[5], [-1], [-3]])("revision %d is refused when it is not there or negative", (wanted) => {
    expect(deploymentRollback(deployment(), [set("1"), set("-3"), set("-1"), current], wanted)).toEqual({
      refused: "revision_not_found",
      message: `unable to find specified revision ${wanted} in history`,
    });
  });

  it("a number chooses that revision", () => {
    expect(restored(deploymentRollback(deployment(), [set("1"), set("2"), current], 1))).toBe("image-1");
  });
});

describe("a Deployment's rollback", () => {
  it("is skipped when the template is that of the revision, whose number is the one asked for", () => {
    expect(deploymentRollback(deployment(), [set("1"), current], 3)).toEqual({
      unchanged: "skipped rollback (current template already matches revision 3)",
    });
    const older = shopObject("replicaSets", "web-3", ({ metadata }) => {
      metadata.annotations = { [REVISION]: "2" };
    });
    expect(deploymentRollback(deployment(), [older, set("9")], 0)).toEqual({
      unchanged: "skipped rollback (current template already matches revision 0)",
    });
  });

  it("looks for the revision first, is then refused while paused, and only then compares templates", () => {
    const paused = deployment(({ spec = {} }) => Object.assign(spec, { paused: true }));
    expect(deploymentRollback(paused, [current], 0)).toMatchObject({ refused: "no_history" });
    expect(deploymentRollback(paused, [set("1"), current], 3)).toMatchObject({ refused: "paused" });
  });

  it("keeps the Deployment's own annotations and takes all others from the ReplicaSet", () => {
    const own = {
      [LAST_APPLIED]: "{}",
      [REVISION]: "3",
      "deployment.kubernetes.io/desired-replicas": "2",
      "deprecated.deployment.rollback.to": "x",
      team: "checkout",
      note: "goes",
    };
    const sets = [
      set("2", ({ metadata }) => {
        metadata.annotations = {
          ...metadata.annotations,
          [LAST_APPLIED]: "old",
          "deployment.kubernetes.io/max-replicas": "9",
          "kubernetes.io/change-cause": "kubectl set image",
          team: "search",
        };
      }),
      current,
    ];
    const found = deploymentRollback(
      deployment(({ metadata }) => void Object.assign(metadata, { annotations: own })),
      sets,
      0,
    );
    // A rollback to revision 3 would not bring its annotations back.
    expect(found).toMatchObject({ revision: 2, left: undefined });
    const { patch } = found as { patch: { value: readonly { value: unknown }[] } };
    expect(patch.value[1]?.value).toEqual({
      [LAST_APPLIED]: "{}",
      [REVISION]: "3",
      "deployment.kubernetes.io/desired-replicas": "2",
      "deprecated.deployment.rollback.to": "x",
      "kubernetes.io/change-cause": "kubectl set image",
      team: "search",
    });
  });

  it("names the oldest revision with the template that is left", () => {
    const twin = shopObject("replicaSets", "web-3", (object) => {
      Object.assign(object.metadata.annotations ?? {}, { [REVISION]: "2" });
      Object.assign(object.metadata, { creationTimestamp: "2025-01-01T00:00:00Z" });
    });
    expect(deploymentRollback(deployment(), [current, set("1"), twin], 1)).toMatchObject({ left: 2 });
    expect(deploymentRollback(deployment(), [set("1"), set("2")], 1)).toMatchObject({ left: undefined });
  });
});

const db = (change?: Change) => shopObject("statefulSets", "db", change);
const first = shopObject("controllerRevisions", "db-1");
const second = shopObject("controllerRevisions", "db-2");
const numbered = (revision: number) => ({ ...first, revision });

describe("a revision that holds more than a Pod template", () => {
  const { data } = first as unknown as { data: { spec: object } };
  it.each([
    ["metadata", { ...data, metadata: { finalizers: ["evil.example/x"] } }],
    ["replicas", { spec: { ...data.spec, replicas: 0 } }],
  ])("such as %s was written by no controller, and is not restored", (_, more) => {
    const forged = { ...first, revision: 77, data: more };
    expect(controllerRollback(db(), [first, second, forged], 77)).toMatchObject({
      refused: "not_a_revision",
    });
  });
});

describe("the rollback of a StatefulSet or DaemonSet", () => {
  it.each([
    ["0 is the second highest", [second, first], 0, 1],
    ["a number chooses that revision", [first, numbered(7), second], 7, 7],
    ["gaps in the numbers do not matter", [numbered(3), second, numbered(12)], 0, 3],
  ])("%s", (_, revisions, wanted, revision) => {
    expect(controllerRollback(db(), revisions, wanted)).toMatchObject({ revision, left: 2 });
  });

  it.each([[[]], [[second]]])("is refused without a last revision: %#", (revisions) => {
    expect(controllerRollback(db(), revisions, 0)).toEqual({
      refused: "no_history",
      message: "no last revision to roll back to",
    });
  });

  it.each([4, -1])("is refused for revision %d", (wanted) => {
    expect(controllerRollback(db(), [first, second, numbered(-1)], wanted)).toMatchObject({
      refused: "revision_not_found",
      message: `unable to find specified revision ${wanted} in history`,
    });
  });

  it("is skipped when the template is that of the revision", () => {
    expect(controllerRollback(db(), [first, second], 2)).toEqual({
      unchanged: "skipped rollback (current template already matches revision 2)",
    });
  });

  it("does not ask whether it is paused: there is no such thing", () => {
    const found = controllerRollback(
      db(({ spec = {} }) => Object.assign(spec, { paused: true })),
      [first, second],
      0,
    );
    expect(found).toHaveProperty("patch");
  });

  it("counts revisions of its own alone", () => {
    const strange = { ...first, metadata: { ...first.metadata, ownerReferences: [] } };
    expect(controllerRollback(db(), [strange, second], 0)).toMatchObject({ refused: "no_history" });
  });
});
