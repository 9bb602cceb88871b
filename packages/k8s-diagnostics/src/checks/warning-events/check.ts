import { defineCheck } from "../../check.ts";
import { type Event, eventsOf, lastSeen } from "../../kube/events.ts";
import { eventEvidence, shorten } from "../../kube/evidence.ts";
import { stillMatters } from "../../kube/places.ts";
import { isHealthyPod } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isStarting } from "../../kube/starting.ts";

const SHOWN = 5;

export const warningEvents = defineCheck({
  id: "warning_events",
  title: "Pod has warnings among its events",
  when: "a Pod that is not healthy now has events of type Warning; of low severity while the Pod may still be starting; those of a deleted Pod of the same name do not count",
  severity: "medium",
  level: "symptom",
  reads: ["pods", "replicaSets", "jobs", "events"],
  run: ({ objects, asOf }) =>
    objects.pods.all
      .filter((pod) => !isHealthyPod(pod) && stillMatters(pod, objects))
      .flatMap((pod) => {
        const warnings = eventsOf(pod, objects).filter(({ type }) => type === "Warning");
        const [newest] = warnings;
        if (!newest) return [];
        const count = warnings.reduce((sum, event) => sum + countOf(event), 0);
        return [
          {
            object: refOf(pod),
            title: `${nameOf(refOf(pod))} has ${count} ${count === 1 ? "warning" : "warnings"} among its events`,
            confidence: "certain" as const,
            ...(isStarting(pod, asOf) && { severity: "low" as const }),
            evidence: [eventEvidence(refOf(pod), newest)] as const,
            details: { count, recent: warnings.slice(0, SHOWN).map(describe) },
          },
        ];
      }),
});

function describe(event: Event) {
  return {
    reason: event.reason ?? "",
    message: shorten(event.message ?? ""),
    count: countOf(event),
    first_seen: event.firstTimestamp ?? event.eventTime ?? lastSeen(event),
    last_seen: lastSeen(event),
  };
}

function countOf({ count, series }: Event): number {
  return series?.count ?? count ?? 1;
}
