import { describe, expect, it } from "vitest";
import { planIn, plannedIn, verifyIn } from "../../testing/shop.ts";
import { rolloutRestart } from "./action.ts";

const ANNOTATION = "kubectl.kubernetes.io/restartedAt";
const web = { resource: "deployments", namespace: "shop", name: "web" } as const;
const restartedAt = (time: string) => ({
  spec: { template: { metadata: { annotations: { [ANNOTATION]: time } } } },
});

describe("rollout_restart", () => {
  it.each([
    web,
    { ...web, resource: "statefulSets", name: "db" } as const,
    { ...web, resource: "daemonSets", name: "agent" } as const,
  ])("writes the time in whole seconds into the template of $resource $name", (input) => {
    expect(plannedIn(rolloutRestart, input)).toMatchObject({
      writes: [
        {
          verb: "patch",
          object: input,
          patch: { type: "strategic", value: restartedAt("2026-01-02T00:00:00Z") },
        },
      ],
      undo: { by: "nothing" },
      ends: [],
      rollsOut: true,
    });
  });

  it.each([
    ["paused", { paused: true }, "can't restart paused deployment (run rollout resume first)"],
    [
      "restarted_just_now",
      { template: restartedAt("2026-01-02T00:00:00Z").spec.template },
      "if restart has already been triggered within the past second, please wait before attempting to trigger another",
    ],
  ])("refuses with %s in kubectl's words", (refused, spec, message) => {
    const plan = planIn(rolloutRestart, web, (object) => Object.assign(object.spec ?? {}, spec));
    expect(plan).toEqual({ refused, message });
  });

  it("is done when the rollout is", () => {
    expect(verifyIn(rolloutRestart, web, {})).toEqual({
      state: "done",
      message: 'deployment "web" successfully rolled out',
    });
  });
});
