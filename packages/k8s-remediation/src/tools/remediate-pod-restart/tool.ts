import { podRestart } from "../../actions/pod-restart/action.ts";
import { actionTool } from "../action-tool.ts";
import { podArguments } from "../schema.ts";

export const remediatePodRestart = actionTool({
  name: "remediate_pod_restart",
  title: "Restart a Pod",
  description:
    "Evicts one Pod, so that its controller replaces it, and waits for the replacement to be Ready.",
  arguments: podArguments,
  resource: "pods",
  action: podRestart,
  input: ({ namespace, pod_name }) => ({ namespace, name: pod_name }),
  destructive: true,
  idempotent: false,
});
