import { defineCheck, type Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { logsAbout } from "../../kube/logs/failing-logs.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

const MAX_MAP_COUNT = 262_144;

export const kernelSettingTooLow = defineCheck({
  id: "kernel_setting_too_low",
  title: "Node's kernel allows a program less than it needs",
  when: "the log of a failing container says that vm.max_map_count, the number of inotify watches or that of open files is too low",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs"],
  supersedes: ["container_exits_with_error", "init_container_failing", "readiness_probe_failing"],
  run: ({ objects, asOf }) =>
    logsAbout("kernel_setting", objects, asOf).map(({ place, trouble, said }) => {
      const setting = settingIn(trouble.text);
      return containerCause(place, {
        title: `The Node's ${setting} is too low for container ${place.name} of ${nameOf(place.workload)}`,
        confidence: trouble.confidence,
        evidence: [
          said(trouble.line),
          fieldEvidence(place.podRef, "spec.nodeName", place.pod.spec?.nodeName),
        ],
        details: { container: place.name, setting },
        remedies: remedies(setting, place),
      });
    }),
});

function settingIn(text: string): string {
  const lower = text.toLowerCase();
  if (lower.includes("max_map_count")) return "vm.max_map_count";
  if (lower.includes("max_user_instances")) return "fs.inotify.max_user_instances";
  return lower.includes("inotify") || lower.includes("watchers")
    ? "fs.inotify.max_user_watches"
    : "limit of open files";
}

function remedies(setting: string, { workload }: Place): readonly Remedy[] {
  if (setting !== "vm.max_map_count")
    return [{ step: `Raise the ${setting} on the Nodes on which ${nameOf(workload)} runs.` }];
  return [
    {
      step: `Set vm.max_map_count to ${MAX_MAP_COUNT} on the Nodes on which ${nameOf(workload)} runs, for example by a privileged init container.`,
      patch: podSpecPatch(workload.kind, {
        initContainers: [
          {
            name: "max-map-count",
            image: "busybox:1.37",
            command: ["sysctl", "-w", `vm.max_map_count=${MAX_MAP_COUNT}`],
            securityContext: { privileged: true },
          },
        ],
      }),
    },
  ];
}
