import { defineAction } from "../../action.ts";
import { isPaused, named, type RolledInput, rolled } from "../rolled.ts";

/** `kubectl rollout pause`. Source: k8s.io/kubectl pkg/polymorphichelpers/objectpauser.go */
export const rolloutPause = defineAction<"deployments", RolledInput>({
  id: "rollout_pause",
  ...rolled,
  target: ({ namespace, name }) => ({ resource: "deployments", namespace, name }),
  plan({ namespace, name }, { target }) {
    if (isPaused(target)) return { unchanged: `deployments.apps "${name}" is already paused` };
    const object = { resource: "deployments", namespace, name } as const;
    return {
      summary: `Pause ${named(target)}: changes of its template no longer roll out.`,
      writes: [{ verb: "patch", object, patch: { type: "strategic", value: { spec: { paused: true } } } }],
      facts: {},
      undo: { by: "fields", object, changes: [{ path: "/spec/paused", after: true }] },
      ends: [],
    };
  },
  verify: (_, __, { target }) =>
    target && isPaused(target)
      ? { state: "done", message: `${named(target)} is paused` }
      : { state: "failed", message: "It was resumed or deleted meanwhile." },
});
