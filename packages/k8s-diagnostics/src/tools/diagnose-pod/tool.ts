import { defineTool } from "@k8s-ops/mcp-contract";
import { z } from "zod";
import { diagnoseObject } from "../../targets/diagnose.ts";
import { type DiagnoseDeps, optionsOf } from "../clusters.ts";
import { onCluster } from "../progress.ts";
import { published } from "../published.ts";
import { contextArgument, diagnosisOutput, nameArgument, namespaceArgument } from "../schema.ts";

export const diagnosePod = defineTool({
  name: "diagnose_pod",
  title: "Diagnose a Pod",
  description:
    "Why is this Pod not running or not ready? Gives the cause with evidence (crash, OOM, image pull, scheduling, probes, missing config, volumes, node) and the repair. For Pods that are Pending, CrashLoopBackOff, ImagePullBackOff, restarting or unready.",
  input: z.strictObject({
    ...namespaceArgument,
    pod_name: nameArgument,
    deep_analysis: z
      .boolean()
      .default(false)
      .describe("also search the last 100 log lines of every container, current and previous"),
    ...contextArgument,
  }),
  output: z.looseObject({
    ...diagnosisOutput,
    status: z.looseObject({
      phase: z.string(),
      conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })),
    }),
  }),
  async handler({ namespace, pod_name, deep_analysis, context }, call, deps: DiagnoseDeps) {
    return onCluster(deps, context, call, (reader) =>
      diagnoseObject(
        reader,
        { kind: "Pod", namespace, name: pod_name, deep: deep_analysis, argument: "pod_name" },
        optionsOf(deps, context, call),
      ),
    );
  },
  ...published,
});
