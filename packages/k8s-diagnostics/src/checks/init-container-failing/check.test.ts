import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { initContainerFailing } from "./check.ts";

describe(initContainerFailing.id, () => {
  it("names the init container, its exit code and the line of its log", () => {
    const [finding] = runOnFixture(initContainerFailing, "fault-crash-loop");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      subject: "migrate",
      title: "Init container migrate of Deployment web exits with code 1 (general error)",
    });
    expect(finding?.evidence[1]).toMatchObject({ log: { line: "ERROR: relation users does not exist" } });
  });

  it("finds the one that made a Job's Pod fail", () => {
    expect(runOnFixture(initContainerFailing, "fault-given-up")).toMatchObject([
      { object: { kind: "Job", name: "load" } },
    ]);
  });
});
