import { defineTool } from "@k8s-ops/mcp-contract";
import { z } from "zod";
import { diagnoseObject } from "../../targets/diagnose.ts";
import { type DiagnoseDeps, optionsOf } from "../clusters.ts";
import { onCluster } from "../progress.ts";
import { published } from "../published.ts";
import { contextArgument, diagnosisOutput, nameArgument } from "../schema.ts";

export const diagnoseNode = defineTool({
  name: "diagnose_node",
  title: "Diagnose a Node",
  description:
    "What is wrong with this Node and with the Pods on it? Conditions, pressure, kubelet, container runtime and network plug-in, cordons and taints, room left, and what suffers from it.",
  input: z.strictObject({ node_name: nameArgument, ...contextArgument }),
  output: z.looseObject({
    ...diagnosisOutput,
    status: z.looseObject({}),
    other_causes: z.array(z.looseObject({})).optional(),
  }),
  async handler({ node_name, context }, call, deps: DiagnoseDeps) {
    return onCluster(deps, context, call, (reader) =>
      diagnoseObject(
        reader,
        { kind: "Node", namespace: "", name: node_name, argument: "node_name" },
        optionsOf(deps, context, call),
      ),
    );
  },
  ...published,
});
