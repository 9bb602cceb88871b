import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { eventsOf, lastSeen } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { claimKey, podsByClaim } from "../../kube/storage/claims.ts";
import { classNameOf } from "../../kube/storage/pending-claims.ts";
import { secondsBetween } from "../../kube/time.ts";

type Claim = ObjectOf<"persistentVolumeClaims">;
type Pod = ObjectOf<"pods">;
type Input = Pick<Objects, "storageClasses" | "events">;

/** A driver that works needs less. */
const PATIENCE_SECONDS = 600;
const RECENT_SECONDS = 3600;
const WORDS = new Set([
  "VolumeResizeFailed",
  "FileSystemResizeFailed",
  "VolumeResizeSuccessful",
  "FileSystemResizeSuccessful",
]);

export const pvcResizeStuck = defineCheck({
  id: "pvc_resize_stuck",
  title: "A claim does not become as large as it asks for",
  when: "a bound claim asks for more storage than it has, and its resize failed, waits for a Pod to start again, or has not come on for ten minutes; of low severity while no Pod uses it",
  severity: "medium",
  level: "cause",
  reads: ["persistentVolumeClaims", "storageClasses", "events", "pods"],
  run: ({ objects, asOf }) => {
    const small = objects.persistentVolumeClaims.all.filter(isTooSmall);
    if (small.length === 0) return [];
    const users = podsByClaim(objects);
    return small.flatMap((claim) => {
      const { namespace, name } = claim.metadata;
      const running = (users.get(claimKey(namespace, name)) ?? []).filter(
        ({ status }) => status?.phase === "Running",
      );
      return (
        failed(claim, objects, asOf) ?? waitsForPod(claim, running, asOf) ?? stalled(claim, objects, asOf)
      );
    });
  },
});

function isTooSmall({ spec, status }: Claim): boolean {
  const has = parseQuantity(status?.capacity?.storage);
  const wants = parseQuantity(spec?.resources?.requests?.storage);
  return status?.phase === "Bound" && has !== undefined && wants !== undefined && wants > has;
}

function condition({ status }: Claim, type: string) {
  return status?.conditions?.find((each) => each.type === type && each.status === "True");
}

function sizes(claim: Claim) {
  const ref = refOf(claim);
  return [
    fieldEvidence(ref, "spec.resources.requests.storage", claim.spec?.resources?.requests?.storage),
    fieldEvidence(ref, "status.capacity.storage", claim.status?.capacity?.storage),
  ] as const;
}

function failed(claim: Claim, objects: Input, asOf: string): readonly Finding[] | undefined {
  const object = refOf(claim);
  const error = condition(claim, "ControllerResizeError") ?? condition(claim, "NodeResizeError");
  const status = claim.status?.allocatedResourceStatuses?.storage ?? "";
  const newest = eventsOf(claim, objects).find(({ reason }) => WORDS.has(reason ?? ""));
  const event =
    newest?.reason?.endsWith("Failed") &&
    (secondsBetween(lastSeen(newest), asOf) ?? Infinity) < RECENT_SECONDS
      ? newest
      : undefined;
  const infeasible = status.endsWith("Infeasible") || status.endsWith("Failed");
  if (!error && !event && !infeasible) return undefined;
  return [
    {
      object,
      title: `${nameOf(object)} cannot be made as large as it asks for`,
      confidence: "certain",
      evidence: [
        ...sizes(claim),
        ...(error ? [fieldEvidence(object, `status.conditions[${error.type}].message`, error.message)] : []),
        ...(infeasible ? [fieldEvidence(object, "status.allocatedResourceStatuses.storage", status)] : []),
        ...(event ? [eventEvidence(object, event)] : []),
      ],
      remedies: [
        {
          step: `Mend what the driver says, or set spec.resources.requests.storage of ${nameOf(object)} to a smaller size above what it has: Kubernetes then gives up the failed resize.`,
        },
      ],
    },
  ];
}

function waitsForPod(claim: Claim, running: readonly Pod[], asOf: string): readonly Finding[] | undefined {
  const pending = condition(claim, "FileSystemResizePending");
  if (!pending) return undefined;
  const waited = secondsBetween(pending.lastTransitionTime, asOf) ?? Infinity;
  const [pod] = running;
  if (pod && waited < PATIENCE_SECONDS) return [];
  const object = refOf(claim);
  return [
    {
      object,
      title: pod
        ? `The file system of ${nameOf(object)} grows only when ${nameOf(refOf(pod))} starts again`
        : `The file system of ${nameOf(object)} grows when a Pod uses it`,
      confidence: "certain",
      ...(!pod && { severity: "low" as const }),
      evidence: [
        ...sizes(claim),
        fieldEvidence(object, "status.conditions[FileSystemResizePending]", pending),
      ],
      related: running.map(refOf),
      remedies: pod
        ? [
            {
              step: `Restart ${nameOf(refOf(pod))}.`,
              object: refOf(pod),
              call: {
                tool: "remediate_pod_restart",
                arguments: { namespace: pod.metadata.namespace, pod_name: pod.metadata.name },
              },
            },
          ]
        : [{ step: `Start a Pod that uses ${nameOf(object)}.` }],
    },
  ];
}

function stalled(claim: Claim, objects: Input, asOf: string): readonly Finding[] {
  const object = refOf(claim);
  const storageClass = objects.storageClasses.get("", classNameOf(claim) ?? "");
  const resizing = condition(claim, "Resizing");
  const waiting = eventsOf(claim, objects).find(({ reason }) => reason === "ExternalExpanding");
  if (storageClass && storageClass.allowVolumeExpansion !== true) {
    const ref = refOf(storageClass);
    return [
      {
        object: ref,
        title: `${nameOf(ref)} does not allow ${nameOf(object)} to grow`,
        confidence: "likely",
        evidence: [
          fieldEvidence(ref, "allowVolumeExpansion", storageClass.allowVolumeExpansion),
          ...sizes(claim),
        ],
        affects: [object],
        remedies: [
          {
            step: `Set allowVolumeExpansion of ${nameOf(ref)}, when its driver can resize volumes.`,
            patch: "allowVolumeExpansion: true\n",
          },
        ],
      },
    ];
  }
  const since = resizing?.lastTransitionTime ?? (waiting && (waiting.firstTimestamp ?? lastSeen(waiting)));
  if (since === undefined || (secondsBetween(since, asOf) ?? 0) < PATIENCE_SECONDS) return [];
  return [
    {
      object,
      title: `Nothing makes ${nameOf(object)} as large as it asks for`,
      confidence: "possible",
      evidence: [
        ...sizes(claim),
        ...(resizing ? [fieldEvidence(object, "status.conditions[Resizing]", resizing)] : []),
        ...(waiting ? [eventEvidence(object, waiting)] : []),
      ],
      ...(storageClass && { related: [refOf(storageClass)] }),
      remedies: [
        {
          step: `Look at the resizer of the storage driver of ${storageClass ? nameOf(refOf(storageClass)) : nameOf(object)}: the container csi-resizer of its controller, and its log.`,
        },
      ],
    },
  ];
}
