import { describe, expect, it } from "vitest";
import type { Place } from "../places.ts";
import { toldSettings } from "./told-settings.ts";

const PLACE = {
  workload: { kind: "DaemonSet", namespace: "kube-system", name: "agent" },
  field: "spec.template.spec.containers[agent]",
  spec: {
    name: "agent",
    env: [
      { name: "IP_METHOD", value: "interface=ens.*" },
      { name: "LOG_LEVEL", value: "info" },
      { name: "DB_PASSWORD", value: "hunter2" },
      { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
    ],
    args: ["--mode=fast-path", "--verbose"],
  },
} as unknown as Place;

const fields = (line: string) =>
  toldSettings(PLACE, line).map((evidence) => ("field" in evidence ? evidence.field : ""));

describe("the settings that a line tells of", () => {
  it.each([
    ["no interface for regexes [ens.*]", ["spec.template.spec.containers[agent].env[IP_METHOD].value"]],
    ["IP_METHOD is not valid", ["spec.template.spec.containers[agent].env[IP_METHOD].value"]],
    ['invalid mode "fast-path"', ["spec.template.spec.containers[agent].args[0]"]],
    ['level "info" reached', []],
    ["password 'hunter2' refused for DB_PASSWORD", []],
    ["POD_IP is empty", []],
    ["nothing of ours", []],
  ])("%s", (line, expected) => {
    expect(fields(line)).toEqual(expected);
  });
});
