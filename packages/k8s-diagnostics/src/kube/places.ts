import { isDnsLabel, type ObjectOf, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import type { Finding } from "../check.ts";
import { containersOf, isContainerHealthy, type PodContainer } from "./containers.ts";
import { type Event, eventsOf } from "./events.ts";
import { jobCondition, succeededLater } from "./jobs.ts";
import { controllerOf, podSpecPath, workloadOf } from "./owners.ts";
import { isFinished, isHealthyPod, isTerminating } from "./pods.ts";
import { refOf } from "./refs.ts";

type Pod = ObjectOf<"pods">;
type Owners = Pick<Objects, "replicaSets" | "jobs">;

/** A container of a Pod, with the object in which a person changes it. */
export interface Place extends PodContainer {
  readonly pod: Pod;
  readonly podRef: ObjectRef;
  readonly workload: ObjectRef;
  /** Path of the container in the workload, e.g. `spec.template.spec.containers[app]`. */
  readonly field: string;
}

/** The containers of a Pod. Those whose names break the rules for names are left out: titles quote the name. */
export function placesOf(pod: Pod, objects: Owners): readonly Place[] {
  const podRef = refOf(pod);
  const workload = workloadOf(pod, objects);
  const base = podSpecPath(workload.kind);
  return containersOf(pod)
    .filter(({ name }) => isDnsLabel(name))
    .map((container) => ({
      ...container,
      pod,
      podRef,
      workload,
      field: `${base}.${container.specPath}`,
    }));
}

/** Containers of the Pods that are not healthy and that still matter. */
export function unhealthyPlaces(objects: Owners & Pick<Objects, "pods">): readonly Place[] {
  return objects.pods.all
    .filter((pod) => !isHealthyPod(pod) && stillMatters(pod, objects))
    .flatMap((pod) => placesOf(pod, objects));
}

/**
 * Whether a Pod's failure is of interest: it is not being deleted, not finished well, nor a leftover of a Job that
 * succeeded or works again, nor one that its controller has replaced.
 */
export function stillMatters(pod: Pod, objects: Owners): boolean {
  if (isTerminating(pod) || pod.status?.phase === "Succeeded") return false;
  if (!isFinished(pod)) return true;
  const controller = controllerOf(pod);
  if (!controller) return true;
  if (controller.kind !== "Job") return false;
  const job = objects.jobs.get(controller.namespace, controller.name);
  return (
    job === undefined || !(jobCondition(job, "Complete") || worksAgain(job) || succeededLater(job, objects))
  );
}

/** The first retry runs: nothing to worry about yet. */
function worksAgain({ status }: ObjectOf<"jobs">): boolean {
  return (status?.ready ?? 0) > 0 && (status?.failed ?? 0) <= 1;
}

const COMBINED = "(combined from similar events): ";

/**
 * Events about this container, newest first: by field path, else (older components) by its quoted name or image.
 * The prefix that client-go puts before the messages of many similar events is left out.
 */
export function containerEvents(
  { pod, name, spec, role }: Place,
  objects: Pick<Objects, "events">,
  ...reasons: readonly string[]
): readonly Event[] {
  const path = `spec.${role === "container" ? "containers" : "initContainers"}{${name}}`;
  const alone = (pod.spec?.containers.length ?? 0) + (pod.spec?.initContainers?.length ?? 0) === 1;
  return eventsOf(pod, objects)
    .filter((event) => {
      if (event.reason === undefined || !reasons.includes(event.reason)) return false;
      const about = event.involvedObject.fieldPath;
      if (about !== undefined && about !== "") return about === path;
      return alone || mentions(event.message ?? "", name, spec.image);
    })
    .map((event) =>
      event.message?.startsWith(COMBINED)
        ? { ...event, message: event.message.slice(COMBINED.length) }
        : event,
    );
}

function mentions(message: string, name: string, image: string | undefined): boolean {
  return (
    message.includes(`container ${name} `) ||
    message.includes(`Container ${name} `) ||
    message.includes(`"${name}"`) ||
    (image !== undefined && message.includes(`"${image}"`))
  );
}

/**
 * What every cause in a container of a workload has in common; the Pod suffers from it. A container that is ready all
 * the same weighs less.
 */
export function containerCause(
  place: Place,
  finding: Pick<Finding, "title" | "confidence" | "evidence"> & Partial<Finding>,
): Finding {
  return {
    object: place.workload,
    subject: place.name,
    affects: [place.podRef],
    ...(isContainerHealthy(place) && place.role !== "init" && { severity: "medium" as const }),
    ...finding,
  };
}
