import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { hostPortConflict } from "./check.ts";

describe(hostPortConflict.id, () => {
  it("names the Pod that holds the port", () => {
    const [finding] = runOnFixture(hostPortConflict, "fault-second-replica");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      subject: "80/TCP",
      confidence: "certain",
      related: [{ kind: "Pod", name: "web-6d4b75cb6d-first" }],
      evidence: [
        { object: { name: "web-6d4b75cb6d-x2x9k" } },
        { object: { name: "web-6d4b75cb6d-first" }, value: "80" },
        { field: "spec.template.spec.containers[app].ports[8080].hostPort", value: "80" },
      ],
    });
  });

  it("removes the host port", () => {
    const remedies = runOnFixture(hostPortConflict, "fault-second-replica").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("hostPort: null");
  });

  it("gives no patch where two ports of the container share a number, since it would change the first", () => {
    const [finding] = runOnFixture(hostPortConflict, "fault-shared-number");
    expect(finding?.remedies?.[0]?.step).toContain("containers[app].ports[8080/TCP].hostPort");
    expect(finding?.remedies?.[0]).not.toHaveProperty("patch");
  });
});
