import { library } from "../../tsup.base.ts";

export default library({ index: "src/index.ts", defaults: "src/policy/defaults.ts" });
