import { library } from "../../tsup.base.ts";

export default library({ index: "src/index.ts", kube: "src/kube/index.ts", tools: "src/tools/index.ts" });
