import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { isTimeZone, scheduleProblem } from "../../kube/cron.ts";
import { lastSeen, latestEvent } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { jobCondition } from "../../kube/jobs.ts";
import { podsControlledBy } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";
import { missedStarts, overdue } from "./overdue.ts";

type CronJob = ObjectOf<"cronJobs">;
type Sources = Pick<Objects, "jobs" | "events" | "pods">;

/** What the controller says no longer holds once it has been silent for so long. */
const RECENT_SECONDS = 3600;

/** One or two skipped starts are what Forbid is for; more mean that the Job does not end. */
const SKIPPED_STARTS = 3;
/** While a Job is in the way, no start that is due is merely late. */
const SYNC_SECONDS = 10;

export const cronJobNotScheduling = defineCheck({
  id: "cron_job_not_scheduling",
  title: "CronJob starts no Jobs",
  when: "a CronJob has missed too many starts, cannot create its Jobs, forbids a second Job while one still runs and has skipped at least three starts because of it, or was due at least three times without starting a Job",
  severity: "high",
  level: "cause",
  reads: ["cronJobs", "jobs", "events", "pods"],
  run: ({ objects, asOf }) =>
    objects.cronJobs.all
      .filter((cronJob) => cronJob.spec?.suspend !== true && canRun(cronJob))
      .flatMap(
        (cronJob) =>
          tooManyMissed(cronJob, objects, asOf) ??
          blockedByJob(cronJob, objects, asOf) ??
          cannotCreate(cronJob, objects, asOf) ??
          overdue(cronJob, asOf) ??
          [],
      ),
});

function canRun({ spec, metadata }: CronJob): boolean {
  if (metadata.deletionTimestamp !== undefined || scheduleProblem(spec?.schedule ?? "") !== undefined)
    return false;
  return spec?.timeZone === undefined || isTimeZone(spec.timeZone);
}

function tooManyMissed(cronJob: CronJob, objects: Sources, asOf: string): Finding | undefined {
  const event = latestEvent(cronJob, objects, "TooManyMissedTimes", "FailedNeedsStart");
  const started = cronJob.status?.lastScheduleTime ?? "";
  if (!event || lastSeen(event) < started || !isRecent(lastSeen(event), asOf)) return undefined;
  const object = refOf(cronJob);
  return {
    object,
    title: `${nameOf(object)} has missed too many starts`,
    confidence: "likely",
    evidence: [
      eventEvidence(object, event),
      fieldEvidence(object, "status.lastScheduleTime", cronJob.status?.lastScheduleTime),
      fieldEvidence(object, "spec.startingDeadlineSeconds", cronJob.spec?.startingDeadlineSeconds),
    ],
    affects: [object],
    remedies: [
      {
        step: `Set spec.startingDeadlineSeconds of ${nameOf(object)} to 200 or so, so that only recent starts count as missed; and check the clock of the control plane.`,
        patch: "spec:\n  startingDeadlineSeconds: 200\n",
      },
    ],
  };
}

function blockedByJob(cronJob: CronJob, objects: Sources, asOf: string): Finding | undefined {
  if (cronJob.spec?.concurrencyPolicy !== "Forbid") return undefined;
  const [active] = cronJob.status?.active ?? [];
  const job =
    active?.name === undefined ? undefined : objects.jobs.get(cronJob.metadata.namespace, active.name);
  const startedAt = job?.status?.startTime ?? job?.metadata.creationTimestamp;
  if (!job || startedAt === undefined || jobCondition(job, "Complete") || jobCondition(job, "Failed"))
    return undefined;
  const event = latestEvent(cronJob, objects, "JobAlreadyActive");
  const told = event && lastSeen(event) >= startedAt && isRecent(lastSeen(event), asOf) ? event : undefined;
  const skipped =
    missedStarts(cronJob, startedAt, asOf, SYNC_SECONDS) ?? told?.series?.count ?? told?.count ?? 0;
  if (skipped < SKIPPED_STARTS) return undefined;
  const object = refOf(job);
  const owner = refOf(cronJob);
  return {
    object,
    title: `${nameOf(object)} still runs, and ${nameOf(owner)} forbids another one beside it`,
    confidence: "likely",
    severity: "medium",
    evidence: [
      told
        ? eventEvidence(owner, told)
        : fieldEvidence(owner, "status.lastScheduleTime", cronJob.status?.lastScheduleTime),
      fieldEvidence(object, "status.startTime", startedAt),
      fieldEvidence(owner, "spec.concurrencyPolicy", "Forbid"),
    ],
    affects: [owner],
    related: podsControlledBy(object, objects).map(refOf),
    details: { skipped_starts: skipped },
    remedies: [
      {
        step: `Find out why ${nameOf(object)} does not end; delete it so that ${nameOf(owner)} goes on, and set spec.jobTemplate.spec.activeDeadlineSeconds there so that a Job that hangs is stopped.`,
        object: owner,
      },
      {
        step: `Or set spec.concurrencyPolicy of ${nameOf(owner)} to Replace, when the next Job may end the one that runs.`,
        object: owner,
        patch: "spec:\n  concurrencyPolicy: Replace\n",
      },
    ],
  };
}

/** As when a quota counts Jobs, or a webhook refuses them. */
function cannotCreate(cronJob: CronJob, objects: Sources, asOf: string): Finding | undefined {
  const event = latestEvent(cronJob, objects, "FailedCreate", "SuccessfulCreate");
  if (event?.reason !== "FailedCreate" || !isRecent(lastSeen(event), asOf)) return undefined;
  const object = refOf(cronJob);
  return {
    object,
    title: `The API server refuses to create Jobs of ${nameOf(object)}`,
    confidence: "certain",
    evidence: [
      eventEvidence(object, event),
      fieldEvidence(object, "status.lastScheduleTime", cronJob.status?.lastScheduleTime),
    ],
    affects: [object],
    remedies: [
      {
        step: `Change spec.jobTemplate of ${nameOf(object)}, or the rule that refuses its Jobs, as the message says.`,
      },
    ],
  };
}

function isRecent(time: string, asOf: string): boolean {
  return (secondsBetween(time, asOf) ?? Infinity) < RECENT_SECONDS;
}
