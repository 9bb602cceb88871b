import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { containerCompletes } from "./check.ts";

describe(containerCompletes.id, () => {
  it.each([
    ["fault-deployment", "Deployment"],
    ["fault-completed-now", "DaemonSet"],
  ])("lays %s on the command of the %s", (fixture, kind) => {
    const [finding] = runOnFixture(containerCompletes, fixture);
    expect(finding).toMatchObject({
      object: { kind, name: "web" },
      subject: "app",
      details: { exit_code: 0 },
    });
    expect(finding?.evidence[1]).toMatchObject({ field: "spec.template.spec.containers[app].command" });
  });
});
