import type { Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../../check.ts";
import { failingLogs } from "../../kube/logs/failing-logs.ts";
import { readLine } from "../../kube/logs/readable.ts";
import type { Place } from "../../kube/places.ts";

export const REFUSAL = /failed calling webhook "([^"]{1,253})"/;

/** A program that logs that the API server could not call a webhook about an object of its own. */
export interface Complaint {
  readonly place: Place;
  readonly evidence: Evidence;
}

/** By the name of the webhook. */
export function complaintsByWebhook(
  objects: Pick<Objects, "pods" | "replicaSets" | "jobs" | "logs">,
  asOf: string,
): ReadonlyMap<string, readonly Complaint[]> {
  const all = failingLogs(objects, asOf).flatMap(({ place, lines, said }) => {
    const named = lines.flatMap((line) => {
      const name = REFUSAL.exec(readLine(line).text)?.[1];
      return name === undefined ? [] : [{ name, complaint: { place, evidence: said(line) } }];
    });
    return [...new Map(named.toReversed().map((each) => [each.name, each])).values()];
  });
  const groups = Map.groupBy(all, ({ name }) => name);
  return new Map([...groups].map(([name, list]) => [name, list.map(({ complaint }) => complaint)]));
}
