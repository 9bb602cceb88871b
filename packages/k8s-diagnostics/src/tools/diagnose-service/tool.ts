import { defineTool } from "@k8s-ops/mcp-contract";
import { z } from "zod";
import { diagnoseObject } from "../../targets/diagnose.ts";
import { type DiagnoseDeps, optionsOf } from "../clusters.ts";
import { onCluster } from "../progress.ts";
import { published } from "../published.ts";
import { contextArgument, diagnosisOutput, nameArgument, namespaceArgument } from "../schema.ts";

export const diagnoseService = defineTool({
  name: "diagnose_service",
  title: "Diagnose a Service",
  description:
    "Why does this Service not answer? Compares its selector and ports with the Pods, looks at EndpointSlices, and follows to why the Pods behind it are not ready. Also for load balancers that stay pending.",
  input: z.strictObject({ ...namespaceArgument, service_name: nameArgument, ...contextArgument }),
  output: z.looseObject({ ...diagnosisOutput, service_type: z.string() }),
  async handler({ namespace, service_name, context }, call, deps: DiagnoseDeps) {
    return onCluster(deps, context, call, (reader) =>
      diagnoseObject(
        reader,
        { kind: "Service", namespace, name: service_name, argument: "service_name" },
        optionsOf(deps, context, call),
      ),
    );
  },
  ...published,
});
