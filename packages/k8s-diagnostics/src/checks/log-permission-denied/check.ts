import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { logsAbout } from "../../kube/logs/failing-logs.ts";
import { podSpecPath } from "../../kube/owners.ts";
import { containerCause } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";
import { mountIn, remedies } from "./remedies.ts";

export const logPermissionDenied = defineCheck({
  id: "log_permission_denied",
  title: "Program may not use a file, a port or a system call",
  when: "the log of a failing container says that permission was denied, or that its file system is read-only",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs"],
  supersedes: ["container_exits_with_error", "init_container_failing", "readiness_probe_failing"],
  run: ({ objects, asOf }) =>
    logsAbout("permission", objects, asOf).flatMap(({ place, trouble: { line, text, confidence }, said }) => {
      const readOnly = isReadOnly(text);
      const workload = nameOf(place.workload);
      const mount = mountIn(text, place);
      return [
        containerCause(place, {
          title: readOnly
            ? `Container ${place.name} of ${workload} writes to a file system that is read-only`
            : `Container ${place.name} of ${workload} lacks permission for what it does`,
          confidence,
          evidence: [
            said(line),
            ...(mount ? [fieldEvidence(place.workload, mount.field, mount.volume)] : []),
            fieldEvidence(place.workload, `${place.field}.securityContext`, place.spec.securityContext),
            fieldEvidence(
              place.workload,
              `${podSpecPath(place.workload.kind)}.securityContext`,
              place.pod.spec?.securityContext,
            ),
          ],
          details: { container: place.name },
          remedies: remedies(place, text, readOnly),
        }),
      ];
    }),
});

function isReadOnly(line: string): boolean {
  const text = line.toLowerCase();
  return text.includes("read-only file system") || text.includes("erofs");
}
