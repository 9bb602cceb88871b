import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { containerCommandNotFound } from "./check.ts";

describe(containerCommandNotFound.id, () => {
  it.each([
    ["fault-runc-1-1", "not_found", "command"],
    ["fault-runc-1-2", "not_found", "command"],
    ["fault-no-such-file", "not_found", "args"],
    ["fault-permission", "not_executable", "command"],
    ["fault-working-directory", "working_directory", "workingDir"],
    ["fault-working-directory-is-a-file", "working_directory", "workingDir"],
    ["fault-cri-o", "not_found", "command"],
    ["fault-crun", "not_found", "command"],
  ])("tells of %s that it is %s in %s", (fixture, problem, field) => {
    const [finding] = runOnFixture(containerCommandNotFound, fixture);
    expect(finding).toMatchObject({ object: { kind: "Deployment", name: "web" }, details: { problem } });
    expect(finding?.evidence[1]).toMatchObject({ field: `spec.template.spec.containers[app].${field}` });
  });

  it.each([
    ["corrects a mistyped program and keeps its arguments", "fault-runc-1-1", '- wget\n            - "-qO-"'],
    ["splits a command line that stands in one item", "fault-runc-1-2", "- npm\n            - start"],
  ])("%s", (_, fixture, lines) => {
    expect(runOnFixture(containerCommandNotFound, fixture)[0]?.remedies?.[0]?.patch).toContain(lines);
  });
});
