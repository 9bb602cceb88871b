import { isDnsLabel, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import {
  type Confidence,
  defineCheck,
  type Evidence,
  type Finding,
  type Remedy,
  type Undecided,
} from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { logsAbout } from "../../kube/logs/failing-logs.ts";
import { nest, podSpecPatch, toYaml } from "../../kube/patch.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

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
      if (isSharedMemory(text)) return [sharedMemory(place, said(line), confidence)];
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
        remedies: remedies(place, mount && { ...mount, size: mount.claim ? size : mount.size }),
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
  undecided: ({ objects, asOf }) =>
    logsAbout("disk", objects, asOf).flatMap(({ place, trouble }) =>
      isSharedMemory(trouble.text) || mountOf(place, trouble.text) ? [] : fullClaims(place, objects),
    ),
});

/** Where the line names no path, any volume of the container may be the full one. */
function fullClaims(
  { pod, spec, podRef }: Place,
  objects: Pick<Objects, "persistentVolumeClaims">,
): readonly Undecided[] {
  return (spec.volumeMounts ?? []).flatMap((mount): readonly Undecided[] => {
    const name = pod.spec?.volumes?.find((volume) => volume.name === mount.name)?.persistentVolumeClaim
      ?.claimName;
    const claim = objects.persistentVolumeClaims.get(podRef.namespace, name ?? "");
    return claim ? [{ object: refOf(claim), reason: "needs_metrics" }] : [];
  });
}

const SHARED_MEMORY = /shared memory|\/dev\/shm|\(shm\)/i;

function isSharedMemory(text: string): boolean {
  return SHARED_MEMORY.test(text);
}

/** The runtime gives every container 64 MiB of it. */
function sharedMemory(place: Place, said: Evidence, confidence: Confidence): Finding {
  const { spec, workload, name, role } = place;
  const own = spec.volumeMounts?.find(({ mountPath }) => mountPath === "/dev/shm");
  const mounting = own ? {} : { volumeMounts: [{ name: "shared-memory", mountPath: "/dev/shm" }] };
  const volume = { name: own?.name ?? "shared-memory", emptyDir: { medium: "Memory", sizeLimit: "1Gi" } };
  return containerCause(place, {
    title: `Container ${name} of ${nameOf(workload)} needs more shared memory than /dev/shm has`,
    confidence,
    evidence: [said, fieldEvidence(workload, `${place.field}.volumeMounts[/dev/shm]`, own)],
    details: { container: name },
    remedies: [
      {
        step: `Mount an emptyDir volume with medium Memory at /dev/shm of container ${name} of ${nameOf(workload)}, large enough, and within its memory limit.`,
        ...((!own || isDnsLabel(own.name)) && {
          patch: podSpecPatch(workload.kind, {
            ...(own
              ? {}
              : nest([role === "container" ? "containers" : "initContainers", { name }], mounting)),
            volumes: [volume],
          }),
        }),
      },
    ],
  });
}

interface Mount {
  readonly evidence: Evidence;
  readonly claim?: ObjectRef;
  readonly memory: boolean;
  readonly volume: string;
  /** Of the claim, or the limit of the emptyDir. */
  readonly size: string | undefined;
}

function doubled(size: string | undefined): string | undefined {
  const bytes = parseQuantity(size);
  return bytes === undefined || bytes <= 0 ? undefined : `${Math.ceil((2 * bytes) / 2 ** 20)}Mi`;
}

/** Twice the size, as an example. */
function grown(size: string | undefined) {
  const storage = doubled(size);
  return storage === undefined ? {} : { patch: toYaml({ spec: { resources: { requests: { storage } } } }) };
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
    volume: mount.name,
    size: volume?.emptyDir?.sizeLimit,
    ...(claimName !== undefined && {
      claim: { kind: "PersistentVolumeClaim", namespace: podRef.namespace, name: claimName },
    }),
  };
}

function remedies({ name, workload, podRef }: Place, mount: Mount | undefined): readonly Remedy[] {
  if (mount?.claim) {
    return [
      {
        step: `Delete what is not needed from the volume of ${nameOf(mount.claim)}, or raise spec.resources.requests.storage if its StorageClass allows volumes to grow.`,
        object: mount.claim,
        ...grown(mount.size),
      },
    ];
  }
  if (mount?.memory)
    return [
      {
        step: `Raise sizeLimit of the emptyDir volume that container ${name} of ${nameOf(workload)} writes to.`,
        ...(doubled(mount.size) !== undefined &&
          isDnsLabel(mount.volume) && {
            patch: podSpecPatch(workload.kind, {
              volumes: [{ name: mount.volume, emptyDir: { sizeLimit: doubled(mount.size) ?? "" } }],
            }),
          }),
      },
    ];
  return [
    { step: `Let container ${name} of ${nameOf(workload)} write less, or write to a volume of its own.` },
    {
      step: `Check the free space of the disk of the Node (status.conditions[DiskPressure]) that runs ${nameOf(podRef)}.`,
    },
  ];
}
