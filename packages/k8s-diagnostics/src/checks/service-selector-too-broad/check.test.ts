import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { serviceSelectorTooBroad } from "./check.ts";

describe(serviceSelectorTooBroad.id, () => {
  it("names the workload that does not have the port", () => {
    expect(runOnFixture(serviceSelectorTooBroad, "fault-cache-behind-web")).toMatchObject([
      {
        object: { kind: "Service", name: "web" },
        confidence: "likely",
        related: [{ name: "web" }, { name: "cache" }],
        title:
          "Service web also selects the Pods of Deployment cache, which do not have the target of port 80",
      },
    ]);
  });

  it("takes another program without ports and probes for one that does not serve", () => {
    expect(runOnFixture(serviceSelectorTooBroad, "fault-worker-without-ports")).toMatchObject([
      {
        object: { kind: "Service", name: "desk" },
        confidence: "possible",
        related: [{ name: "desk-web" }, { name: "desk-jobs" }],
      },
    ]);
  });

  it("adds a label that only the host has", () => {
    const remedies = runOnFixture(serviceSelectorTooBroad, "fault-cache-behind-web").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("selector:");
  });
});
