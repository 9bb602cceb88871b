import { defineAction } from "../../action.ts";
import { needsOf } from "../needs.ts";

export interface CronJobSuspendInput {
  readonly namespace: string;
  readonly name: string;
  readonly suspend: boolean;
}

/** Sets `spec.suspend` of a CronJob: no further Jobs are made; those that run go on. */
export const cronjobSuspend = defineAction<"cronJobs", CronJobSuspendInput>({
  id: "cronjob_suspend",
  target: ({ namespace, name }) => ({ resource: "cronJobs", namespace, name }),
  needs: ({ namespace }) => needsOf(namespace, []),
  plan({ namespace, name, suspend }, { target }) {
    const old = target.spec?.suspend;
    if ((old ?? false) === suspend) {
      return { unchanged: `CronJob ${name} is ${suspend ? "suspended already" : "not suspended"}.` };
    }
    const object = { resource: "cronJobs", namespace, name } as const;
    return {
      summary: suspend
        ? `Suspend CronJob ${name}: it makes no further Jobs.`
        : `Resume CronJob ${name}: it makes Jobs again by its schedule; runs that it missed within startingDeadlineSeconds are made up for.`,
      writes: [{ verb: "patch", object, patch: { type: "strategic", value: { spec: { suspend } } } }],
      facts: { suspend },
      undo: {
        by: "fields",
        object,
        changes: [{ path: "/spec/suspend", ...(old !== undefined && { before: old }), after: suspend }],
      },
      ends: [],
    };
  },
  verify: ({ name, suspend }, _, { target }) =>
    target?.spec?.suspend === suspend
      ? { state: "done", message: `CronJob ${name} is ${suspend ? "suspended" : "active"}.` }
      : { state: "failed", message: "It was changed or deleted meanwhile." },
});
