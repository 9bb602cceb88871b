import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { imagePullUnauthorized } from "./check.ts";

describe(imagePullUnauthorized.id, () => {
  it.each([
    ["fault-docker-hub-no-credentials", "no_credentials", "likely"],
    ["fault-containerd-status-code", "no_credentials", "likely"],
    ["fault-secret-missing", "secret_missing", "certain"],
    ["fault-secret-missing-told-by-kubelet", "secret_missing", "certain"],
    ["fault-secret-of-wrong-type", "secret_of_wrong_type", "certain"],
    ["fault-no-entry-for-registry", "no_entry_for_registry", "certain"],
    ["fault-credentials-refused", "credentials_refused", "likely"],
    ["fault-unknown-secrets", "credentials_refused", "likely"],
  ])("tells of %s that it is %s", (fixture, problem, confidence) => {
    const [finding] = runOnFixture(imagePullUnauthorized, fixture);
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      confidence,
      details: { problem },
    });
  });

  it("replaces the name of a missing Secret by that of a similar registry Secret", () => {
    const [finding] = runOnFixture(imagePullUnauthorized, "fault-secret-missing");
    expect(finding?.remedies?.[0]?.step).toContain("Name Secret reg-cred instead of regcred");
    expect(finding?.remedies?.[0]?.patch).toContain("- name: reg-cred\n");
  });

  it("shows the hosts for which there are credentials", () => {
    const [finding] = runOnFixture(imagePullUnauthorized, "fault-no-entry-for-registry");
    expect(finding?.evidence.at(-1)).toMatchObject({
      object: { kind: "Secret", name: "regcred" },
      value: "docker.io, ghcr.io",
    });
  });
});
