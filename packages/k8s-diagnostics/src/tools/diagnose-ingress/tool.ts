import { defineTool } from "@k8s-ops/mcp-contract";
import { z } from "zod";
import { diagnoseObject } from "../../targets/diagnose.ts";
import { type DiagnoseDeps, optionsOf } from "../clusters.ts";
import { onCluster } from "../progress.ts";
import { published } from "../published.ts";
import { contextArgument, diagnosisOutput, nameArgument, namespaceArgument } from "../schema.ts";

const KINDS = ["Ingress", "Gateway", "HTTPRoute"] as const;

export const diagnoseIngress = defineTool({
  name: "diagnose_ingress",
  title: "Diagnose an Ingress or Gateway",
  description:
    "Why does traffic from outside not arrive? Follows an Ingress, Gateway or HTTPRoute from its class, listeners and certificates over its backends to the Services and the Pods behind them.",
  input: z.strictObject({
    ...namespaceArgument,
    name: nameArgument,
    kind: z.enum(KINDS).default("Ingress"),
    ...contextArgument,
  }),
  output: z.looseObject(diagnosisOutput),
  async handler({ namespace, name, kind, context }, call, deps: DiagnoseDeps) {
    return onCluster(deps, context, call, (reader) =>
      diagnoseObject(reader, { kind, namespace, name }, optionsOf(deps, context, call)),
    );
  },
  ...published,
});
