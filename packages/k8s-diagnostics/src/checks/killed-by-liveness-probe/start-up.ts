import type { Objects } from "@k8s-ops/k8s-cluster";
import { containersOf } from "../../kube/containers.ts";
import { controllerOf } from "../../kube/owners.ts";
import type { PatchValue } from "../../kube/patch.ts";
import type { Place } from "../../kube/places.ts";
import { isReady, podCondition, podsControlledBy } from "../../kube/pods.ts";
import type { ProbeSpec } from "../../kube/probes/probes.ts";
import { refKey } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";

const MAX_SIBLINGS = 20;
/** Readiness that came later than this after the start was lost and regained since. */
const LONGEST = 3_600;
const PERIOD = 10;

/**
 * How long a container took to become ready in the Pods of its controller that are; undefined when none tells. The
 * Pods of a controller are looked at once.
 */
export function startUpTimes(objects: Pick<Objects, "pods">): (place: Place) => number | undefined {
  const known = new Map<string, number | undefined>();
  return ({ pod, name }) => {
    const controller = controllerOf(pod);
    if (!controller) return undefined;
    const key = `${refKey(controller)}/${name}`;
    if (!known.has(key)) known.set(key, slowest(podsControlledBy(controller, objects), name));
    return known.get(key);
  };
}

function slowest(pods: readonly Place["pod"][], name: string): number | undefined {
  const times = pods
    .filter(isReady)
    .slice(0, MAX_SIBLINGS)
    .flatMap((pod) => {
      const started = containersOf(pod).find((item) => item.name === name)?.status?.state?.running?.startedAt;
      const seconds = secondsBetween(started, podCondition(pod, "Ready")?.lastTransitionTime ?? "");
      return seconds !== undefined && seconds > 0 && seconds < LONGEST ? [Math.round(seconds)] : [];
    });
  return times.length === 0 ? undefined : Math.max(...times);
}

const PATH = /^\/[-A-Za-z0-9_./]{0,200}$/;

/** A startup probe that asks what the liveness probe asks, for as long as the program needs. */
export function startupProbeFor(
  { httpGet, tcpSocket, grpc }: ProbeSpec,
  seconds: number,
): Readonly<Record<string, PatchValue>> | undefined {
  const times = { periodSeconds: PERIOD, failureThreshold: Math.ceil(seconds / PERIOD) };
  const port = httpGet?.port ?? tcpSocket?.port ?? grpc?.port;
  if (typeof port !== "number") return undefined;
  if (httpGet && PATH.test(httpGet.path ?? "/")) {
    return {
      httpGet: { path: httpGet.path ?? "/", port, ...(httpGet.scheme === "HTTPS" && { scheme: "HTTPS" }) },
      ...times,
    };
  }
  if (tcpSocket) return { tcpSocket: { port }, ...times };
  return grpc ? { grpc: { port }, ...times } : undefined;
}
