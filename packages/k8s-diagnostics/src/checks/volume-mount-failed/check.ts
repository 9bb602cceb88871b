import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import type { Event } from "../../kube/events.ts";
import { eventEvidence } from "../../kube/evidence.ts";
import { podSpecPath, workloadOf } from "../../kube/owners.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { claimRef, claimsOf } from "../../kube/storage/claims.ts";
import { mountFailures } from "../../kube/storage/mount-failures.ts";
import { reasonFor } from "./reasons.ts";

/** As the kubelet words it since 1.13, and as it lists what is left. */
const NAMED = /MountVolume\.[A-Za-z]+ failed for volume "([^"]{1,253})"/;
const LEFT = /unmounted volumes=\[([^\]]{0,1000})\]/;

export const volumeMountFailed = defineCheck({
  id: "volume_mount_failed",
  title: "A volume of the Pod cannot be mounted",
  when: "a Pod cannot start because a volume cannot be attached or mounted, and no more specific reason is known",
  severity: "high",
  level: "cause",
  reads: ["pods", "events", "replicaSets", "jobs", "persistentVolumeClaims"],
  run: ({ objects, asOf }) =>
    mountFailures(objects, asOf).map(({ pod, events }) => {
      const workload = workloadOf(pod, objects);
      const telling = events.find(({ message }) => NAMED.test(message ?? "")) ?? events[0];
      const volume = volumeOf(pod, telling, objects);
      const claim = claimsOf(pod).find((candidate) => candidate.volume === volume);
      const claimed = claim && claimRef(pod.metadata.namespace, claim.name);
      const field = `${podSpecPath(workload.kind)}.volumes${volume === undefined ? "" : `[${volume}]`}`;
      const reason = reasonFor(telling.message ?? "");
      const whose = `${field} of ${nameOf(workload)}`;
      return {
        object: workload,
        ...(volume !== undefined && { subject: volume }),
        title:
          volume === undefined
            ? `A volume of ${nameOf(workload)} cannot be mounted${reason?.tail ?? ""}`
            : `Volume ${volume} of ${nameOf(workload)} cannot be mounted${reason?.tail ?? ""}`,
        confidence: "likely" as const,
        evidence: [eventEvidence(refOf(pod), telling)] as const,
        affects: [refOf(pod)],
        ...(claimed && { because: [claimed], related: [claimed] }),
        remedies: [
          {
            step: reason?.step(whose) ?? `Mend what the kubelet says about ${whose}.`,
            ...(reason?.change &&
              volume !== undefined && {
                patch: podSpecPatch(workload.kind, { volumes: [{ name: volume, ...reason.change }] }),
              }),
          },
        ],
      };
    }),
});

/** The Pod's own volume that the event is about: named, or the volume whose PersistentVolume is named, or the only one left. */
function volumeOf(
  pod: ObjectOf<"pods">,
  { message = "" }: Event,
  objects: Pick<Objects, "persistentVolumeClaims">,
): string | undefined {
  const names = (pod.spec?.volumes ?? []).map(({ name }) => name);
  const named = NAMED.exec(message)?.[1] ?? /for volume "([^"]{1,253})"/.exec(message)?.[1];
  if (named !== undefined && names.includes(named)) return named;
  const claim = claimsOf(pod).find(
    ({ name }) =>
      objects.persistentVolumeClaims.get(pod.metadata.namespace, name)?.spec?.volumeName === named,
  );
  if (named !== undefined && claim) return claim.volume;
  const left = (LEFT.exec(message)?.[1] ?? "").split(/[ ,]+/).filter((name) => names.includes(name));
  return left.length === 1 ? left[0] : undefined;
}
