import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { missingFile } from "./check.ts";

describe(missingFile.id, () => {
  it.each([
    ["fault-near-key", "ConfigMap", "web", "key_missing"],
    ["fault-sub-path-is-a-directory", "ConfigMap", "web", "key_missing"],
    ["fault-optional-object", "ConfigMap", "web", "object_missing"],
    ["fault-not-picked", "Deployment", "web", "not_picked"],
    ["fault-other-path", "Deployment", "web", "other_path"],
    ["fault-hidden-by-volume", "Deployment", "web", "hidden"],
    ["fault-not-on-claim", "Deployment", "web", "not_in_volume"],
    ["fault-module-not-in-image", "Deployment", "web", "not_in_image"],
    ["fault-java-class", "Deployment", "web", "not_in_image"],
  ])("lays in %s the cause on the %s", (fixture, kind, name, reason) => {
    expect(runOnFixture(missingFile, fixture)).toMatchObject([
      { object: { kind, name }, subject: "app", affects: [{ kind: "Pod" }], details: { reason } },
    ]);
  });

  it("names the key that was most likely meant, and maps it to the path that the program reads", () => {
    const [finding] = runOnFixture(missingFile, "fault-near-key");
    expect(finding?.title).toBe(
      "Container app of Deployment web looks for key config.yaml of ConfigMap web, which has config.yml instead",
    );
    expect(finding?.evidence).toMatchObject([
      { log: { line: expect.stringContaining("no such file or directory") } },
      { object: { kind: "ConfigMap" }, value: "config.yml" },
      { field: "spec.template.spec.containers[app].volumeMounts[/etc/app]" },
    ]);
    expect(finding?.remedies?.[0]).toMatchObject({
      object: { kind: "Deployment" },
      patch: expect.stringContaining("path: config.yaml"),
    });
  });
});
