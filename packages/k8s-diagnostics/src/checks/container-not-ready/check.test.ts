import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { containerNotReady } from "./check.ts";

describe(containerNotReady.id, () => {
  it("reports the container with the reason and message that it waits for", () => {
    const [finding] = runOnFixture(containerNotReady, "fault-waiting");
    expect(finding).toMatchObject({
      object: { kind: "Pod", namespace: "shop", name: "web-1" },
      subject: "app",
      details: { container: "app", ready: false, reason: "ImagePullBackOff" },
    });
    expect(finding).not.toHaveProperty("severity");
  });

  it("is of low severity while the container is being created", () => {
    expect(runOnFixture(containerNotReady, "fault-just-created")).toMatchObject([{ severity: "low" }]);
  });

  it("tells at low severity how a Pod failed whose Job went on and succeeded", () => {
    expect(runOnFixture(containerNotReady, "fault-retried")).toMatchObject([
      {
        object: { kind: "Pod", name: "import-1" },
        severity: "low",
        details: { container: "import", ready: false, exit_code: 3, reason: "Error" },
      },
    ]);
  });
});
