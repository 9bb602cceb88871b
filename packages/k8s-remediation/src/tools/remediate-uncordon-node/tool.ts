import { uncordon } from "../../actions/uncordon/action.ts";
import { actionTool } from "../action-tool.ts";
import { nodeArguments } from "../schema.ts";

export const remediateUncordonNode = actionTool({
  name: "remediate_uncordon_node",
  title: "Uncordon a Node",
  description: "Pods may be placed on the Node again.",
  arguments: nodeArguments,
  resource: "nodes",
  action: uncordon,
  input: ({ node_name }) => ({ name: node_name }),
  destructive: false,
  idempotent: true,
});
