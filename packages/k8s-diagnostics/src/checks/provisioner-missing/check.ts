import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { type Event, eventsOf } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isAskedFor, type PendingClaim, pendingClaims } from "../../kube/storage/pending-claims.ts";
import { secondsBetween } from "../../kube/time.ts";

const NO_PROVISIONER = "kubernetes.io/no-provisioner";
const PATIENCE_SECONDS = 60;
/** What a provisioner that runs says about a claim. */
const SIGNS_OF_LIFE = new Set(["Provisioning", "ProvisioningSucceeded"]);

export const provisionerMissing = defineCheck({
  id: "provisioner_missing",
  title: "The provisioner of a StorageClass does not answer",
  when: "a claim has waited for more than a minute for the provisioner of its StorageClass, and nothing shows that it runs",
  severity: "high",
  level: "cause",
  reads: ["persistentVolumeClaims", "pods", "storageClasses", "persistentVolumes", "csiDrivers", "events"],
  supersedes: ["pod_unschedulable"],
  run: ({ objects, asOf }) =>
    pendingClaims(objects, asOf).flatMap((pending): readonly Finding[] => {
      const { storageClass, claim } = pending;
      if (!storageClass || storageClass.provisioner === NO_PROVISIONER || !isAskedFor(pending)) return [];
      if ((secondsBetween(claim.metadata.creationTimestamp, asOf) ?? Infinity) < PATIENCE_SECONDS) return [];
      const events = eventsOf(claim, objects);
      const waiting = events.find(({ reason }) => reason === "ExternalProvisioning");
      if (!waiting || events.some((event) => showsLife(event, storageClass.provisioner))) return [];
      return [findingOf(pending, storageClass, waiting, objects)];
    }),
});

function showsLife({ reason, source, reportingComponent }: Event, provisioner: string): boolean {
  if (SIGNS_OF_LIFE.has(reason ?? "")) return true;
  const component = source?.component || reportingComponent || "";
  return component.startsWith(provisioner);
}

function findingOf(
  { claim, users }: PendingClaim,
  storageClass: ObjectOf<"storageClasses">,
  waiting: Event,
  objects: Pick<Objects, "csiDrivers" | "persistentVolumes">,
): Finding {
  const { provisioner } = storageClass;
  const ref = refOf(storageClass);
  const driver = objects.csiDrivers.get("", provisioner);
  const made = objects.persistentVolumes.all.some(
    ({ metadata }) => metadata.annotations?.["pv.kubernetes.io/provisioned-by"] === provisioner,
  );
  const unheardOf = !driver && !made && objects.csiDrivers.knows("") && objects.persistentVolumes.knows("");
  return {
    object: ref,
    title: `The provisioner of ${nameOf(ref)} does not answer`,
    confidence: unheardOf ? "likely" : "possible",
    evidence: [
      fieldEvidence(ref, "provisioner", provisioner),
      ...(unheardOf
        ? [fieldEvidence({ kind: "CSIDriver", namespace: "", name: provisioner }, "metadata.name", undefined)]
        : []),
      eventEvidence(refOf(claim), waiting),
    ],
    affects: [refOf(claim), ...users.filter(({ status }) => status?.phase === "Pending").map(refOf)],
    remedies: [
      unheardOf
        ? {
            step: `Install the storage driver that provisioner of ${nameOf(ref)} names, or correct the name in a new StorageClass.`,
          }
        : {
            step: "Look at the Pods of the storage driver's controller and their logs, and start them again.",
          },
      { step: `Or create ${nameOf(refOf(claim))} again with another StorageClass.`, object: refOf(claim) },
    ],
    details: { provisioner, driver_registered: driver !== undefined },
  };
}
