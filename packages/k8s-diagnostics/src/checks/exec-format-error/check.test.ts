import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { execFormatError } from "./check.ts";

describe(execFormatError.id, () => {
  it("finds the words in the log of the ended run", () => {
    const [finding] = runOnFixture(execFormatError, "fault-in-log");
    expect(finding?.evidence[0]).toMatchObject({
      object: { kind: "Pod" },
      log: { container: "app", previous: true, line: "exec /usr/local/bin/web: exec format error" },
    });
    expect(finding?.evidence.at(-1)).toMatchObject({ value: "arm64" });
  });

  it("finds them in the message of a start that failed", () => {
    const [finding] = runOnFixture(execFormatError, "fault-start-error");
    expect(finding?.evidence[0]).toMatchObject({
      field: "status.containerStatuses[app].lastState.terminated.message",
    });
  });

  it("selects Nodes of the other architecture", () => {
    const remedies = runOnFixture(execFormatError, "fault-start-error").flatMap(
      (finding) => finding.remedies ?? [],
    );
    expect(remedies.map(({ patch }) => patch).join("")).toContain("kubernetes.io/arch: amd64");
  });
});
