import { staysPaused } from "../effects.ts";
import { definePrecondition } from "../precondition.ts";
import { told } from "../told.ts";

/** What is changed in a paused Deployment has no effect yet. Restart and rollback refuse it themselves, as kubectl does. */
export const paused = definePrecondition({
  code: "paused",
  when: "the Deployment is paused: the change waits",
  liftedBy: "warning",
  judge({ target, planned }) {
    if (!planned.rollsOut || !staysPaused(target, planned)) return [];
    return [
      {
        verdict: "warn",
        message: `${told(target)} is paused: the change rolls out only after it is resumed.`,
      },
    ];
  },
});
