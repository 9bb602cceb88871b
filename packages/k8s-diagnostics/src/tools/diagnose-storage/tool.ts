import { defineTool, ToolError } from "@k8s-ops/mcp-contract";
import { z } from "zod";
import { diagnoseObject } from "../../targets/diagnose.ts";
import { type DiagnoseDeps, optionsOf } from "../clusters.ts";
import { onCluster } from "../progress.ts";
import { published } from "../published.ts";
import { contextArgument, diagnosisOutput, nameArgument, namespaceArgument } from "../schema.ts";

const KINDS = ["PersistentVolumeClaim", "PersistentVolume"] as const;

export const diagnoseStorage = defineTool({
  name: "diagnose_storage",
  title: "Diagnose storage",
  description:
    "Why is this PersistentVolumeClaim (or PersistentVolume) pending, lost, not resized, or why can its Pods not mount it? Follows claim, volume, StorageClass, provisioner and the Pods that use it.",
  input: z.strictObject({
    namespace: namespaceArgument.namespace.optional().describe("of the claim"),
    name: nameArgument,
    kind: z.enum(KINDS).default("PersistentVolumeClaim"),
    ...contextArgument,
  }),
  output: z.looseObject({ ...diagnosisOutput, status: z.looseObject({}) }),
  async handler({ namespace, name, kind, context }, call, deps: DiagnoseDeps) {
    if (kind === "PersistentVolumeClaim" && namespace === undefined) {
      throw new ToolError("invalid_arguments", "A claim is asked about by namespace and name.");
    }
    return onCluster(deps, context, call, (reader) =>
      diagnoseObject(reader, { kind, namespace: namespace ?? "", name }, optionsOf(deps, context, call)),
    );
  },
  ...published,
});
