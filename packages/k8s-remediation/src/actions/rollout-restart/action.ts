import { defineAction } from "../../action.ts";
import { isPaused, named, type RolledInput, type RolledResource, rolled, rolledOut } from "../rolled.ts";

const ANNOTATION = "kubectl.kubernetes.io/restartedAt";

/** `kubectl rollout restart`. Source: k8s.io/kubectl pkg/polymorphichelpers/objectrestarter.go */
export const rolloutRestart = defineAction<RolledResource, RolledInput>({
  id: "rollout_restart",
  ...rolled,
  plan({ resource, namespace, name }, { target, now }) {
    if (isPaused(target)) {
      return { refused: "paused", message: "can't restart paused deployment (run rollout resume first)" };
    }
    const restartedAt = `${now.slice(0, 19)}Z`;
    if (target.spec?.template?.metadata?.annotations?.[ANNOTATION] === restartedAt) {
      return {
        refused: "restarted_just_now",
        message:
          "if restart has already been triggered within the past second, please wait before attempting to trigger another",
      };
    }
    const value = { spec: { template: { metadata: { annotations: { [ANNOTATION]: restartedAt } } } } };
    return {
      summary: `Restart ${named(target)}: its controller replaces all Pods, step by step.`,
      writes: [{ verb: "patch", object: { resource, namespace, name }, patch: { type: "strategic", value } }],
      facts: {},
      undo: { by: "nothing", why: "Pods that were replaced do not come back." },
      ends: [],
      rollsOut: true,
    };
  },
  verify: (_, __, { target }) => rolledOut(target),
});
