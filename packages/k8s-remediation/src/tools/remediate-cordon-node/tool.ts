import { cordon } from "../../actions/cordon/action.ts";
import { actionTool } from "../action-tool.ts";
import { nodeArguments } from "../schema.ts";

export const remediateCordonNode = actionTool({
  name: "remediate_cordon_node",
  title: "Cordon a Node",
  description: "No new Pods are placed on the Node.",
  arguments: nodeArguments,
  resource: "nodes",
  action: cordon,
  input: ({ node_name }) => ({ name: node_name }),
  destructive: false,
  idempotent: true,
});
