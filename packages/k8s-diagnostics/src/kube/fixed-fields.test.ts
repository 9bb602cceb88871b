import { describe, expect, it } from "vitest";
import { refusal } from "./fixed-fields.ts";
import { podSpecPatch, toYaml } from "./patch.ts";

const env = { containers: [{ name: "app", env: [{ name: "A", value: "b" }] }] };

describe("refusal", () => {
  it.each([
    ["Pod", podSpecPatch("Pod", env)],
    ["Pod", podSpecPatch("Pod", { nodeName: null })],
    ["Job", podSpecPatch("Job", env)],
    ["Job", podSpecPatch("Job", { containers: [{ name: "app", image: "a" }] })],
  ])("knows that a %s does not take %j", (kind, patch) => {
    expect(refusal(kind, patch)).toContain("create it anew");
  });

  it.each([
    ["Pod", podSpecPatch("Pod", { containers: [{ name: "app", image: "a:1" }] })],
    ["Pod", podSpecPatch("Pod", { tolerations: [{ key: "a" }] })],
    ["Pod", toYaml({ metadata: { labels: { app: "web" } } })],
    ["Job", toYaml({ spec: { activeDeadlineSeconds: 60 } })],
    ["Deployment", podSpecPatch("Deployment", env)],
    ["CronJob", podSpecPatch("CronJob", env)],
  ])("lets a %s take %j", (kind, patch) => {
    expect(refusal(kind, patch)).toBeUndefined();
  });
});
