import { defineCheck } from "../../check.ts";
import { endedWithError, exitFinding } from "../../kube/exits/exit-finding.ts";
import { exitsOf, isDown } from "../../kube/exits/exits.ts";

export const containerExitsWithError = defineCheck({
  id: "container_exits_with_error",
  title: "Container's program ends with an error",
  when: "a container (no init container) ended with a code other than 0 and is down or keeps restarting",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs"],
  run: ({ objects, asOf }) =>
    exitsOf(objects, asOf)
      .filter((exit) => exit.place.role !== "init" && endedWithError(exit))
      .map((exit) => ({
        ...exitFinding(exit, "Container", objects),
        ...(!isDown(exit) && { severity: "medium" as const }),
      })),
});
