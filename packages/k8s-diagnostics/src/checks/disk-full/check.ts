import { isDnsLabel, type Objects } from "@k8s-ops/k8s-cluster";
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
import { fullMount, type Mount, unfinishedResize } from "./mount.ts";

export const diskFull = defineCheck({
  id: "disk_full",
  title: "Program has no space left to write to",
  when: 'the log of a failing container says "No space left on device" or the like',
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs", "persistentVolumeClaims", "events"],
  supersedes: [
    "pvc_resize_stuck",
    "container_exits_with_error",
    "init_container_failing",
    "readiness_probe_failing",
    "log_permission_denied",
  ],
  run: ({ objects, asOf }) =>
    logsAbout("disk", objects, asOf).flatMap((log) => {
      const { place, said } = log;
      const { line, text, confidence } = log.trouble;
      if (isSharedMemory(text)) return [sharedMemory(place, said(line), confidence)];
      const mount = fullMount(log, objects);
      const claim = mount?.claim
        ? objects.persistentVolumeClaims.get(mount.claim.namespace, mount.claim.name)
        : undefined;
      const size = claim?.status?.capacity?.storage;
      const resize = claim ? unfinishedResize(claim, objects) : [];
      const common = {
        confidence,
        evidence: [
          said(line),
          ...(mount ? [mount.evidence] : []),
          ...resize,
          ...(mount?.claim && claim ? [fieldEvidence(mount.claim, "status.capacity.storage", size)] : []),
        ] as readonly [Evidence, ...Evidence[]],
        details: { container: place.name },
        remedies: remedies(
          place,
          mount && { ...mount, size: mount.claim ? size : mount.size },
          resize.length > 0,
        ),
      };
      if (mount?.claim) {
        return [
          {
            ...common,
            object: mount.claim,
            title: `${nameOf(mount.claim)} is full${resize.length > 0 ? ", and does not become as large as it asks for" : ""}`,
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
    logsAbout("disk", objects, asOf).flatMap((log) =>
      isSharedMemory(log.trouble.text) || fullMount(log, objects) ? [] : fullClaims(log.place, objects),
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

function doubled(size: string | undefined): string | undefined {
  const bytes = parseQuantity(size);
  return bytes === undefined || bytes <= 0 ? undefined : `${Math.ceil((2 * bytes) / 2 ** 20)}Mi`;
}

/** Twice the size, as an example. */
function grown(size: string | undefined) {
  const storage = doubled(size);
  return storage === undefined ? {} : { patch: toYaml({ spec: { resources: { requests: { storage } } } }) };
}

function remedies(
  { name, workload, podRef }: Place,
  mount: Mount | undefined,
  isResizing: boolean,
): readonly Remedy[] {
  if (mount?.claim) {
    return [
      ...(isResizing
        ? [
            {
              step: `Mend why the resize of ${nameOf(mount.claim)} does not come on, as its events and conditions say; a cloud may ask to wait some hours after the last one.`,
            },
          ]
        : []),
      {
        step: `Delete what is not needed from the volume of ${nameOf(mount.claim)}, or raise spec.resources.requests.storage if its StorageClass allows volumes to grow.`,
        object: mount.claim,
        // One that waits for a resize asks for more already.
        ...(isResizing ? {} : grown(mount.size)),
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
