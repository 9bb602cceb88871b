import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { imagePullFailed } from "./check.ts";

describe(imagePullFailed.id, () => {
  it("says only that the image cannot be pulled, and is not sure why", () => {
    const [finding] = runOnFixture(imagePullFailed, "fault-no-reason-told");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      subject: "app",
      confidence: "likely",
    });
    expect(finding?.evidence[1]).toMatchObject({ field: "status.containerStatuses[app].state.waiting" });
  });
});
