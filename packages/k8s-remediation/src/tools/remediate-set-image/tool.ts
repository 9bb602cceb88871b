import { z } from "zod";
import { setImage } from "../../actions/set-image/action.ts";
import { actionTool } from "../action-tool.ts";
import { containerArgument, resourceOfRolled, workloadArguments } from "../schema.ts";

export const remediateSetImage = actionTool({
  name: "remediate_set_image",
  title: "Set a container's image",
  description: "kubectl set image for one container of a workload; follows the rollout.",
  arguments: { ...workloadArguments, ...containerArgument, image: z.string().max(512) },
  resource: "workloads",
  action: setImage,
  input: ({ namespace, kind, name, container, image }) => ({
    resource: resourceOfRolled[kind],
    namespace,
    name,
    container,
    image,
  }),
  destructive: true,
  idempotent: true,
});
