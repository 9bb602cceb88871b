import { defineCheck } from "../../check.ts";
import { endedWithError, exitFinding } from "../../kube/exits/exit-finding.ts";
import { exitsOf } from "../../kube/exits/exits.ts";

export const initContainerFailing = defineCheck({
  id: "init_container_failing",
  title: "Init container fails, so that the Pod does not start",
  when: "an init container ended with a code other than 0 and is retried or given up",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs"],
  supersedes: ["container_exits_with_error"],
  run: ({ objects, asOf }) =>
    exitsOf(objects, asOf)
      .filter((exit) => exit.place.role === "init" && endedWithError(exit))
      .map((exit) => exitFinding(exit, "Init container", objects)),
});
