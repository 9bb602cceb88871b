import { drain } from "../../actions/drain/action.ts";
import { actionTool } from "../action-tool.ts";
import { nodeArguments } from "../schema.ts";

export const remediateDrainNode = actionTool({
  name: "remediate_drain_node",
  title: "Drain a Node",
  description:
    "Cordons the Node and evicts its Pods through the Eviction API, as budgets allow; call it again to go on.",
  arguments: nodeArguments,
  resource: "nodes",
  action: drain,
  input: ({ node_name }) => ({ name: node_name }),
  destructive: true,
  idempotent: true,
});
