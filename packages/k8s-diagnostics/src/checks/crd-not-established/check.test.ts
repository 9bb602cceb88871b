import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { crdNotEstablished } from "./check.ts";

describe(crdNotEstablished.id, () => {
  it.each([
    [
      "fault-names-taken",
      "The names of CustomResourceDefinition widgets.example.com are taken by another one",
    ],
    ["fault-not-established", "CustomResourceDefinition widgets.example.com is not in force"],
    [
      "fault-terminating",
      "CustomResourceDefinition widgets.example.com was deleted and cannot go away: some of its objects remain",
    ],
  ])("tells the case of %s", (fixture, title) => {
    expect(runOnFixture(crdNotEstablished, fixture)).toMatchObject([
      { object: { kind: "CustomResourceDefinition" }, title },
    ]);
  });
});
