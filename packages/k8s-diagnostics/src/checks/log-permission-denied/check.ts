import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { logsAbout } from "../../kube/logs/failing-logs.ts";
import { podSpecPath } from "../../kube/owners.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

export const logPermissionDenied = defineCheck({
  id: "log_permission_denied",
  title: "Program may not use a file, a port or a system call",
  when: "the log of a failing container says that permission was denied, or that its file system is read-only",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs"],
  supersedes: ["container_exits_with_error", "init_container_failing", "readiness_probe_failing"],
  run: ({ objects, asOf }) =>
    logsAbout("permission", objects, asOf).flatMap(({ place, trouble: { line, confidence }, said }) => {
      const readOnly = isReadOnly(line);
      const workload = nameOf(place.workload);
      return [
        containerCause(place, {
          title: readOnly
            ? `Container ${place.name} of ${workload} writes to a file system that is read-only`
            : `Container ${place.name} of ${workload} lacks permission for what it does`,
          confidence,
          evidence: [
            said(line),
            fieldEvidence(place.workload, `${place.field}.securityContext`, place.spec.securityContext),
            fieldEvidence(
              place.workload,
              `${podSpecPath(place.workload.kind)}.securityContext`,
              place.pod.spec?.securityContext,
            ),
          ],
          details: { container: place.name },
          remedies: remedies(place, line, readOnly),
        }),
      ];
    }),
});

function isReadOnly(line: string): boolean {
  const text = line.toLowerCase();
  return text.includes("read-only file system") || text.includes("erofs");
}

function remedies({ name, workload, field, pod }: Place, line: string, readOnly: boolean) {
  const base = podSpecPath(workload.kind);
  if (readOnly) {
    return [
      {
        step: `Mount an emptyDir volume where container ${name} of ${nameOf(workload)} writes, or correct ${field}.volumeMounts[].readOnly.`,
      },
    ];
  }
  if (/\bbind\b|listen/i.test(line)) {
    return [
      {
        step: `Let container ${name} listen on a port above 1023, or add the capability NET_BIND_SERVICE in ${field}.securityContext of ${nameOf(workload)}.`,
      },
    ];
  }
  const hasClaims = pod.spec?.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim) === true;
  return [
    ...(hasClaims
      ? [
          {
            step: `Set ${base}.securityContext.fsGroup of ${nameOf(workload)} to the group that the program runs as, so that it may write to its volumes.`,
          },
        ]
      : []),
    {
      step: `Make the files belong to the user of container ${name} in the image, or set ${field}.securityContext.runAsUser of ${nameOf(workload)} to their owner.`,
    },
  ];
}
