import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding } from "../../check.ts";
import { type Event, eventsOf } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isAskedFor, type PendingClaim, pendingClaims } from "../../kube/storage/pending-claims.ts";
import { type Controller, controllersOf } from "../../kube/storage/provisioners.ts";
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
  reads: [
    "persistentVolumeClaims",
    "pods",
    "storageClasses",
    "persistentVolumes",
    "csiDrivers",
    "events",
    "deployments",
    "statefulSets",
  ],
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
  objects: Pick<Objects, "csiDrivers" | "persistentVolumes" | "deployments" | "statefulSets">,
): Finding {
  const controllers = controllersOf(storageClass.provisioner, objects);
  const [controller] = controllers;
  const affects = [refOf(claim), ...users.filter(({ status }) => status?.phase === "Pending").map(refOf)];
  if (controller && controllers.every(isDown)) {
    return controllerDown(controller, refOf(storageClass), eventEvidence(refOf(claim), waiting), affects);
  }
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
    affects,
    remedies: [
      unheardOf
        ? {
            step: `Install the storage driver that provisioner of ${nameOf(ref)} names, or correct the name in a new StorageClass.`,
          }
        : {
            step: `Look at the Pods of the controller of the driver that provisioner of ${nameOf(ref)} names and at their logs, and start them again.`,
          },
      { step: `Or create ${nameOf(refOf(claim))} again with another StorageClass.`, object: refOf(claim) },
    ],
    details: { provisioner, driver_registered: driver !== undefined },
  };
}

function isDown({ status }: Controller): boolean {
  return (status?.readyReplicas ?? 0) === 0;
}

/** The cause lies on the controller when it is scaled to zero, else further down at its Pods. */
function controllerDown(
  controller: Controller,
  storageClass: ObjectRef,
  waiting: Evidence,
  affects: readonly ObjectRef[],
): Finding {
  const object = refOf(controller);
  const { namespace, name } = object;
  const isZero = controller.spec?.replicas === 0;
  const serving = `${nameOf(object)}, which makes the volumes of ${nameOf(storageClass)},`;
  return {
    object,
    title: isZero ? `${serving} is scaled to zero` : `${serving} has no ready Pod`,
    confidence: "likely",
    evidence: [
      fieldEvidence(object, "spec.replicas", controller.spec?.replicas),
      fieldEvidence(object, "status.readyReplicas", controller.status?.readyReplicas ?? 0),
      waiting,
    ],
    affects,
    related: [storageClass],
    ...(!isZero && { because: [object] }),
    remedies: [
      isZero
        ? {
            step: `Scale ${nameOf(object)} in namespace ${namespace} to 1.`,
            patch: "spec:\n  replicas: 1\n",
            ...(object.kind === "Deployment" && {
              call: {
                tool: "remediate_scale_deployment",
                arguments: { namespace, deployment_name: name, replicas: 1 },
              },
            }),
          }
        : { step: `Mend the Pods of ${nameOf(object)} in namespace ${namespace}.` },
    ],
  };
}
