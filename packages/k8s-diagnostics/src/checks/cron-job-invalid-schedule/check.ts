import { defineCheck } from "../../check.ts";
import { isTimeZone, scheduleProblem } from "../../kube/cron.ts";
import { latestEvent } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const cronJobInvalidSchedule = defineCheck({
  id: "cron_job_invalid_schedule",
  title: "Schedule or time zone of a CronJob cannot work",
  when: "spec.schedule of a CronJob cannot be parsed or names a day that never comes, or spec.timeZone is unknown",
  severity: "high",
  level: "cause",
  reads: ["cronJobs", "events"],
  run: ({ objects }) =>
    objects.cronJobs.all.flatMap((cronJob) => {
      const object = refOf(cronJob);
      const { schedule = "", timeZone } = cronJob.spec ?? {};
      const event = latestEvent(
        cronJob,
        objects,
        "UnparseableSchedule",
        "InvalidSchedule",
        "UnknownTimeZone",
      );
      const zone = timeZone !== undefined && !isTimeZone(timeZone);
      const problem = zone ? "has an unknown time zone" : scheduleProblem(schedule);
      if (problem === undefined) return [];
      const field = zone ? "spec.timeZone" : "spec.schedule";
      return [
        {
          object,
          subject: field,
          title: `${nameOf(object)} never runs: its ${zone ? "spec" : "schedule"} ${problem}`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, field, zone ? timeZone : schedule),
            ...(event ? [eventEvidence(object, event)] : []),
          ] as const,
          affects: [object],
          remedies: [
            {
              step: zone
                ? `Set spec.timeZone of ${nameOf(object)} to a name of the time zone database, or remove it.`
                : `Set spec.schedule of ${nameOf(object)} to five valid cron fields.`,
              ...(zone && { patch: "spec:\n  timeZone: null\n" }),
            },
          ],
        },
      ];
    }),
});
