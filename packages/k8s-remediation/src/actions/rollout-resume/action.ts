import { defineAction } from "../../action.ts";
import { isPaused, named, type RolledInput, rolled, rolledOut } from "../rolled.ts";

/** `kubectl rollout resume`. Source: k8s.io/kubectl pkg/polymorphichelpers/objectresumer.go */
export const rolloutResume = defineAction<"deployments", RolledInput>({
  id: "rollout_resume",
  ...rolled,
  target: ({ namespace, name }) => ({ resource: "deployments", namespace, name }),
  plan({ namespace, name }, { target }) {
    if (!isPaused(target)) return { unchanged: `deployments.apps "${name}" is not paused` };
    const object = { resource: "deployments", namespace, name } as const;
    return {
      summary: `Resume ${named(target)}: changes that were made while it was paused roll out.`,
      writes: [{ verb: "patch", object, patch: { type: "strategic", value: { spec: { paused: null } } } }],
      facts: {},
      undo: { by: "fields", object, changes: [{ path: "/spec/paused", before: true }] },
      ends: [],
      rollsOut: true,
    };
  },
  verify: (_, __, { target }) => rolledOut(target),
});
