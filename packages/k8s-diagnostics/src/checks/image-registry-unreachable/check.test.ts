import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { imageRegistryUnreachable } from "./check.ts";

describe(imageRegistryUnreachable.id, () => {
  it.each([
    ["fault-dns", "dns"],
    ["fault-timeout", "timeout"],
    ["fault-refused", "refused"],
    ["fault-certificate", "certificate"],
    ["fault-plain-http", "plain_http"],
    ["fault-rate-limited", "rate_limited"],
    ["fault-containerd-status-code", "rate_limited"],
    ["fault-server-error", "server_error"],
  ])("tells of %s that it is %s", (fixture, problem) => {
    expect(runOnFixture(imageRegistryUnreachable, fixture)).toMatchObject([
      { object: { kind: "Deployment", name: "web" }, details: { problem, registry: "registry.example" } },
    ]);
  });
});
