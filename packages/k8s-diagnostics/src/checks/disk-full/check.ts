import type { ObjectRef } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { logsAbout } from "../../kube/logs/failing-logs.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

export const diskFull = defineCheck({
  id: "disk_full",
  title: "Program has no space left to write to",
  when: 'the log of a failing container says "No space left on device" or the like',
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs", "persistentVolumeClaims"],
  supersedes: [
    "container_exits_with_error",
    "init_container_failing",
    "readiness_probe_failing",
    "log_permission_denied",
  ],
  run: ({ objects, asOf }) =>
    logsAbout("disk", objects, asOf).flatMap(({ place, trouble: { line, text, confidence }, said }) => {
      const mount = mountOf(place, text);
      const claim = mount?.claim
        ? objects.persistentVolumeClaims.get(mount.claim.namespace, mount.claim.name)
        : undefined;
      const size = claim?.status?.capacity?.storage;
      const common = {
        confidence,
        evidence: [
          said(line),
          ...(mount ? [mount.evidence] : []),
          ...(mount?.claim && claim ? [fieldEvidence(mount.claim, "status.capacity.storage", size)] : []),
        ] as readonly [Evidence, ...Evidence[]],
        details: { container: place.name },
        remedies: remedies(place, mount),
      };
      if (mount?.claim) {
        return [
          {
            ...common,
            object: mount.claim,
            title: `${nameOf(mount.claim)} is full`,
            affects: [place.podRef],
          },
        ];
      }
      return [
        containerCause(place, {
          ...common,
          title: `Container ${place.name} of ${nameOf(place.workload)} has no space left to write to`,
        }),
      ];
    }),
});

interface Mount {
  readonly evidence: Evidence;
  readonly claim?: ObjectRef;
  readonly memory: boolean;
}

/** The volume under whose path the line's file lies: the longest path wins. */
function mountOf({ spec, pod, podRef, workload, field }: Place, line: string): Mount | undefined {
  const mount = (spec.volumeMounts ?? [])
    .filter(({ mountPath }) => mountPath.length > 1 && line.includes(mountPath))
    .toSorted((a, b) => b.mountPath.length - a.mountPath.length)[0];
  if (!mount) return undefined;
  const volume = pod.spec?.volumes?.find(({ name }) => name === mount.name);
  const claimName = volume?.persistentVolumeClaim?.claimName;
  return {
    evidence: fieldEvidence(workload, `${field}.volumeMounts`, mount),
    memory: volume?.emptyDir?.medium === "Memory",
    ...(claimName !== undefined && {
      claim: { kind: "PersistentVolumeClaim", namespace: podRef.namespace, name: claimName },
    }),
  };
}

function remedies({ name, workload }: Place, mount: Mount | undefined): readonly Remedy[] {
  if (mount?.claim) {
    return [
      {
        step: `Delete what is not needed from the volume of ${nameOf(mount.claim)}, or raise spec.resources.requests.storage if its StorageClass allows volumes to grow.`,
      },
    ];
  }
  if (mount?.memory)
    return [
      {
        step: `Raise sizeLimit of the emptyDir volume that container ${name} of ${nameOf(workload)} writes to.`,
      },
    ];
  return [
    { step: `Let container ${name} of ${nameOf(workload)} write less, or write to a volume of its own.` },
    { step: "Check the free space of the Node's disk." },
  ];
}
