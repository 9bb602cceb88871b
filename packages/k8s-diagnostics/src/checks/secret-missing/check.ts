import { defineCheck } from "../../check.ts";
import { missingConfig } from "../../kube/config/missing-config.ts";

export const secretMissing = defineCheck({
  id: "secret_missing",
  title: "Secret that Pods refer to does not exist",
  when: "a Pod on a Node cannot start and the kubelet says, or the list shows, that a Secret which it needs and which is not optional does not exist",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "events", "configMaps", "secrets"],
  supersedes: ["container_create_failed", "volume_mount_failed"],
  run: ({ objects }) => missingConfig("Secret", objects),
});
