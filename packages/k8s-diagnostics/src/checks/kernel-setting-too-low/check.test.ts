import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { kernelSettingTooLow } from "./check.ts";

describe(kernelSettingTooLow.id, () => {
  it("names Elasticsearch's setting and sets it before the program starts", () => {
    const [finding] = runOnFixture(kernelSettingTooLow, "fault-elasticsearch");
    expect(finding).toMatchObject({ details: { setting: "vm.max_map_count" }, confidence: "likely" });
    expect(finding?.evidence[0]).toMatchObject({ log: { line: expect.stringContaining("is too low") } });
    expect(finding?.remedies?.[0]?.patch).toContain("vm.max_map_count=262144");
  });

  it("knows the number of watched files", () => {
    expect(runOnFixture(kernelSettingTooLow, "fault-watchers")).toMatchObject([
      { details: { setting: "fs.inotify.max_user_watches" } },
    ]);
  });
});
