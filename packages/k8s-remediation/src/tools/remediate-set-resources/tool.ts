import { z } from "zod";
import { setResources } from "../../actions/set-resources/action.ts";
import { actionTool } from "../action-tool.ts";
import { containerArgument, resourceOfRolled, workloadArguments } from "../schema.ts";

const amounts = z.record(z.string().max(317), z.string().max(64)).optional();

export const remediateSetResources = actionTool({
  name: "remediate_set_resources",
  title: "Set a container's resources",
  description:
    "kubectl set resources for one container of a workload; amounts not named stay. Follows the rollout.",
  arguments: { ...workloadArguments, ...containerArgument, requests: amounts, limits: amounts },
  resource: "workloads",
  action: setResources,
  input: ({ namespace, kind, name, container, requests, limits }) => ({
    resource: resourceOfRolled[kind],
    namespace,
    name,
    container,
    ...(requests && { requests }),
    ...(limits && { limits }),
  }),
  destructive: true,
  idempotent: true,
});
