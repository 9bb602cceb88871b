import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import type { Finding } from "../../check.ts";
import { writesOf } from "../../kube/changes.ts";
import { startsBetween } from "../../kube/cron.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

type CronJob = ObjectOf<"cronJobs">;

const MISSED_STARTS = 3;
/** The controller takes its time to start a Job that is due. */
const LATE_SECONDS = 100;
/** The controller looks every 10 seconds: what may not start that late may never start. */
const SHORT_DEADLINE_SECONDS = 10;

/** The starts that were due since then and are not just due. */
export function missedStarts(
  { spec }: CronJob,
  since: string,
  asOf: string,
  lateSeconds = LATE_SECONDS,
): number | undefined {
  const until = new Date(Date.parse(asOf) - lateSeconds * 1000);
  if (Number.isNaN(until.getTime())) return undefined;
  return startsBetween(spec?.schedule ?? "", since, until.toISOString(), spec?.timeZone);
}

/** A CronJob that was due several times since it last ran, was made or changed (resumed, for instance). */
export function overdue(cronJob: CronJob, asOf: string): Finding | undefined {
  const { spec, status, metadata } = cronJob;
  if ((status?.active ?? []).length > 0 || metadata.creationTimestamp === undefined) return undefined;
  const [write] = writesOf(cronJob);
  const times = [metadata.creationTimestamp, status?.lastScheduleTime, status?.lastSuccessfulTime, write?.at];
  const since = times.reduce<string>((newest, time) => (time && time > newest ? time : newest), "");
  const missed = missedStarts(cronJob, since, asOf) ?? 0;
  if (missed < MISSED_STARTS) return undefined;
  const object = refOf(cronJob);
  const deadline = spec?.startingDeadlineSeconds;
  const isShort = deadline !== undefined && deadline < SHORT_DEADLINE_SECONDS;
  return {
    object,
    title: isShort
      ? `${nameOf(object)} starts no Jobs: they may start no later than ${deadline} seconds after they are due`
      : `${nameOf(object)} was due ${missed} times and started no Job`,
    confidence: isShort ? "likely" : "possible",
    severity: "medium",
    evidence: [
      fieldEvidence(object, "status.lastScheduleTime", status?.lastScheduleTime),
      fieldEvidence(object, "spec.schedule", spec?.schedule),
      ...(isShort ? [fieldEvidence(object, "spec.startingDeadlineSeconds", deadline)] : []),
    ],
    affects: [object],
    details: { missed_starts: missed },
    remedies: [
      isShort
        ? {
            step: `Raise spec.startingDeadlineSeconds of ${nameOf(object)} to 200 or so: below 10 seconds the controller may miss every start.`,
            patch: "spec:\n  startingDeadlineSeconds: 200\n",
          }
        : {
            step: `See whether kube-controller-manager runs, which starts the Jobs of ${nameOf(object)}, and read its log.`,
          },
    ],
  };
}
